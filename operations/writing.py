"""Writing to customers: to one or to thousands, in their own words or in those of a template.

Every message is a row of the run that made it, so a preview shows them all and an undo takes back
what has not left. One run writes to no destination twice.
"""

from typing import Annotated

import sqlalchemy as sa

from models.customer import Address, Channel, Customer, CustomerState, Topic
from models.fields import Line, Text
from models.message import Message, MessageChannel, MessageTemplate, MessageTopic

from . import outbox
from .destinations import Destination, destinations, recipient_of
from .errors import Invalid
from .letters import LONGEST_VALUE, PLACE, names_in
from .mail_templates import check_names
from .operation import Ask, Context, Key, operation
from .outbox import Words
from .shipped_mail import OWN, Shipped, names_of

TYPED = (
    "{{ name }}, {{ account }} and {{ company }} are filled in. In a template it stands where {{ text }} is."
)
TOPICS = frozenset(topic.value for topic in MessageTopic)
ROOM = 60  # letters that names may take in an SMS
CLOSED = (CustomerState.CLOSED, CustomerState.MERGED)
NOT_WRITTEN = "Customers who are closed are not written to."
OPEN = Customer.workflow_state.not_in(CLOSED)
LIVES_OPEN = sa.exists().where(Customer.id == Address.customer_id, OPEN).correlate(Address)

Template = Annotated[
    int | None,
    Key("message_template", known=True, among="channel=email&channel=sms"),
    Ask("Template", "Empty: the words below alone."),
]
About = Annotated[
    Topic | None,
    Ask("Topic", "Goes to everybody whom the customer wants told about it. Empty: to the customer alone."),
]
By = Annotated[Channel, Ask("By", "For customers who have not said where to.")]
Subject = Annotated[Line, Ask("Subject", "Without a template. By SMS it goes alone if the text is long.")]
Typed = Annotated[Text, Ask("Text", TYPED)]


@operation(
    Customer,
    when=OPEN,
    otherwise=NOT_WRITTEN,
    guarded=False,
    label="Write to",
    icon="send",
    order=40,
    confirm="Write to {rows}?",
)
def write_to(
    customer: Customer,
    ctx: Context,
    *,
    topic: About = None,
    by: By = Channel.EMAIL,
    template: Template = None,
    subject: Subject = "",
    text: Typed = "",
) -> None:
    """Send a message, such as news of an outage, to each of these customers."""
    _write(ctx, customer, topic, by, template, subject, text)


@operation(
    Address,
    when=LIVES_OPEN,
    otherwise=NOT_WRITTEN,
    guarded=False,
    label="Write to who is here",
    permission="customer.write_to",
    sentence="Write to who is at {rows}",
    icon="send",
    order=40,
    confirm="Write to the customers at {rows}?",
)
def write_to_here(
    address: Address,
    ctx: Context,
    *,
    topic: About = Topic.OUTAGE,
    by: By = Channel.EMAIL,
    template: Template = None,
    subject: Subject = "",
    text: Typed = "",
) -> None:
    """Send a message to the customers at these locations; once to who has several of them."""
    customer = ctx.session.get_one(Customer, address.customer_id)
    _write(ctx, customer, topic, by, template, subject, text)


@operation(
    Customer,
    when=OPEN & Customer.phone_e164.is_not(None),
    otherwise="There is no phone number, or the customer is closed.",
    guarded=False,
    label="Send SMS",
    sentence="Send an SMS to {rows}",
    icon="device-mobile-message",
    order=41,
)
def send_sms(customer: Customer, ctx: Context, *, text: Typed) -> None:
    """Send a text message to the phone of the customer."""
    _write(ctx, customer, None, Channel.SMS, None, "", text)


def _write(
    ctx: Context,
    customer: Customer,
    topic: Topic | None,
    by: Channel,
    template: int | None,
    subject: str,
    text: str,
) -> list[Message]:
    words = _words(ctx, customer, topic, template, subject, text)
    there = destinations(ctx.session, customer, topic) if topic else None
    if there is None:
        channel = MessageChannel(by.value)
        there = [Destination(channel, recipient_of(customer, None, None, channel))]
    elif not there:
        ctx.tally("Not told, because they have switched that off: {counts}.", "customers", 1)
    return [_to(ctx, customer, words, one, text) for one in there]


def _to(ctx: Context, customer: Customer, words: Words, there: Destination, text: str) -> Message:
    code = getattr(words, "code", "")
    if there.channel is MessageChannel.SMS:
        words = _short(ctx, customer, words)
    return outbox.write(
        ctx.session,
        customer,
        words,
        there.channel,
        there.address,
        contact=there.contact,
        unique_key=there.key(f"run:{ctx.run_id}:{customer.id}") if ctx.run_id else None,
        template=code,
        text=filled(ctx, customer, text),
    )


def filled(ctx: Context, customer: Customer, text: str) -> str:
    """What was typed, with the names in it filled in."""
    told = outbox.told_of(customer, None, {}, customer.locale)
    return PLACE.sub(lambda place: told.get(place[1], ""), text)


def _short(ctx: Context, customer: Customer, words: Words) -> Words:
    if words.channel is MessageChannel.SMS:
        return words
    if words.code:
        return outbox.template_for(ctx.session, words.code, customer.locale, MessageChannel.SMS)
    short = words.body if len(words.body) <= outbox.LONGEST_SMS - ROOM else words.subject
    return Shipped("", words.topic, "", short, OWN, MessageChannel.SMS)


def _words(
    ctx: Context, customer: Customer, topic: Topic | None, template: int | None, subject: str, text: str
) -> Words:
    """Of the template in the customer's language, or what was typed."""
    check_typed(text)
    check_names(subject, "subject", OWN - {"text"})
    if template is None:
        if not text:
            raise Invalid("Choose a template, or write a text.", "text")
        about = MessageTopic(topic.value) if topic and topic.value in TOPICS else MessageTopic.OTHER
        return Shipped("", about, subject or "News about your account", text, OWN)
    chosen = ctx.session.get_one(MessageTemplate, template)
    if chosen.channel is MessageChannel.LETTER:
        raise Invalid("This is a letter. Choose an e-mail or an SMS.", "template")
    if missing := (names_of(chosen.code) - OWN) & names_in(chosen.body):
        listed = ", ".join(sorted(missing))
        raise Invalid(f"The program fills in {listed} of this template. Choose another one.", "template")
    return outbox.template_for(ctx.session, chosen.code, customer.locale)


def check_typed(text: str) -> None:
    if len(text) > LONGEST_VALUE:
        raise Invalid(f"Write at most {LONGEST_VALUE:,} letters.", "text")
    check_names(text, "text", OWN - {"text"})
