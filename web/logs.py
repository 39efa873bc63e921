"""One JSON line per request and per event, tied together by a request id.

No line holds what people typed: no query values, no form data, no path of an unknown address
(it may hold a token), no parameters of statements.
"""

import logging
import re
import sys
import time
import uuid
from typing import Any

import structlog
from flask import Flask, Response, g, request
from structlog.typing import EventDict

from config import Config

REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
LONGEST_MESSAGE = 200

log = structlog.get_logger("web")


def first_line_only(logger: Any, method: str, event: EventDict) -> EventDict:
    """Later lines of a database error repeat the values of the row."""
    for stack in event.get("exception") or ():
        stack["exc_value"] = stack["exc_value"].partition("\n")[0][:LONGEST_MESSAGE]
        stack.pop("exceptions", None)
    return event


def processors() -> list[Any]:
    tracebacks = structlog.tracebacks.ExceptionDictTransformer(show_locals=False, max_frames=30)
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.ExceptionRenderer(tracebacks),
        first_line_only,
    ]


def configure() -> None:
    structlog.configure(
        processors=[*processors(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def write_to_stderr(level: str) -> None:
    """All logging of the process, other libraries' too, as JSON lines."""
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=processors(),
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(default=str),
        ],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    logging.basicConfig(handlers=[handler], level=level, force=True)


def request_id(given: str | None) -> str:
    """The caller's own id when it is harmless to print."""
    return given if given and REQUEST_ID.fullmatch(given) else uuid.uuid4().hex


def route() -> str:
    """The pattern of the address, or its first part when nothing answers there."""
    if request.url_rule is not None:
        return request.url_rule.rule
    return "/" + request.path.lstrip("/").partition("/")[0][:40]


def row() -> int | None:
    found = (request.view_args or {}).get("row_id")
    return found if isinstance(found, int) else None


def install(app: Flask, config: Config) -> None:
    configure()
    if config.environment != "test":  # pytest keeps its own handlers
        write_to_stderr(config.log_level)

    @app.before_request
    def begin() -> None:
        g.request_id = request_id(request.headers.get("X-Request-ID"))
        g.started = time.perf_counter()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=g.request_id)

    @app.after_request
    def end(response: Response) -> Response:
        response.headers["X-Request-ID"] = g.request_id
        log.info(
            "request",
            method=request.method,
            route=route(),
            id=row(),
            status=response.status_code,
            ms=round((time.perf_counter() - g.started) * 1000, 1),
            address=request.remote_addr,
        )
        return response
