"""Facilities: planned ⇄ in service → removed, and back into service where something is reused."""

from models.service import Facility, FacilityState

from .. import locked
from ..operation import Assign, Context, operation

locked.keep(Facility)


@operation(
    Facility,
    when=Facility.state == FacilityState.IN_SERVICE,
    otherwise="It is not in service.",
    assigns=True,
    icon="calendar",
    order=14,
)
def plan(ctx: Context) -> Assign:
    """Mark as planned: ordered or being built, not in use yet."""
    return Assign({"state": FacilityState.PLANNED})


@operation(
    Facility,
    when=Facility.state != FacilityState.IN_SERVICE,
    otherwise="It is in service already.",
    assigns=True,
    sentence="Put {rows} in service",
    icon="plug-connected",
    order=12,
)
def put_in_service(ctx: Context) -> Assign:
    """Mark as in use by the customer."""
    return Assign({"state": FacilityState.IN_SERVICE})


@operation(
    Facility,
    when=Facility.state != FacilityState.REMOVED,
    otherwise="It is removed already.",
    assigns=True,
    reason=True,
    icon="plug-off",
    order=50,
    danger=True,
)
def remove(ctx: Context) -> Assign:
    """Mark as taken down; its record stays."""
    return Assign({"state": FacilityState.REMOVED})
