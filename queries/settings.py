"""What this installation has decided, as typed values."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.setting import AppSetting


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


def code(length: int) -> Callable[[str], str]:
    def read(text: str) -> str:
        if not (text.isascii() and text.isalpha() and text.isupper() and len(text) == length):
            raise ValueError(f"use {length} capital letters")
        return text

    return read


DECISIONS: Mapping[str, Decision] = {
    "default_country": Decision("US", "Country of phone numbers and postal codes, two letters.", code(2)),
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
    "customer_approval": Decision("off", "on: new customers wait for approval; off: they do not.", on_off),
}


def setting(session: Session, name: str) -> Any:
    """The value in force: the stored one, or the shipped one when none is stored."""
    decision = DECISIONS[name]
    stored = session.scalar(sa.select(AppSetting.value).where(AppSetting.name == name))
    return decision.read(decision.default if stored is None else stored)
