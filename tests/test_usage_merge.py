"""Merges of customers who have used the same line on the same day: sums stay those of the records."""

import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from models.customer import Customer
from models.service import VoipLine
from models.usage import DeviceType, UsageDay, UsageKind
from seed.factory import make

from .merging import merged, unmerged
from .test_merge_properties import FEW
from .usage import call, caller, kept_in, rate, read_all, records, sums_agree, take_in, text
from .verbs import do

# Who has the line, on which day of the month, for how long, and what is called.
CALLS = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.integers(1, 3),
        st.integers(0, 300),
        st.sampled_from(("+27821234567", "+4930123456")),
    ),
    max_size=8,
)


def used(session, line, owners, calls, began):
    """Each call while the line is with its customer."""
    for n, (whose, day, seconds, to) in enumerate(calls, began):
        session.get(VoipLine, line.id).customer_id = owners[whose].id
        session.commit()
        start, number = f"2026-11-{day:02} 10:00:00", line.number_e164
        content = text(call(f"{line.id}-{n}", to, seconds, start, number))
        read_all(session, take_in(session, content))


def days(session):
    """What is in the sums, but for those that have become nothing."""
    session.expire_all()
    said = (UsageDay.customer_id, UsageDay.day, UsageDay.records, UsageDay.quantity, UsageDay.amount)
    return sorted(session.execute(sa.select(*said).where(UsageDay.records != 0)).all())


@FEW
@given(before=CALLS, later=CALLS, priced_again=st.booleans())
def test_sums_are_those_of_the_records_through_a_merge_and_back(
    session, tmp_path, before, later, priced_again
):
    last = session.scalar(sa.select(sa.func.max(VoipLine.id))) or 0  # of the examples before
    who = caller(session, f"+2710{5_550_100 + last}")
    owners = [who.customer, *(make(session, Customer, currency="USD") for _ in range(2))]
    session.commit()
    with kept_in(tmp_path):
        used(session, who.line, owners, before, 0)
        had = days(session)
        run = merged(session, *owners)
        assert sums_agree(session)
        mine = [row for row in records(session) if row.voip_line_id == who.line.id]
        assert len(mine) == len(before) and {row.customer_id for row in mine} <= {owners[0].id}
        used(session, who.line, owners[:1], [(0, *one[1:]) for one in later], len(before))
        if priced_again and mine:
            rate(session, who.plan, "49", "0.10")
            do(session, "rate_again", *mine)
        assert sums_agree(session)
        unmerged(session, run)
    assert sums_agree(session)
    if not later and not priced_again:
        assert days(session) == had


def test_sums_without_records_are_added_and_taken_back(session):
    """Of days whose records are no longer kept."""
    who, other = caller(session), caller(session, "+27105550200")
    said = {
        "kind": UsageKind.VOICE,
        "device_type": DeviceType.VOIP_LINE,
        "day": who.customer.created_at.date(),
    }
    for customer in (who.customer, other.customer):
        for device, minutes in ((who.line.id, 5), (customer.id + 10**6, 7)):
            make(
                session,
                UsageDay,
                customer_id=customer.id,
                device_id=device,
                quantity=minutes * 60,
                records=1,
                **said,
            )
    session.commit()
    had = days(session)
    run = merged(session, who.customer, other.customer)
    assert {row.customer_id for row in days(session)} == {who.customer.id}
    assert sorted(row.quantity for row in days(session)) == [420, 420, 600]
    unmerged(session, run)
    assert days(session) == had
