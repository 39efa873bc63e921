"""What the files of switches look like, and how a line of each is understood.

A format is made for one file: from its first line, if that names the columns.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from hashlib import sha256
from ipaddress import ip_address
from zoneinfo import ZoneInfo

from models.base import now
from models.usage import UsageFormat, UsageKind

from .line import AHEAD, EARLIEST, Broken, Connection, Used

MOST_COLUMNS = 100
LONGEST_KEY = 64


class WrongFile(ValueError):
    """The file as a whole is not of this format, with the reason in words."""


class Format:
    """Reads the fields of one line. `has_header`: the first line names the columns."""

    has_header = False

    def __init__(self, first: Sequence[str], zone: ZoneInfo) -> None:
        self.zone = zone
        self.latest = now() + AHEAD
        self.columns = len(first)
        if len(first) > MOST_COLUMNS:
            raise WrongFile(f"It has {len(first):,} columns; at most {MOST_COLUMNS} are read.")

    def read(self, fields: Sequence[str]) -> Used:
        raise NotImplementedError

    def moment(self, text: str) -> dt.datetime:
        """Without a zone, in ours."""
        try:
            found = dt.datetime.fromisoformat(text.strip())
        except ValueError:
            raise Broken(f"“{text[:40]}” is no date and time such as 2026-11-21 14:30:00") from None
        if found.tzinfo is None:
            found = found.replace(tzinfo=self.zone)
        if not EARLIEST <= found:
            raise Broken(f"“{text[:40]}” is before 2000")
        if found > self.latest:
            raise Broken(f"“{text[:40]}” is in the future")
        return found.astimezone(dt.UTC)


def whole(text: str, what: str) -> int:
    """A number of seconds, messages or bytes; a fraction of zero is let pass."""
    bare = text.strip()
    if bare.isdecimal() and bare.isascii() and len(bare) < 16:
        return int(bare)
    bare = bare.partition(".")[0] if bare.endswith(".0") else bare
    if not (bare.isascii() and bare.isdecimal() and len(bare) <= 17):
        if bare.startswith("-"):
            raise Broken(f"{what} is negative: {bare[:40]}")
        raise Broken(f"{what} is no whole number: “{bare[:40]}”")
    return int(bare)


def made_key(*parts: str) -> str:
    """For what has no key of its own: the same line has the same one."""
    return sha256("\x1f".join(parts).encode("utf-8", "replace")).hexdigest()[:40]


class NamedColumns(Format):
    """A file whose first line names its columns. `names`: ours to those that are understood."""

    has_header = True
    names: dict[str, tuple[str, ...]] = {}
    needed: tuple[str, ...] = ()

    def __init__(self, first: Sequence[str], zone: ZoneInfo) -> None:
        super().__init__(first, zone)
        given = [name.strip().strip("\ufeff").casefold().replace(" ", "_") for name in first]
        self.at: dict[str, int] = {}
        for ours, known in self.names.items():
            places = [given.index(name) for name in known if name in given]
            if places:
                self.at[ours] = places[0]
        missing = [n for n in self.needed if n not in self.at]
        if missing:
            raise WrongFile(
                f"Its first line has to name the column {missing[0]}. Needed are {', '.join(self.needed)}. "
                f"It names {', '.join(filter(None, (name[:24] for name in given[:3]))) or 'nothing'}."
            )
        if doubled := next((name for name in given if name and given.count(name) > 1), ""):
            raise WrongFile(f"Its first line names {doubled[:24]} twice.")

    def of(self, fields: Sequence[str], name: str) -> str:
        return fields[self.at[name]].strip() if name in self.at else ""


KINDS = {
    **{kind.value: kind for kind in UsageKind},
    "": UsageKind.VOICE,
    "call": UsageKind.VOICE,
    "message": UsageKind.SMS,
}


class Csv(NamedColumns):
    names = {
        "key": ("key", "id", "uniqueid", "uuid"),
        "kind": ("kind", "type"),
        "start": ("start", "started_at", "time"),
        "from": ("from", "src", "caller"),
        "to": ("to", "dst", "called"),
        "quantity": ("quantity", "seconds", "billsec", "messages", "bytes"),
        "username": ("username", "data_account"),
        "sim": ("sim", "iccid", "imsi", "msisdn"),
        "account_code": ("account_code", "accountcode"),
    }
    needed = ("start", "quantity")

    def __init__(self, first: Sequence[str], zone: ZoneInfo) -> None:
        super().__init__(first, zone)
        # A column that the file does not have is read from one past the last.
        self.places = [self.at.get(name, self.columns) for name in self.names]

    def read(self, fields: Sequence[str]) -> Used:
        given = [*fields, ""]
        key, kind, start, src, dst, quantity, username, sim, code = [given[at].strip() for at in self.places]
        if not (src or dst or username or sim or code):
            raise Broken("nothing says whose it was: from, to, username, sim and account_code are empty")
        key = key or made_key(kind, start, src, dst, quantity, username, sim, code)
        if len(key) > LONGEST_KEY:
            raise Broken(f"the key is longer than {LONGEST_KEY} characters")
        used = KINDS.get(kind) or KINDS.get(kind.casefold())
        if used is None:
            raise Broken(f"“{kind[:40]}” is not voice, sms or data")
        amount = whole(quantity, "quantity")
        named = username[:200], sim[:32], code[:32]
        return Used(key, used, self.moment(start), amount, number(src), number(dst), *named)


def number(text: str) -> str:
    if len(text) > 32:
        raise Broken(f"“{text[:40]}” is too long for a number")
    return text


class Asterisk(Format):
    """Master.csv: accountcode, src, dst, dcontext, clid, channel, dstchannel, lastapp, lastdata, start,
    answer, end, duration, billsec, disposition, amaflags, then uniqueid and userfield where they are on."""

    def __init__(self, first: Sequence[str], zone: ZoneInfo) -> None:
        super().__init__(first, zone)
        if not 16 <= len(first) <= 20:
            raise WrongFile(f"A line of Asterisk's Master.csv has 16 to 18 columns; this has {len(first)}.")

    def read(self, fields: Sequence[str]) -> Used:
        unique = fields[16] if len(fields) > 16 else ""
        # One call may leave several lines with the same uniqueid, one for each leg.
        legs = made_key(unique, *fields[1:3], *fields[5:7], *fields[9:14])
        key = f"{unique[:31]}-{legs[:32]}" if unique else legs
        seconds = whole(fields[13], "billsec")
        src, dst = number(fields[1].strip()), number(fields[2].strip())
        started = self.moment(fields[9])
        return Used(key, UsageKind.VOICE, started, seconds, src, dst, code=fields[0].strip()[:32])


class FreeSwitch(Format):
    """The template `example` of mod_cdr_csv: caller name, caller number, destination, context, start,
    answer, end, duration, billsec, hangup cause, uuid, uuid of the other leg, accountcode, codecs."""

    def __init__(self, first: Sequence[str], zone: ZoneInfo) -> None:
        super().__init__(first, zone)
        if not 13 <= len(first) <= 20:
            raise WrongFile(f"A line of FreeSWITCH has 13 columns or more; this has {len(first)}.")

    def read(self, fields: Sequence[str]) -> Used:
        key = fields[10].strip()
        if not 8 <= len(key) <= LONGEST_KEY:
            raise Broken(f"“{key[:40]}” is no uuid")
        seconds = whole(fields[8], "billsec")
        src, dst = number(fields[1].strip()), number(fields[2].strip())
        started = self.moment(fields[4])
        return Used(key, UsageKind.VOICE, started, seconds, src, dst, code=fields[12].strip()[:32])


class Sessions(NamedColumns):
    """An export of RADIUS accounting, by the names that its tables have."""

    names = {
        name: (name,)
        for name in (
            "acctuniqueid",
            "username",
            "nasipaddress",
            "framedipaddress",
            "callingstationid",
            "acctstarttime",
            "acctupdatetime",
            "acctstoptime",
            "acctinputoctets",
            "acctoutputoctets",
            "acctterminatecause",
        )
    }
    needed = ("acctuniqueid", "username", "acctstarttime", "acctinputoctets", "acctoutputoctets")

    def read(self, fields: Sequence[str]) -> Used:
        key, username = self.of(fields, "acctuniqueid"), self.of(fields, "username")
        if not 1 <= len(key) <= LONGEST_KEY:
            raise Broken("acctuniqueid is empty" if not key else f"“{key[:40]}” is too long for a key")
        if not username:
            raise Broken("username is empty")
        received, sent = (
            whole(self.of(fields, name) or "0", name) for name in ("acctinputoctets", "acctoutputoctets")
        )
        connection = Connection(
            address(self.of(fields, "nasipaddress")) or "0.0.0.0",
            address(self.of(fields, "framedipaddress")),
            self.of(fields, "callingstationid")[:64],
            self.at_some_time(fields, "acctupdatetime"),
            self.at_some_time(fields, "acctstoptime"),
            received,
            sent,
            self.of(fields, "acctterminatecause")[:32],
        )
        started = self.moment(self.of(fields, "acctstarttime"))
        if connection.stopped_at and connection.stopped_at < started:
            raise Broken("acctstoptime is before acctstarttime")
        size = received + sent
        return Used(key, UsageKind.DATA, started, size, username=username[:200], connection=connection)

    def at_some_time(self, fields: Sequence[str], name: str) -> dt.datetime | None:
        text = self.of(fields, name)
        return self.moment(text) if text else None


def address(text: str) -> str | None:
    if not text:
        return None
    try:
        return str(ip_address(text))
    except ValueError:
        raise Broken(f"“{text[:40]}” is no network address") from None


FORMATS: dict[UsageFormat, Callable[[Sequence[str], ZoneInfo], Format]] = {
    UsageFormat.CSV: Csv,
    UsageFormat.ASTERISK: Asterisk,
    UsageFormat.FREESWITCH: FreeSwitch,
    UsageFormat.RADIUS: Sessions,
}
