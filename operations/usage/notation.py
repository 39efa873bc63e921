"""Numbers in the notations that switches write, brought to one: digits with the country code in front.

Millions of them go through here, so a number is taken apart by the few patterns of its country and
not validated: what is compared with it was validated when it was typed.
"""

import re
from functools import cached_property

import phonenumbers

NOT_A_DIGIT = re.compile(r"[\s().\-/]+")


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
        if bare[:1] == "+":
            return bare[1:]
        if abroad := self.abroad.match(bare):
            return bare[abroad.end() :]
        if self.at_home is None:
            return bare
        own = bare.removeprefix(self.trunk) if self.trunk else bare
        if own != bare and self.at_home.fullmatch(own):
            return self.code + own
        return self.code + bare if self.at_home.fullmatch(bare) else bare
