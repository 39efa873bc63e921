"""What this installation has decided, as typed values."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.base import now
from models.setting import AppSetting

TEN_YEARS = 3650  # days


@dataclass(frozen=True)
class Decision:
    """A setting that the program knows: its value as shipped, what it decides, how it is read."""

    default: str
    says: str
    read: Callable[[str], Any] = str


def one_of(*choices: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in choices:
            raise ValueError(f"use one of {', '.join(choices)}")
        return text

    return read


def on_off(text: str) -> bool:
    return one_of("on", "off")(text) == "on"


def whole(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise ValueError("use a whole number")
    return int(text)


def days(least: int) -> Callable[[str], int]:
    """A number of days from `least` to ten years, which every moment can be moved by."""

    def read(text: str) -> int:
        if not least <= (number := whole(text)) <= TEN_YEARS:
            raise ValueError(f"use {least} to {TEN_YEARS}")
        return number

    return read


def code(length: int) -> Callable[[str], str]:
    def read(text: str) -> str:
        if not (text.isascii() and text.isalpha() and text.isupper() and len(text) == length):
            raise ValueError(f"use {length} capital letters")
        return text

    return read


def zone(text: str) -> str:
    if text not in available_timezones():
        raise ValueError("use a time zone such as Africa/Johannesburg")
    return text


DECISIONS: Mapping[str, Decision] = {
    "default_country": Decision("US", "Country of phone numbers and postal codes, two letters.", code(2)),
    "timezone": Decision("UTC", "In which business days begin, and times in files of usage are.", zone),
    "default_currency": Decision("USD", "Currency of new customers, three letters.", code(3)),
    "password_mail": Decision(
        "link",
        "What a new log-in is mailed. link: a link to choose a password; one_time_password: one besides.",
        one_of("link", "one_time_password"),
    ),
    "default_password": Decision(
        "", "What the action Set empty passwords gives to everybody; empty: each their own random one."
    ),
    "second_person_above": Decision(
        "0", "Operations on more rows than this wait for a second person to agree; 0: none do.", whole
    ),
    "company_name": Decision("", "Name at the head of what is printed; empty: the name of this panel."),
    "company_address": Decision("", "Address and telephone at the head of what is printed, line by line."),
    "company_small_print": Decision("", "At the foot of every printed page, such as a tax number."),
    "paper_size": Decision("A4", "Paper that is printed on. A4, or Letter.", one_of("A4", "Letter")),
    "quote_days": Decision("30", "Days for which a quote holds when it does not say until when.", days(1)),
    "ticket_department": Decision(
        "", "Department of what customers ask in the portal; empty: the first one."
    ),
    "ticket_close_days": Decision("7", "A resolved ticket is closed after so many days; 0: never.", days(0)),
    "rating_after_ticket": Decision("on", "on: closing a ticket asks the customer for a rating.", on_off),
    "rating_after_order": Decision("on", "on: completing an order asks the customer for a rating.", on_off),
    "rating_on_request": Decision("on", "on: staff may ask a customer for a rating.", on_off),
    "rating_link_days": Decision("14", "Days for which the link of a request for a rating is good.", days(1)),
    "customer_approval": Decision("off", "on: new customers wait for approval; off: they do not.", on_off),
}


def today(session: Session, moment: dt.datetime | None = None) -> dt.date:
    """The day that a moment, or else now, falls on for the company.

    Days of business, on which prices, changes and quotes begin or end, are those of its time zone.
    """
    return (moment or now()).astimezone(ZoneInfo(setting(session, "timezone"))).date()


def setting(session: Session, name: str) -> Any:
    """The value in force: the stored one, or the shipped one when none is stored."""
    decision = DECISIONS[name]
    stored = session.scalar(sa.select(AppSetting.value).where(AppSetting.name == name))
    return decision.read(decision.default if stored is None else stored)
