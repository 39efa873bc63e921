"""A client that behaves like a browser: every request on its own, forms sent as they stand."""

from contextvars import Context
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse


class Client(FlaskClient):
    staff_id: int | None = None  # who has signed in

    def open(self, *args: Any, **rest: Any) -> TestResponse:
        rest.setdefault("buffered", True)  # read to the end, so that files are closed
        # A test that holds an app context would lend it to the request, with its session and `g`.
        return Context().run(super().open, *args, **rest)

    def form(self, path: str, action: str = "") -> "Form":
        """The form of a page as a person first sees it: the one to `action`, or to the page itself."""
        return find_form(self.get(path, follow_redirects=True), action)

    def token(self) -> str:
        """What every form of whoever has signed in carries."""
        return self.form("/admin/profile/").fields["csrf_token"]

    def submit(self, path: str, action: str = "", **answers: Any) -> TestResponse:
        """Open the page, change these fields, press the button. A list answers a field several times."""
        form = self.form(path, action)
        for name, value in answers.items():
            form.fields.setlist(name, value if isinstance(value, list) else [value])
        return self.open(form.action or path, method=form.method, data=form.fields)


def find_form(page: TestResponse, action: str = "") -> "Form":
    reader = FormReader()
    reader.feed(page.get_data(as_text=True))
    for form in sorted(reader.forms, key=lambda form: form.action != (action or page.request.path)):
        if action in form.action and (action or (form.method == "POST" and "logout" not in form.action)):
            return form
    raise AssertionError(f"no form for {action or 'this page'} on {page.request.path} ({page.status})")


@dataclass
class Form:
    action: str
    method: str
    fields: MultiDict[str, str] = field(default_factory=MultiDict)


class FormReader(HTMLParser):
    """Forms with the values that a browser would send."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.select: str | None = None
        self.area: str | None = None
        self.text = ""
        self.inert = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if self.inert or tag == "template":
            self.inert = True
        elif tag == "form":
            self.forms.append(Form(said.get("action", ""), said.get("method", "get").upper()))
        elif not self.forms:
            return
        elif tag == "input":
            self._input(said)
        elif tag == "select":
            self.select = said.get("name")
        elif tag == "option" and self.select and "selected" in said:
            self.forms[-1].fields.add(self.select, said.get("value", ""))
        elif tag == "textarea":
            self.area, self.text = said.get("name"), ""

    def _input(self, said: dict[str, str]) -> None:
        kind, name = said.get("type", "text"), said.get("name")
        if not name or "disabled" in said or kind in ("submit", "button", "file", "reset"):
            return
        if kind in ("checkbox", "radio") and "checked" not in said:
            return
        self.forms[-1].fields.add(name, said.get("value", "on" if kind == "checkbox" else ""))

    def handle_data(self, data: str) -> None:
        if self.area:
            self.text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "template":
            self.inert = False
        elif tag == "select":
            self.select = None
        elif tag == "textarea" and self.area:
            # A browser drops the line break that follows the opening tag.
            self.forms[-1].fields.add(self.area, self.text.removeprefix("\n"))
            self.area = None
