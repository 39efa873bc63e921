"""A real Chromium, and the app served to it as in production."""

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from web.server import Server

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC = ("Chromium.app/Contents/MacOS/Chromium", "Google Chrome.app/Contents/MacOS/Google Chrome")
QUIET = (
    "--disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()


def program() -> str | None:
    if named := os.environ.get("CHROMIUM"):
        return named
    on_mac = (str(Path("/Applications") / name) for name in MAC)
    found = (*map(shutil.which, NAMES), *(path for path in on_mac if Path(path).exists()))
    return next(filter(None, found), None)


@contextmanager
def chromium(path: str) -> Iterator[Browser]:
    # Chromium's own sandbox does not work for root, as in most containers.
    flags = [*QUIET, "--no-sandbox"] if os.getuid() == 0 else QUIET
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=flags)
        yield browser
        browser.close()


class Live:
    """The app on a free port, by the server that production uses."""

    def __init__(self, app: Flask) -> None:
        self.server = Server(app, "127.0.0.1", 0, threads=4)
        self.address = f"http://127.0.0.1:{self.server.port}"
        self.thread = threading.Thread(target=self.server.run, name="live-server", daemon=True)
        self.thread.start()

    def close(self) -> None:
        self.server.stop()
        self.thread.join()


class Complaints:
    """What a page says to nobody: script errors and what the content policy blocked."""

    def __init__(self, page: Page) -> None:
        self.texts: list[str] = []
        page.on("pageerror", lambda error: self.texts.append(str(error)))
        page.on("console", self._console)

    def _console(self, message: ConsoleMessage) -> None:
        # A refused form answers 4xx, which the console calls an error; tests look at those themselves.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.texts.append(message.text)
