"""Questions about SIM cards."""

from models.customer import Customer
from models.service import Sim

from .declare import action, queue


@action(Customer, "Assign SIM cards", order=70, group="device-sim", permission="sim.assign")
def free_cards(customer: Customer) -> str:
    """The cards that are with nobody, to tick and assign."""
    return "/admin/sim/?view=not-assigned"


@queue(Sim, "SIM cards cut off", order=60, group="device-sim")
def cut_off() -> str:
    return "view=cut-off"
