"""What is done with documents, and what has to hold of their names."""

from typing import Annotated

from sqlalchemy.orm import Session

from models.customer import Document, DocumentState
from models.fields import Line
from queries.viewer import Viewer

from .errors import Refused
from .locked import keep
from .operation import Ask, Context, operation
from .rules import Changes, rule
from .upload_kinds import KINDS, named

keep(Document)


@operation(
    Document,
    when=Document.state != DocumentState.APPROVED,
    otherwise="It is approved already.",
    icon="check",
    order=10,
)
def approve(document: Document, ctx: Context, *, remark: Annotated[Line, Ask("Remark")] = "") -> None:
    """Say that the document is complete and true; a remark replaces the one before."""
    document.state = DocumentState.APPROVED
    document.remark = remark or document.remark


@operation(
    Document,
    when=Document.state != DocumentState.REJECTED,
    otherwise="It is rejected already.",
    icon="x",
    order=15,
)
def reject(
    document: Document,
    ctx: Context,
    *,
    remark: Annotated[Line, Ask("Remark", "What is wrong with it, or what is still missing.")],
) -> None:
    """Send the document back: it is wrong, or something is missing."""
    document.state = DocumentState.REJECTED
    document.remark = remark


@rule(Document, on=("name",))
def keep_what_names_say(session: Session, document: Document, changes: Changes, viewer: Viewer) -> None:
    """A name stays one line without a path, and its ending tells what the file is."""
    kind = next((k for k in KINDS if k.media_type == document.media_type), None)
    if kind is None or "name" not in changes:
        return
    name = changes["name"][1] or ""
    good = named(name, kind)
    if document.id is None:
        document.name = good
    elif name != good:
        raise Refused(f"Call it “{good}”, or something else that ends in .{kind.endings[0]}.", "name")
