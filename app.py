"""The application: config -> database -> models -> web -> access -> pages -> checks."""

from flask import Flask
from flask_migrate import Migrate

import admin_views
import commands
import web
from admin_views import gate, signin
from config import Config
from models import database, db


def create_app(config: Config | None = None) -> Flask:
    config = config or Config.from_env()
    app = Flask("recordroom", root_path=str(Config.root()), static_folder=None)
    app.config["RECORDROOM"] = config
    connect(app, config)
    web.install(app, config)
    gate.install(app)
    signin.install(app, config)
    admin_views.install(app, config)
    commands.install(app)
    gate.check_routes(app)
    return app


def connect(app: Flask, config: Config) -> None:
    app.config["SQLALCHEMY_DATABASE_URI"] = config.database_url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = database.engine_options(config.database_url)
    db.init_app(app)
    Migrate(app, db)
