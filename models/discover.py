"""Declarations register when their file is read, so every file of a package is read at the start."""

import importlib
import pkgutil
from collections.abc import Iterable


def read_all(package: str, path: Iterable[str]) -> None:
    """Import every module of a package: a new file needs no mention anywhere."""
    for found in pkgutil.iter_modules(path):
        importlib.import_module(f"{package}.{found.name}")
