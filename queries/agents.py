"""Browsers in words, from what they call themselves."""

import re

BROWSERS = {"Edg": "Edge", "Firefox": "Firefox", "OPR": "Opera", "Chrome": "Chrome", "Safari": "Safari"}
SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS": "macOS",
    "Linux": "Linux",
}


def named(agent: str) -> str:
    """ "Firefox on Linux"; "A program" when nothing is known."""
    browser = next((name for mark, name in BROWSERS.items() if f"{mark}/" in agent), "")
    system = next((name for mark, name in SYSTEMS.items() if mark in agent), "")
    said = " on ".join(filter(None, (browser, system)))
    return said or re.sub(r"/.*", "", agent)[:40] or "A program"
