"""Which towns a postal code belongs to."""

import zipcodes

MOST = 10


def towns(country: str, code: str) -> list[tuple[str, str]]:
    """(city, region) of a postal code; empty where nothing is known, which is all but the US."""
    bare = code.strip()[:5]
    if country != "US" or not (len(bare) == 5 and bare.isascii() and bare.isdigit()):
        return []
    found = [(place["city"], place["state"]) for place in zipcodes.matching(bare)]
    return list(dict.fromkeys(found))[:MOST]
