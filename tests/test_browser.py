import pytest


@pytest.mark.browser
def test_the_browser_reaches_the_app_and_hears_no_complaint(page):
    answer = page.goto("/healthz")
    assert answer is not None and answer.status == 200
