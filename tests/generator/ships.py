"""Two ships as they are typed into the form, and how a test sends forms."""

import datetime as dt
from decimal import Decimal

from ..ground.people import sign_in
from ..reading import words

# What is typed into the form, what is stored, and what would find it.
AERO = {
    "call_sign": ("PA1234", "PA1234", "pa1234"),
    "name": ("Ærø  Maru", "Ærø Maru", "maru"),
    "motto": ("Semper <b>eadem</b>", "Semper <b>eadem</b>", "semper"),
    "story": ("Built twice.\r\nSank never.", "Built twice.\nSank never.", None),
    "email": ("Bridge@Aero.Example", "Bridge@aero.example", "bridge@aero.example"),
    "phone": ("+31 (0)20 624 1111", "+31206241111", "+31 20 6241111"),
    "berth": ("Kade 1", "Kade 1", "kade"),
    "tax_number": ("NL001", "NL001", None),
    "postal_code": ("1016 hd", "1016 HD", "1016 hd"),
    "country": ("NL", "NL", "NL"),
    "currency": ("EUR", "EUR", "eur"),
    "locale": ("nl-NL", "nl_NL", "nl_NL"),
    "timezone": ("Europe/Amsterdam", "Europe/Amsterdam", "Europe/Amsterdam"),
    "price": ("1,284.50", Decimal("1284.50"), "1284..1285"),
    "rate": ("0.123456", Decimal("0.123456"), "0.1..0.2"),
    "share": ("12,5", Decimal("12.50"), "12.5"),
    "latitude": ("-33.918861", Decimal("-33.918861"), "..-33"),
    "crew": ("14", 14, "14"),
    "draught": ("4,25", Decimal("4.25"), "4..5"),
    "levy": ("1.2345", Decimal("1.2345"), "1..2"),
    "tonnage": ("123,456,789,012", 123_456_789_012, "123456789012"),
    "memory": ("2048", 2048, "2000..3000"),
    "hail": ("sms:+31206241111", "sms:+31206241111", "sms"),
    "in_service": ("yes", True, "yes"),
    "built_date": ("1999-12-31", dt.date(1999, 12, 31), "1999-12-31..2000-01-01"),
    "inspected_at": (
        "2026-11-01T14:30",
        dt.datetime(2026, 11, 1, 14, 30, tzinfo=dt.UTC),
        "2026-11-01..2026-11-02",
    ),
    "equipment": (["radar"], {"radar": True}, None),
    "rights": (["ship.read"], ["ship.read"], None),
    "remark": ("=1+1", "=1+1", None),
    "address": ("10.0.0.1", "10.0.0.1", "10.0.0.1"),
    "build": ("ferry", "ferry", "ferry"),
    "state": ("docked", "docked", "docked"),
    "flag": ("CHK", "CHK", "chk"),
}
PLAIN = {
    "name": "Plain Jane",
    "price": "1",
    "build": "tug",
    "country": "US",
    "currency": "USD",
    "locale": "en_US",
}
PLAIN |= {"timezone": "UTC", "built_date": "2020-01-01", "inspected_at": "2020-01-01T00:00", "crew": "2"}


def row_id(answer):
    assert answer.status_code == 302, words(answer)
    return int(answer.location.rstrip("/").split("/")[-1])


def ship(port, name, **more):
    return row_id(port.admin.submit("/admin/ship/new/", name=name, **more))


def send(client, form, **answers):
    for name, value in answers.items():
        form.fields[name.replace("keep_", "keep.")] = value
    return client.post(form.action, data=form.fields)


def open_twice(port, ship_id):
    """Two people open the same form."""
    other = sign_in(port.app, "admin")
    path = f"/admin/ship/{ship_id}/edit/"
    return (port.admin, port.admin.form(path, "/edit/")), (other, other.form(path, "/edit/"))
