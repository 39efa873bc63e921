"""What staff do with tickets."""

from typing import Annotated

from models.choice import Choice
from models.customer import Customer
from models.fields import Text
from models.support import Priority, RatingTrigger, Ticket, TicketKind, TicketState
from models.work import RowState
from queries.portal import primary_of

from . import rating
from .errors import Refused
from .operation import Ask, Condition, Context, Key, operation
from .records import Draft, update
from .ticket import move, portal_page, say

not_closed = Condition(Ticket.state != TicketState.CLOSED, "It is closed. Reopen it first.")


class Then(Choice):
    """What becomes of a ticket after a reply."""

    STAY = "stay", "Stay as it is"
    WAIT = "wait", "Wait for the customer"
    RESOLVE = "resolve", "Be resolved"


@operation(
    Ticket,
    when=Ticket.kind == TicketKind.HELPDESK,
    otherwise="A task is among colleagues: the customer does not see it. Write a comment.",
    conditions=(not_closed,),
    sentence="Reply to {rows}",
    icon="send",
    order=20,
)
def reply(
    ticket: Ticket,
    ctx: Context,
    *,
    text: Annotated[Text, Ask("Reply", "The customer reads this by mail and in the portal.")],
    then: Annotated[Then, Ask("Then it is to")] = Then.STAY,
) -> None:
    """Answer the customer, by mail and in the portal."""
    said = say(ctx.session, ticket, text, True, ctx.now)
    if ticket.state is TicketState.NEW:
        move(ctx.session, ticket, TicketState.OPEN, ctx.viewer, ctx.now)
    said.message_id = _mail(ticket, ctx, text)
    update(ctx.session, ticket, Draft({"answered_at": ctx.now}), ctx.viewer)
    if then is not Then.STAY:
        to = TicketState.PENDING if then is Then.WAIT else TicketState.RESOLVED
        move(ctx.session, ticket, to, ctx.viewer, ctx.now)


def _mail(ticket: Ticket, ctx: Context, text: str) -> int | None:
    """To everywhere that the customer wants to be told of tickets; the id of the first mail."""
    customer = ctx.session.get_one(Customer, ticket.customer_id)
    has_log_in = primary_of(ctx.session, customer.id) is not None
    told = ctx.tell(
        customer,
        "ticket_reply",
        related=ticket,
        number=ticket.number,
        subject=ticket.subject,
        text=text,
        author=ctx.viewer.name,
        ticket_link=portal_page(ticket) if has_log_in else "",
    )
    ctx.session.flush()
    return told[0].id if told else None


@operation(Ticket, label="Comment", final=True, sentence="Comment on {rows}", icon="message-circle", order=21)
def comment(
    ticket: Ticket,
    ctx: Context,
    *,
    text: Annotated[Text, Ask("Comment", "Among colleagues: the customer never sees it.")],
) -> tuple[RowState, str]:
    """Write something down for colleagues. The customer never sees it."""
    say(ctx.session, ticket, text, False, ctx.now)
    return RowState.CHANGED, ""


@operation(
    Ticket,
    conditions=(not_closed,),
    label="Assign owner",
    sentence="Assign an owner to {rows}",
    icon="user-check",
    order=15,
)
def assign_owner(
    ticket: Ticket,
    ctx: Context,
    *,
    owner_id: Annotated[int | None, Key("staff_user", known=True), Ask("Owner", "Empty: you.")] = None,
) -> None:
    """Take it, or give it to a colleague. All owners are kept, in order."""
    owner = owner_id or ctx.viewer.staff_id
    if owner is None:
        raise Refused("Say to whom.", "owner_id")
    update(ctx.session, ticket, Draft({"owner_id": owner}), ctx.viewer)


@operation(
    Ticket,
    conditions=(not_closed,),
    label="Move to department",
    sentence="Move {rows} to a department",
    icon="building-community",
    order=24,
)
def move_department(
    ticket: Ticket, ctx: Context, *, department_id: Annotated[int, Key("department")]
) -> None:
    """Hand it to another department; its owner stays until somebody else takes it."""
    update(ctx.session, ticket, Draft({"department_id": department_id}), ctx.viewer)


@operation(
    Ticket,
    conditions=(not_closed,),
    label="Set priority",
    sentence="Set the priority of {rows}",
    icon="flag",
    order=25,
)
def prioritize(ticket: Ticket, ctx: Context, *, priority: Priority) -> None:
    """Say how much it presses."""
    update(ctx.session, ticket, Draft({"priority": priority}), ctx.viewer)


@operation(
    Ticket,
    when=Ticket.state.in_((TicketState.NEW, TicketState.PENDING)),
    otherwise="Somebody works on it already, or it is over.",
    label="Start work",
    sentence="Start work on {rows}",
    icon="player-play",
    order=10,
)
def take_up(ticket: Ticket, ctx: Context) -> None:
    """Somebody works on it now."""
    move(ctx.session, ticket, TicketState.OPEN, ctx.viewer, ctx.now)


@operation(
    Ticket,
    when=Ticket.state == TicketState.OPEN,
    otherwise="Only an open one can wait for the customer.",
    label="Wait for the customer",
    sentence="Let {rows} wait for the customer",
    icon="clock",
    order=11,
)
def wait(ticket: Ticket, ctx: Context) -> None:
    """Nothing can be done before the customer answers."""
    move(ctx.session, ticket, TicketState.PENDING, ctx.viewer, ctx.now)


@operation(
    Ticket,
    when=Ticket.state == TicketState.OPEN,
    otherwise="Only an open one can be resolved. Start work on it first.",
    icon="check",
    order=12,
)
def resolve(ticket: Ticket, ctx: Context) -> None:
    """It is done. If nobody objects, it is closed by itself after some days."""
    move(ctx.session, ticket, TicketState.RESOLVED, ctx.viewer, ctx.now)


@operation(
    Ticket,
    when=Ticket.state == TicketState.RESOLVED,
    otherwise="Only a resolved one can be closed. Resolve it first.",
    icon="archive",
    order=13,
)
def close(ticket: Ticket, ctx: Context) -> None:
    """It is over. The customer is asked once how satisfied they are."""
    shut(ticket, ctx)


@operation(
    Ticket,
    when=Ticket.state.in_((TicketState.RESOLVED, TicketState.CLOSED)),
    otherwise="It is not resolved.",
    icon="rotate",
    order=14,
)
def reopen(ticket: Ticket, ctx: Context) -> None:
    """It is not over after all."""
    move(ctx.session, ticket, TicketState.OPEN, ctx.viewer, ctx.now)


def shut(ticket: Ticket, ctx: Context) -> None:
    """From any state, by legal steps. Tasks are none of the customer's, so nobody is asked about them."""
    move(ctx.session, ticket, TicketState.CLOSED, ctx.viewer, ctx.now)
    if ticket.kind is TicketKind.HELPDESK:
        customer = ctx.session.get_one(Customer, ticket.customer_id)
        rating.ask(ctx.session, customer, RatingTrigger.TICKET, ticket=ticket)
