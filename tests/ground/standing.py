"""An app standing on its database, ready for one test after another."""

from functools import cached_property

import sqlalchemy as sa
from flask import Flask

from app import create_app

from .browser import Live
from .client import Client
from .traffic import Writes, requests
from .worlds import World, config_for


class Ground:
    def __init__(self, world: World) -> None:
        self.world = world
        self.app: Flask = create_app(config_for(world.url, world.folder))
        self.app.test_client_class = Client
        requests.watch(self.app)
        with self.app.app_context():
            self.engine: sa.Engine = self.app.extensions["sqlalchemy"].engine
        self._hurry()
        self.writes = Writes(self.engine)

    def _hurry(self) -> None:
        """SQLite waits for the disk at every commit; these files need not outlive a power cut."""
        if self.world.kind == "sqlite":
            self.engine.dispose()
            sa.event.listen(self.engine, "connect", lambda c, _: c.execute("PRAGMA synchronous=OFF"))

    @cached_property
    def live(self) -> Live:
        return Live(self.app)

    def put_back(self) -> None:
        if self.writes.seen:
            # SQLite's connections remember tables by the number of the schema, which goes back too: one that
            # saw a test's own tables under a number would believe in them when the number comes again.
            if self.world.kind == "sqlite":
                self.engine.dispose()
            self.world.put_back()
            self.writes.seen = False

    def close(self) -> None:
        if "live" in vars(self):
            self.live.close()
        self.engine.dispose()
        self.world.close()
