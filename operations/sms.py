"""The way of text messages out: one request each to a gateway, as docs/operators.md describes it.

The address is the operator's, from the environment, so it may lead into their own network; nothing
that customers or staff write has a say in it, and no redirect is followed.
"""

import json
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

from .carriers import Never, Parcel, Unreachable

SECONDS = 10
LATER = (408, 425, 429)  # of 4xx, what another try may do better
LONGEST_ANSWER = 2_000  # bytes; more of it is not even read
SHOWN = 300


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        """A redirect is an answer like any other, and not the one that we need."""


class Gateway:
    """A service that takes text messages over HTTP."""

    def __init__(self, url: str, token: str = "") -> None:
        self.url, self.token = url, token
        self.opener = build_opener(ProxyHandler({}), _Stay)
        self.away: Unreachable | None = None  # it did not answer; this batch does not knock again

    def __enter__(self) -> "Gateway":
        return self

    def __exit__(self, *_: object) -> None: ...

    def carry(self, parcel: Parcel) -> None:
        if self.away:
            raise self.away
        try:
            with self.opener.open(self._request(parcel), timeout=SECONDS) as answer:
                answer.read(LONGEST_ANSWER)
        except HTTPError as error:
            raise _verdict(error) from error
        except (OSError, HTTPException) as error:
            words = getattr(error, "reason", None) or str(error) or type(error).__name__
            self.away = Unreachable(f"The gateway for text messages cannot be reached: {words}"[:SHOWN])
            raise self.away from error

    def _request(self, parcel: Parcel) -> Request:
        key = parcel.mail_id.strip("<>")  # the same in every attempt
        said = {"id": key, "to": parcel.recipient, "from": parcel.sender, "text": parcel.body}
        headers = {"Content-Type": "application/json", "Idempotency-Key": key}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        return Request(self.url, json.dumps(said).encode(), headers, method="POST")


def _verdict(error: HTTPError) -> Unreachable | Never:
    try:
        answer = error.read(LONGEST_ANSWER).decode("utf-8", "replace")
    except (OSError, HTTPException):
        answer = ""
    words = " ".join(f"{error.code} {error.reason} {answer}".split())[:SHOWN]
    again = error.code >= 500 or error.code in LATER
    return Unreachable(words) if again else Never(words)
