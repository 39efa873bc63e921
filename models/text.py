"""Text brought to the form in which it is compared: folded, stripped, cut into words."""

import re
import unicodedata

# Letters that Unicode does not decompose and that people leave out when they type.
_PLAIN = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
)
APOSTROPHES = "'’‘`´"
_APOSTROPHES = re.compile(f"[{APOSTROPHES}]")
_GAPS = re.compile(r"[^\w@.+]+|_")
_NOT_ALNUM = re.compile(r"[^0-9a-z]+")
# Control characters, lone surrogates and the marks that reorder or hide text on a screen.
_UNSAFE = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)


def fold(text: str) -> str:
    """Lower case without accents: "Ærø Šimková" -> "aero simkova"."""
    if text.isascii():
        return " ".join(text.lower().split())
    plain = text.casefold().translate(_PLAIN)
    bare = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
    return " ".join(bare.split())


def words(text: str) -> list[str]:
    """The words of a text as search sees them; e-mail addresses stay whole."""
    return [w.strip(".") for w in _GAPS.split(_APOSTROPHES.sub("", fold(text))) if w.strip(".")]


def squeeze(text: str) -> str:
    """Letters and digits only, folded: how codes and postal codes are compared."""
    return _NOT_ALNUM.sub("", fold(text))


def digits(text: str) -> str:
    return "".join(c for c in text if c in "0123456789")


def whole_number(text: str) -> int:
    """What an address or a hidden field holds, such as an id; 0 for anything else, or above 18 digits."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0


def clean(text: str) -> str:
    """What may be stored: no control characters and nothing invisible, NFC, trimmed."""
    return unicodedata.normalize("NFC", _UNSAFE.sub("", text.replace("\r\n", "\n"))).strip()


def plain_email(text: str) -> str:
    """The form in which two e-mail addresses are the same: trimmed and case-folded."""
    return text.strip().casefold()


def plain_postal(text: str) -> str:
    """Upper case without blanks: "1016 hd" -> "1016HD"."""
    return "".join(text.split()).upper()
