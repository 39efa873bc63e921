"""The application: config -> database -> models -> web -> access -> pages -> checks."""

from flask import Flask
from flask_migrate import Migrate

import admin_views
import commands
import portal
import web
import worker
from admin_views import gate, signin
from config import Config
from models import database, db
from operations.installation import Installation, settle


def create_app(config: Config | None = None) -> Flask:
    config = config or Config.from_env()
    app = Flask("recordroom", root_path=str(Config.root()), static_folder=None)
    app.config["RECORDROOM"] = config
    settle(installation_of(config))
    connect(app, config)
    web.install(app, config)
    gate.install(app)
    portal.install(app, config)
    signin.install(app, config)
    admin_views.install(app, config)
    commands.install(app)
    worker.install(app, config)
    gate.check_routes(app)
    return app


def installation_of(config: Config) -> Installation:
    return Installation(
        name=config.app_name,
        url=config.url,
        sender=config.mail_from,
        smtp_url=config.smtp_url,
        key=config.encryption_key or config.secret_key,
        mailbox=config.mailbox,
        sms_url=config.sms_url,
        sms_token=config.sms_token,
        sms_sender=config.sms_from,
        documents=config.documents,
        usage=config.instance / "usage",
        inbox=config.usage_folder,
        largest_document=config.document_mb * 2**20,
    )


def connect(app: Flask, config: Config) -> None:
    app.config["SQLALCHEMY_DATABASE_URI"] = config.database_url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = database.engine_options(config.database_url)
    db.init_app(app)
    Migrate(app, db)
