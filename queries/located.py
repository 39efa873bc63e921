"""In which country a record is at home: what is typed without a country is read there."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.base import Table, keys_between, table_named
from models.customer import Address, AddressRole, Customer


def country_of(session: Session, model: type[Table], row_id: int | None) -> str | None:
    """Of whose the record is: where they are billed, else their first location; None when unknown."""
    if row_id is None:
        return None
    if model is Customer:
        return session.scalar(countries(row_id).limit(1))
    above = model.screen.part_of or model.screen.tab_of
    if not above:
        return None
    key = keys_between(model, above)[0]
    owner = session.scalar(sa.select(key).where(model.__table__.c.id == row_id))
    return country_of(session, table_named(above), owner)


def countries(customer_id: int | sa.ColumnElement[int]) -> sa.Select[tuple[str]]:
    """Those of a customer, the one that counts first."""
    first = sa.case((Address.role == AddressRole.BILL_TO, 0), else_=1)
    return sa.select(Address.country).where(Address.customer_id == customer_id).order_by(first, Address.id)
