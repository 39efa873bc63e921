"""What has to hold of notes."""

from sqlalchemy.orm import Session

from models.customer import Note, NoteKind
from queries.viewer import Viewer

from .errors import Refused
from .rules import Changes, after, rule

LONGEST = 1_000  # characters of a debtor note; older ones may be longer until somebody edits them


@rule(Note, on=("kind",))
def keep_debtor_notes_apart(session: Session, note: Note, changes: Changes, viewer: Viewer) -> None:
    """Whoever may not read debtor notes writes none, and what others have read becomes none.

    Their earlier versions would tell what the rest of the staff is not meant to read.
    """
    old, new = changes.get("kind", (None, None))
    if NoteKind.DEBTOR not in (old, new) or old == new:
        return
    if not viewer.may("note.read_debtor"):
        raise Refused("You may not write debtor notes.", "kind")
    if note.id is not None:
        raise Refused("Debtor notes are a list of their own. Write a new note instead.", "kind")


@rule(Note, on=("kind", "body"))
def keep_debtor_notes_short(session: Session, note: Note, changes: Changes, viewer: Viewer) -> None:
    kind, body = (after(note, changes, name) for name in ("kind", "body"))
    if kind is NoteKind.DEBTOR and len(body or "") > LONGEST:
        raise Refused(f"A debtor note has at most {LONGEST:,} characters; this has {len(body):,}.", "body")
