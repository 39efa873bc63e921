import re

import pytest

from .source import ROOT

SCRIPTS = ROOT / "static" / "js"


@pytest.mark.browser
def test_the_browser_reaches_the_app_and_hears_no_complaint(page):
    answer = page.goto("/healthz")
    assert answer is not None and answer.status == 200


def test_every_icon_that_a_script_draws_is_in_the_sprite():
    scripts = "".join(path.read_text() for path in SCRIPTS.glob("*.js"))
    drawn = " ".join(re.findall(r"\bicon\([^)]*\)|picture: '[^']*'", scripts))
    named = set(re.findall(r"'([a-z][a-z0-9-]*)'", drawn))
    sprite = (ROOT / "static" / "vendor" / "icons.svg").read_text()
    assert {"x", "check", "moon"} <= named
    assert not {name for name in named if f'id="{name}"' not in sprite}
