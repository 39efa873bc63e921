"""What has to hold of notes."""

from sqlalchemy.orm import Session

from models.customer import Note, NoteKind
from queries.viewer import Viewer

from .errors import Refused
from .kept import kept
from .rules import Changes, after, rule

LONGEST = 1_000  # characters of a debtor note; older ones may be longer until somebody edits them


@rule(Note, on=("kind",))
def keep_debtor_notes_to_those_who_read_them(
    session: Session, note: Note, changes: Changes, viewer: Viewer
) -> None:
    if after(note, changes, "kind") is NoteKind.DEBTOR and not viewer.may("note.read_debtor"):
        raise Refused("You may not write debtor notes.", "kind")


@kept(Note, "kind")
def once_written(session: Session, note: Note, changes: Changes) -> str:
    """What others have read becomes no debtor note, nor the other way round: earlier versions would tell
    what the rest of the staff is not meant to read."""
    if NoteKind.DEBTOR not in (note.kind, after(note, changes, "kind")):
        return ""
    return "Debtor notes are a list of their own: this stays one of them, and no other note becomes one."


@rule(Note, on=("kind", "body"))
def keep_debtor_notes_short(session: Session, note: Note, changes: Changes, viewer: Viewer) -> None:
    kind, body = (after(note, changes, name) for name in ("kind", "body"))
    if kind is NoteKind.DEBTOR and len(body or "") > LONGEST:
        raise Refused(f"A debtor note has at most {LONGEST:,} characters; this has {len(body):,}.", "body")
