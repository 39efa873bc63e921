"""Questions about what customers are told, and where to."""

import sqlalchemy as sa
from sqlalchemy import ColumnElement, select

from models.customer import Channel, Contact, Customer, NotificationSetting
from models.fields import YesNo

from .declare import Facts, banner, named_filter

# Where the contact of a setting is now.
_here = sa.case((NotificationSetting.channel == Channel.EMAIL, Contact.email), else_=Contact.phone_e164)
_elsewhere = sa.func.lower(sa.func.coalesce(_here, "")) != sa.func.lower(NotificationSetting.destination)
IS_OUTDATED = NotificationSetting.enabled & sa.exists().where(
    Contact.id == NotificationSetting.contact_id, _elsewhere
).correlate(NotificationSetting)


@named_filter(NotificationSetting, "Contact has changed", reads=(Contact,))
def outdated(*, yes: YesNo) -> ColumnElement[bool]:
    """yes: its contact has another address or number by now, and it still goes to the one before."""
    return IS_OUTDATED if yes else ~IS_OUTDATED


@banner(Customer, "Contact has changed.", group="warn")
def changed_contacts(customer: Customer) -> Facts:
    """Settings that still name the e-mail or the phone that a contact had before."""
    rows = select(NotificationSetting).where(NotificationSetting.customer_id == customer.id, IS_OUTDATED)
    return Facts(
        ("still", "destination", "contact_id"), rows.order_by(NotificationSetting.id), verb="follow_contact"
    )
