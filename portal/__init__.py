"""What a customer sees: sign in, their own data, quotes, orders, what was sent, what support did."""

from flask import Blueprint, Flask

from config import Config

from . import access, gate, messages, orders, password, profile, quotes, ratings, support, tickets


def install(app: Flask, config: Config) -> None:
    """After the panel's gate and before the check of form tokens."""
    gate.install(app, config)
    portal = Blueprint("portal", __name__, url_prefix="/portal")
    for part in (access, password, profile, quotes, orders, tickets, messages, ratings, support):
        part.install(portal)
    app.register_blueprint(portal)
