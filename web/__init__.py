"""What every page shares whatever it shows: headers, logs, error pages, health, static files.

`install(app, config)` is the one call; it comes before anything else registers with the app.
"""

from flask import Flask

from config import Config

from . import assets, errors, headers, health, ids, limits, logs, origin, server


def install(app: Flask, config: Config) -> None:
    headers.configure(app, config)
    logs.install(app, config)
    origin.install(app, config)
    limits.install(app, config)
    ids.install(app)
    headers.install(app, config)
    errors.install(app)
    health.install(app)
    assets.install(app, config)
    server.install(app, config)
