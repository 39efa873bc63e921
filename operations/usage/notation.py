"""Numbers in the notations that switches write, brought to one: digits with the country code in front.

Millions of them go through here, so a number is taken apart by the few patterns of its country and
not validated: what is compared with it was validated when it was typed.
"""

import re
from functools import cache, cached_property

import phonenumbers

NOT_A_DIGIT = re.compile(r"[\s().\-/]+")
LONGEST_CODE = 3  # digits of a country code


class Notation:
    """How numbers are written in a country."""

    def __init__(self, country: str) -> None:
        found = phonenumbers.PhoneMetadata.metadata_for_region(country, None)
        self.code = str(found.country_code) if found else ""
        self._found = found

    @cached_property
    def abroad(self) -> re.Pattern[str]:
        """What is dialled before a country code, 00 everywhere, 011 in the United States."""
        own = self._found.international_prefix if self._found else None
        return re.compile(rf"(?:00|{own or '00'})(?=[1-9])")

    @cached_property
    def at_home(self) -> re.Pattern[str] | None:
        """A whole number without country code."""
        wanted = self._found.general_desc.national_number_pattern if self._found else None
        return re.compile(wanted) if wanted else None

    @cached_property
    def trunk(self) -> str:
        """What stands before numbers of the same country, such as 0."""
        return (self._found.national_prefix if self._found else "") or ""

    def digits(self, text: str) -> str:
        """ "082 123 4567" and "0027821234567" are "27821234567" in South Africa.

        What no notation of the country explains stays as it is, such as a service number.
        """
        bare = NOT_A_DIGIT.sub("", text)
        return bare[1:] if bare[:1] == "+" else self.explained(bare) or bare

    def dialled(self, text: str, country: str) -> str:
        """The same of what was dialled on a line in a country: as it is read there, or else here.

        There, a local number begins as people dial it. Digits without country code or trunk prefix could be
        a number of another country just as well, and would cost something else without anybody noticing.
        """
        bare = NOT_A_DIGIT.sub("", text)
        if bare[:1] == "+":
            return bare[1:]
        there = notation(country) if country else self
        return there.explained(bare, strictly=True) or self.explained(bare) or bare

    def explained(self, bare: str, strictly: bool = False) -> str:
        """Empty for what is no number of this notation."""
        if abroad := self.abroad.match(bare):
            return bare[abroad.end() :]
        if self.at_home is None:
            return ""
        own = bare.removeprefix(self.trunk) if self.trunk else bare
        if own != bare and self.at_home.fullmatch(own):
            return self.code + own
        if strictly and self.trunk not in ("", self.code):
            return ""
        return self.code + bare if self.at_home.fullmatch(bare) else ""


notation = cache(Notation)


def country_of(number: str) -> str:
    """The country of an E.164 number, by its country code alone; of several that share one, the largest.
    Empty for those of no country, such as +800."""
    return _country_at(number[1 : LONGEST_CODE + 1])


@cache
def _country_at(first: str) -> str:
    known = phonenumbers.COUNTRY_CODE_TO_REGION_CODE
    codes = (int(first[:length]) for length in range(1, len(first) + 1))
    country = next((known[code][0] for code in codes if code in known), "")
    return country if country.isalpha() else ""  # 001 stands for all the world
