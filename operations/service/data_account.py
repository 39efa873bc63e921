"""Data accounts: a secret that few may see, and states that are changed by verbs alone.

active ⇄ suspended → cancelled, and active → cancelled
"""

from sqlalchemy.orm import Session

from models.customer import Customer, CustomerState
from models.service import DataAccount, DataAccountState, SuspendedBy
from models.work import RowState
from queries.owners import owner_is
from queries.viewer import Viewer

from .. import locked
from ..errors import Refused
from ..operation import Assign, Condition, Context, operation
from ..passwords import generated
from ..rules import Changes, rule
from ..sealing import Unreadable, seal, unseal
from ..trail import noted

locked.keep(DataAccount)

ONE = frozenset({"row"})
NOT_CANCELLED = DataAccount.state != DataAccountState.CANCELLED
served = Condition(
    owner_is(DataAccount, CustomerState.APPROVED),
    "Its customer is not approved. Resume or reopen the customer first.",
)


@rule(DataAccount, on=("username",))
def keep_names_in_one_word(session: Session, account: DataAccount, changes: Changes, viewer: Viewer) -> None:
    if " " in changes.get("username", ("", ""))[1]:
        raise Refused("A username has no blanks.", "username")


@rule(DataAccount, on=())
def start_as_the_customer_stands(
    session: Session, account: DataAccount, changes: Changes, viewer: Viewer
) -> None:
    """A new account works at once, unless its customer is kept out."""
    if account.id is not None or "" in changes:
        return
    customer = session.get(Customer, account.customer_id)
    if customer is not None and customer.workflow_state is CustomerState.CLOSED:
        raise Refused("This customer is closed. Reopen the customer first.", "customer_id")
    if customer is not None and customer.workflow_state is CustomerState.SUSPENDED:
        account.state, account.suspended_by = DataAccountState.SUSPENDED, SuspendedBy.ACCOUNT
    if account.secret is None:
        account.secret = seal(generated())


@operation(
    DataAccount,
    when=DataAccount.state == DataAccountState.ACTIVE,
    otherwise="Only active accounts can be suspended.",
    confirm="Suspend {rows}? The connection cannot be opened any more.",
    assigns=True,
    reason=True,
    icon="player-pause",
    order=12,
)
def suspend(ctx: Context) -> Assign:
    """Keep it off the network until somebody resumes it; resuming the customer does not."""
    return Assign({"state": DataAccountState.SUSPENDED, "suspended_by": SuspendedBy.MANUAL})


@operation(
    DataAccount,
    when=DataAccount.state == DataAccountState.SUSPENDED,
    otherwise="It is not suspended.",
    conditions=(served,),
    assigns=True,
    icon="player-play",
    order=13,
)
def resume(ctx: Context) -> Assign:
    """Let it on the network again."""
    return Assign({"state": DataAccountState.ACTIVE, "suspended_by": None})


@operation(
    DataAccount,
    when=NOT_CANCELLED,
    otherwise="It is cancelled already.",
    confirm="Cancel {rows}? A cancelled account cannot be resumed, and its username stays taken.",
    assigns=True,
    reason=True,
    icon="ban",
    order=50,
    danger=True,
)
def cancel(ctx: Context) -> Assign:
    """End it for good. Its sessions and its history stay."""
    return Assign({"state": DataAccountState.CANCELLED, "suspended_by": None})


@operation(
    DataAccount,
    when=NOT_CANCELLED,
    otherwise="It is cancelled.",
    label="Generate password",
    confirm="Generate a password for {rows}? The equipment needs the new one; the old one fails.",
    sentence="Generate a password for {rows}",
    icon="key",
    order=60,
    final=True,
    places=ONE,
    most=1,
)
def generate_secret(account: DataAccount, ctx: Context) -> None:
    """A new random password, shown to you once."""
    password = generated()
    account.secret = seal(password)
    noted(ctx.session, account, ctx.viewer, "reveal", "New password")
    ctx.reveal("Password", password)


@operation(
    DataAccount,
    when=DataAccount.secret.is_not(None),
    otherwise="It has no password yet. Generate one.",
    confirm="Show the password of {rows}? The access trail of the customer will say that you saw it.",
    sentence="Reveal the password of {rows}",
    icon="eye",
    order=61,
    final=True,
    places=ONE,
    most=1,
)
def reveal(account: DataAccount, ctx: Context) -> tuple[RowState, str]:
    """Show its password to you, once. The access trail says so."""
    try:
        password = unseal(account.secret or "")
    except Unreadable as error:
        raise Refused("Its password was sealed with another key. Generate a new one.") from error
    noted(ctx.session, account, ctx.viewer, "reveal", "Password")
    ctx.reveal("Password", password)
    return RowState.CHANGED, "Shown"
