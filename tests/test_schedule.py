"""When periodic jobs run next."""

import datetime as dt

import pytest

from jobs.schedule import schedule


def utc(*parts):
    return dt.datetime(*parts, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("words", "now", "then"),
    [
        ("5 seconds", utc(2026, 11, 22, 10, 0, 3), utc(2026, 11, 22, 10, 0, 5)),
        ("5 seconds", utc(2026, 11, 22, 10, 0, 5), utc(2026, 11, 22, 10, 0, 10)),
        ("10 minutes", utc(2026, 11, 22, 10, 9, 59, 999_999), utc(2026, 11, 22, 10, 10)),
        ("minute", utc(2026, 12, 31, 23, 59, 1), utc(2027, 1, 1)),
        ("hour", utc(2026, 11, 22, 10, 30), utc(2026, 11, 22, 11)),
        ("day", utc(2026, 11, 22, 10, 30), utc(2026, 11, 23)),
        ("day 03:15 UTC", utc(2026, 11, 22, 3, 14), utc(2026, 11, 22, 3, 15)),
        ("day 03:15 UTC", utc(2026, 11, 22, 3, 15), utc(2026, 11, 23, 3, 15)),
        ("day 23:59 UTC", utc(2028, 2, 28, 23, 59, 30), utc(2028, 2, 29, 23, 59)),
    ],
)
def test_the_next_moment_is_the_first_one_later_than_now(words, now, then):
    assert schedule(words).after(now) == then


def test_a_day_is_24_hours_on_the_nights_when_clocks_are_changed():
    prague = dt.timezone(dt.timedelta(hours=2))
    before = dt.datetime(2026, 10, 25, 1, 30, tzinfo=prague)  # an hour later it is one hour earlier
    moments = [schedule("day 00:30 UTC").after(before)]
    moments.append(schedule("day 00:30 UTC").after(moments[0]))
    assert moments == [utc(2026, 10, 25, 0, 30), utc(2026, 10, 26, 0, 30)]


@pytest.mark.parametrize(
    "words",
    [
        "",
        "often",
        "0 seconds",
        "-1 hour",
        "1.5 hours",
        "99999 days",
        "day 03:15",
        "day 3:15 UTC",
        "day 24:00 UTC",
        "hour 03:15 UTC",
        "2 days 03:15 UTC",
        "day 03:15 CET",
        "٣ hours",
    ],
)
def test_words_that_say_no_schedule_are_refused(words):
    with pytest.raises(ValueError):
        schedule(words)
