"""Keeping what customers are told up to date."""

from sqlalchemy.orm import Session

from models.customer import Channel, Contact, Customer, NotificationSetting
from models.parse import Place, Unreadable, email, phone
from queries.located import country_of
from queries.notices import IS_OUTDATED
from queries.viewer import Viewer

from .errors import Invalid, Refused
from .locked import keep
from .operation import Context, operation
from .rules import Changes, after, rule

keep(NotificationSetting)


@operation(
    NotificationSetting,
    when=IS_OUTDATED,
    otherwise="Its contact has not changed.",
    label="Use the new address",
    permission="notification_setting.update",
    sentence="Use the new address for {rows}",
    icon="refresh",
    order=10,
)
def follow_contact(setting: NotificationSetting, ctx: Context) -> None:
    """Send it to the e-mail or the phone that its contact has now."""
    contact = ctx.session.get_one(Contact, setting.contact_id)
    by_email = setting.channel is Channel.EMAIL
    now = contact.email if by_email else contact.phone_e164
    if not now:
        what = "e-mail address" if by_email else "phone number"
        raise Refused(f"{contact} has no {what} any more. Change the setting, or turn it off.")
    setting.destination = now


@rule(NotificationSetting, on=("channel", "destination"))
def name_what_can_be_reached(
    session: Session, setting: NotificationSetting, changes: Changes, viewer: Viewer
) -> None:
    """A destination is an address or a number, as its channel needs it, written in the one way."""
    if not changes.keys() & {"channel", "destination"}:
        return
    channel, to = (after(setting, changes, name) for name in ("channel", "destination"))
    read = phone if channel is Channel.SMS else email
    country = country_of(session, Customer, after(setting, changes, "customer_id")) or viewer.country
    try:
        good = read(to or "", Place(country, viewer.timezone))
    except Unreadable as problem:
        raise Invalid(str(problem), "destination") from None
    if setting.id is None:
        setting.destination = good
    elif good != to:
        raise Invalid(f"Write it as {good}.", "destination")
