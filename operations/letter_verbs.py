"""Letters on paper: written from a template, kept as a document, posted by people."""

from typing import Annotated

from models.customer import Customer, DocumentCategory, DocumentState
from models.fields import Text
from models.message import Message, MessageChannel, MessageTemplate

from . import documents, outbox
from .envelope import envelope
from .errors import Invalid, Refused
from .letters import plain
from .operation import Ask, Context, Key, operation
from .paper import Paper, Paragraph, letterhead, pdf_of
from .writing import NOT_WRITTEN, OPEN, check_typed, filled

KEPT = "Kept as documents: {counts}."
# Drawing takes a tenth of a second: a preview draws a few, and many are for a night.
DRAWN, UNDRAWN = 5, b"%PDF-1.4\n%%EOF"
MOST = 2_000


@operation(
    Customer,
    when=OPEN,
    otherwise=NOT_WRITTEN,
    guarded=False,
    label="Write a letter",
    sentence="Write a letter to {rows}",
    icon="mail-opened",
    most=MOST,
    order=42,
)
def write_letter(
    customer: Customer,
    ctx: Context,
    *,
    template: Annotated[int, Key("message_template", known=True, among="channel=letter"), Ask("Letter")],
    text: Annotated[Text, Ask("Text", "Stands where the letter has {{ text }}.")] = "",
) -> None:
    """Make a letter on paper; it is kept with the documents, to be printed and posted."""
    check_typed(text)
    chosen = ctx.session.get_one(MessageTemplate, template)
    if chosen.channel is not MessageChannel.LETTER:
        raise Invalid(f"This is an {chosen.channel.label}. Choose a letter.", "template")
    address = envelope(ctx.session, customer)
    if len(address) < 2:
        raise Refused("There is no location to send a letter to. Add one first.")
    words = outbox.template_for(ctx.session, chosen.code, customer.locale)
    said = {"template": chosen.code, "text": filled(ctx, customer, text)}
    to = ", ".join(address)[:254]
    message = outbox.draft(ctx.session, customer, words, MessageChannel.LETTER, to, **said)
    message.document_id = _kept(ctx, customer, message, paper_of(ctx, customer, message, address))
    ctx.session.add(message)


def paper_of(ctx: Context, customer: Customer, message: Message, address: tuple[str, ...]) -> Paper:
    return Paper(
        title=message.subject,
        address=address,
        facts=[("Date", plain(ctx.today, customer.locale)), ("Account", customer.code)],
        parts=[Paragraph(part) for part in message.body.split("\n\n")],
    )


def _kept(ctx: Context, customer: Customer, message: Message, paper: Paper) -> int:
    ctx.tally(KEPT, "letters", 1)
    drawn = not ctx.dry or ctx.tallies[KEPT]["letters"] <= DRAWN
    if not drawn:
        ctx.warn(f"The first {DRAWN} were drawn to see that they can be; the others are once you go on.")
    pdf = pdf_of(paper, head=letterhead(ctx.session)) if drawn else UNDRAWN
    name = f"{message.subject[:80].replace('/', '-')} {ctx.today:%Y-%m-%d}"
    ours = DocumentState.APPROVED  # nobody has to look whether it holds
    document = documents.store(ctx.session, customer.id, DocumentCategory.LETTER, name, pdf, state=ours)
    return document.id
