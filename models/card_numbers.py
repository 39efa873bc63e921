"""Numbers of payment cards, which are never stored: how they are known among what people type."""

import re

NO_CARDS = "This looks like a card number. Card numbers are never stored here."

# Beginnings and lengths that card schemes have (ISO/IEC 7812, major industries 2 to 6). Luhn alone is
# not enough: every ICCID satisfies it too, and so does one in ten of all other numbers.
_SCHEMES = re.compile(
    r"4(\d{12}|\d{15}|\d{18})|2[2-7]\d{14}|5\d{15}|(6\d|50|5[6-9])\d{14,17}"
    r"|3[47]\d{13}|3[0689]\d{12}|35\d{14,17}"
)


def holds_card_number(text: str) -> bool:
    """A run of figures, blanks and dashes between allowed, that a payment card could have."""
    runs = re.findall(r"(?<![\d+])\d(?:[ -]?\d){12,18}(?!\d)", text)
    return any(_could_pay(re.sub("[ -]", "", run)) for run in runs)


def _could_pay(figures: str) -> bool:
    own, doubled = figures[-1::-2], [sum(divmod(2 * int(d), 10)) for d in figures[-2::-2]]
    return bool(_SCHEMES.fullmatch(figures)) and (sum(map(int, own)) + sum(doubled)) % 10 == 0
