"""`python -m seed`: what every installation starts with. `python -m seed demo`: a world to try it in."""

import argparse

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app import create_app
from config import Config
from models.act import Act, acting
from models.base import db

from .demo import make_world
from .roles import ensure_roles, lacking


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m seed", description=__doc__)
    parser.add_argument(
        "what", nargs="?", choices=("demo",), help="demo: customers, staff and a week of work too"
    )
    asked = parser.parse_args()
    config = Config.from_env()
    with create_app(config).app_context():
        session = db.session()
        if not sa.inspect(session.connection()).has_table("role"):
            raise SystemExit("This database has no tables yet; run: make migrate")
        acting(session, Act(source="seed"))
        if asked.what == "demo":
            make_world(session, config)
        else:
            start(session)


def start(session: Session) -> None:
    ensure_roles(session)
    session.commit()
    print("Roles and settings are there. The first administrator: flask staff create EMAIL")
    if missing := [name for name, permissions in lacking(session).items() if permissions]:
        print(f"Less than as shipped is permitted to {', '.join(missing)}; see: flask roles compare")


if __name__ == "__main__":
    main()
