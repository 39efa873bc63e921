"""The command line: the first administrator, ways back in, care for the search, operations."""

from flask import Flask

from . import index, mail, operate, people, roles, usage


def install(app: Flask) -> None:
    for command in (
        people.people,
        index.index,
        roles.roles,
        operate.operate,
        operate.undo,
        usage.import_usage,
        mail.receive_mail,
    ):
        app.cli.add_command(command)
