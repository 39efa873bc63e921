"""Questions that are declared as functions."""

from decimal import Decimal

import pytest
import sqlalchemy as sa

from models.customer import Customer
from models.fields import Country, Money, PostalCode
from models.parse import Place, Unreadable
from queries.declare import NamedFilter, _asks


def asked(function, text, country="US"):
    made = NamedFilter(Customer, "Owing", function, _asks(function))
    return made.condition(text, Place(country))


def owing(*, amount: Money) -> sa.ColumnElement[bool]:
    return Customer.balance >= amount


def living(*, code: PostalCode, country: Country) -> sa.ColumnElement[bool]:
    return sa.and_(sa.literal(code) == code, sa.literal(country) == country)


def test_a_named_filter_reads_its_value_by_its_type():
    assert asked(owing, "1,000.50").right.value == Decimal("1000.50")


@pytest.mark.parametrize("text", ["", " ", "much"])
def test_a_named_filter_refuses_what_its_type_cannot_read(text):
    with pytest.raises(Unreadable):
        asked(owing, text)


@pytest.mark.parametrize(("text", "country"), [("7001", "ZA"), ("NL:7001", "NL")])
def test_a_country_before_the_value_wins_over_the_persons_own(text, country):
    said = asked(living, text, country="ZA")
    assert country in said.compile().params.values()


@pytest.mark.parametrize("text", [":7001", "NL:", "XX:7001"])
def test_half_a_place_is_refused(text):
    with pytest.raises(Unreadable):
        asked(living, text)
