"""What a customer has: subscriptions and the technical things behind them."""

from .data_account import DataAccount, DataAccountState, SuspendedBy
from .facility import Facility, FacilityKind, FacilityState
from .package_change import PackageChange, PackageChangeState
from .sim import Sim, SimGroup, SimState
from .subscription import AccountCode, Subscription, SubscriptionState
from .suspension import EndReason, Suspension, SuspensionReason, SuspensionState
from .voip_line import CallImport, VoipLine, VoipLineState

__all__ = [
    "AccountCode",
    "CallImport",
    "DataAccount",
    "DataAccountState",
    "EndReason",
    "Facility",
    "FacilityKind",
    "FacilityState",
    "PackageChange",
    "PackageChangeState",
    "Sim",
    "SimGroup",
    "SimState",
    "Subscription",
    "SubscriptionState",
    "SuspendedBy",
    "Suspension",
    "SuspensionReason",
    "SuspensionState",
    "VoipLine",
    "VoipLineState",
]
