"""Passwords: how they are kept, and which are good enough."""

import re
import unicodedata
from functools import cache
from secrets import choice, token_hex

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from models.text import fold, squeeze

SHORTEST = 12
LONGEST = 1000  # hashing costs time, so nobody may send a book

# argon2id with what OWASP names as its least: 19 MiB and 2 passes, some 30 ms. More memory would
# let a handful of sign-ins at once starve a small machine.
hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)

_RUNS = (
    "0123456789" * 3,
    "abcdefghijklmnopqrstuvwxyz" * 2,
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertzuiopasdfghjklyxcvbnm",
)
_COMMON = re.compile(
    r"(?:password|passwort|passphrase|letmein|welcome|iloveyou|changeme|secret|qwerty|qwertyuiop|qwertz|asdfgh"
    r"|admin|administrator|login|master|monkey|dragon|football|baseball|sunshine|princess|superman|batman"
    r"|trustno|recordroom|abc|the|my|is|for|you|new|test|user|staff|summer|winter|spring|autumn)+"
)
_LOOKALIKES = str.maketrans("0134578@$!", "oieastbasi")


_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is taken for another one


def generated() -> str:
    """A password to be told or mailed once: some 79 random bits, in groups that can be read out."""
    return "-".join("".join(choice(_SIGNS) for _ in range(4)) for _ in range(4))


def hashed(password: str) -> str:
    return hasher.hash(_bytes(password))


def matches(password: str, stored: str | None) -> bool:
    """Takes as long when nothing is stored: how long it takes tells nobody who exists."""
    try:
        return hasher.verify(stored or _nobodys(hasher), _bytes(password))
    except (VerificationError, InvalidHashError):
        return False


def is_dated(stored: str) -> bool:
    """Made with weaker settings than today's."""
    return hasher.check_needs_rehash(stored)


def weakness(password: str, *names: str) -> str:
    """Why a password is refused, in words; "" when it is good. `names`: what anyone knows of the person."""
    if len(password) < SHORTEST:
        return f"Use at least {SHORTEST} characters; three or four words do well."
    if len(password) > LONGEST:
        return f"Use at most {LONGEST:,} characters."
    bare = squeeze(password)
    if bare in {squeeze(name) for name in names} | {squeeze(name.partition("@")[0]) for name in names}:
        return "This is your name or e-mail address. Choose something that others do not know."
    if _is_common(password, bare):
        return "Many people use this one, so it is tried first. Choose three or four words of your own."
    return ""


def _is_common(password: str, bare: str) -> bool:
    """Few different signs, a run of the keyboard, or nothing but words that everybody takes."""
    if len(set(password)) < 5:
        return True
    if bare and any(bare in run or bare[::-1] in run for run in _RUNS):
        return True
    plain = re.sub("[^a-z]+$", "", fold(password))
    spelled = {re.sub("[^a-z]", "", text) for text in (plain, plain.translate(_LOOKALIKES))}
    return password.isascii() and any(_COMMON.fullmatch(letters) for letters in spelled)


@cache
def _nobodys(of: PasswordHasher) -> str:
    return of.hash(token_hex(32))


def _bytes(password: str) -> bytes:
    # One keyboard writes é as one sign, another as two; both are the same password.
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
