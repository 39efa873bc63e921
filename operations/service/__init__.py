"""What is done with the technical things that a customer has. Each file registers what it declares."""

from . import account, data_account, facility, package_change, secrets, voip_line

__all__ = ["account", "data_account", "facility", "package_change", "secrets", "voip_line"]
