"""What the suite stands on: databases, a client, a browser, counters. Tests use the fixtures of conftest."""

import pytest

# A test runs on both databases. Where the one behind a page cannot matter, or only one of them can do it:
on_sqlite = pytest.mark.parametrize("ground", ["sqlite"], indirect=True)
on_postgresql = pytest.mark.parametrize("ground", ["postgresql"], indirect=True)
