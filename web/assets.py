"""Static files under an address that changes with their content, so that browsers may keep them."""

from functools import cache
from hashlib import blake2b
from pathlib import Path

from flask import Flask, Response, send_from_directory, url_for

from config import Config

A_YEAR = "public, max-age=31536000, immutable"


@cache
def version_of(folder: Path) -> str:
    """One version for all files: modules and styles name each other by relative address."""
    digest = blake2b(digest_size=6)
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            digest.update(path.relative_to(folder).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def install(app: Flask, config: Config) -> None:
    folder = config.root() / "static"
    current = version_of(folder)
    # In development a file changes while the server runs.
    keep = "no-cache" if config.environment == "development" else A_YEAR

    @app.get("/static/v-<version>/<path:filename>", endpoint="asset")
    def send_asset(version: str, filename: str) -> Response:
        response = send_from_directory(folder, filename)
        response.headers["Cache-Control"] = keep if version == current else "no-cache"
        return response

    @app.template_global()
    def asset(path: str) -> str:
        return url_for("asset", version=current, filename=path)
