"""What the suite stands on: databases, a client, a browser, counters. Tests use the fixtures of conftest."""
