"""Questions about SIM cards."""

from sqlalchemy import select

from models.customer import Customer
from models.service import Sim, SimGroup

from .declare import Facts, Listing, action, fact, header, queue, tab


@tab(SimGroup, "SIM cards", order=10, permission="sim.read")
def cards(group: SimGroup) -> Listing:
    """The cards of the group, with whom they are."""
    rows = select(Sim).where(Sim.sim_group_id == group.id).order_by(Sim.iccid, Sim.id)
    columns = ("iccid", "alias", "customer_id", "state", "used_bytes", "warning_mb", "cutoff_mb")
    return Listing(rows, columns, {"sim_group_id": group.id}, "Choose this group on the form of a card.")


@action(Customer, "Assign SIM cards", order=70, group="device-sim", permission="sim.assign")
def free_cards(customer: Customer) -> str:
    """The cards that are with nobody, to tick and assign."""
    return "/admin/sim/?view=not-assigned"


@queue(Sim, "SIM cards cut off", order=60, group="device-sim")
def cut_off() -> str:
    return "view=cut-off"


@header(Sim, "Used this month", order=10)
def used(sim: Sim) -> Facts:
    return Facts(("used_bytes",))


fact(Sim, "Warning, MB", "warning_mb", order=20)
fact(Sim, "Cut-off, MB", "cutoff_mb", order=30)
