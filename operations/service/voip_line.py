"""VoIP lines: active ⇄ suspended → cancelled, and active → cancelled."""

from models.service import VoipLine, VoipLineState

from .. import locked
from ..operation import Assign, Context, operation

locked.keep(VoipLine)


@operation(
    VoipLine,
    when=VoipLine.state == VoipLineState.ACTIVE,
    otherwise="Only active lines can be suspended.",
    assigns=True,
    reason=True,
    icon="player-pause",
    order=12,
)
def suspend(ctx: Context) -> Assign:
    """Keep the line from calling until somebody resumes it; the number stays theirs."""
    return Assign({"state": VoipLineState.SUSPENDED})


@operation(
    VoipLine,
    when=VoipLine.state == VoipLineState.SUSPENDED,
    otherwise="It is not suspended.",
    assigns=True,
    icon="player-play",
    order=13,
)
def resume(ctx: Context) -> Assign:
    """Let the line call again."""
    return Assign({"state": VoipLineState.ACTIVE})


@operation(
    VoipLine,
    when=VoipLine.state != VoipLineState.CANCELLED,
    otherwise="It is cancelled already.",
    confirm="Cancel {rows}? A cancelled line cannot be resumed, and its number is free for others.",
    assigns=True,
    reason=True,
    icon="ban",
    order=50,
    danger=True,
)
def cancel(ctx: Context) -> Assign:
    """End the line for good and set its number free. Its calls stay."""
    return Assign({"state": VoipLineState.CANCELLED})
