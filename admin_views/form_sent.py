"""What was sent with a form: whether it can be written, what is to be written, and what a rule says of it."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from wtforms import Form

from models.base import Record, table_named
from models.screen import lowered, plural_of
from operations.errors import Locked, Refused
from operations.files import FILE
from operations.records import Clashes, Draft, PartRefused, PartRow
from queries.links import links_of
from queries.viewer import Viewer

from .form_parts import PartForm
from .newcomer import NewcomerRefused


class FormSent:
    """The part of a form that reads what people typed."""

    session: Session
    model: type[Record]
    record: Record | None
    viewer: Viewer
    sent: MultiDict[str, str] | None
    form: Form
    names: list[str]
    parts: dict[str, list[PartForm]]
    errors: list[str]

    def validate(self) -> bool:
        good = self.form.validate()
        self._refuse_placeholders()
        parts = [p for forms in self.parts.values() for p in forms if not p.is_empty]
        wrong = [p for p in parts if not p.form.validate()]
        self._refuse_unpermitted()
        whose = self.newcomer is None or self.newcomer.validate()
        good = good and whose and not wrong and not self.errors
        return good and not any(f.errors for f in self.form)

    def _refuse_unpermitted(self) -> None:
        """Child rows are made and deleted here by the rights that their own pages ask for."""
        for table, forms in self.parts.items():
            wanted = self._part_rows(table, forms)
            asked = {"create": any(r.id is None for r in wanted), "delete": any(r.remove for r in wanted)}
            for verb, is_asked in asked.items():
                if is_asked and not self.viewer.may(f"{table}.{verb}"):
                    self.errors.append(f"You may not {verb} {lowered(plural_of(table_named(table)))}.")

    def _refuse_placeholders(self) -> None:
        """A value that was only there to be overwritten is not a value."""
        if self.record is not None:
            return
        for preset in self.model.screen.presets:
            for name in preset.placeholders:
                if name in self.form and self.form[name].data == preset.values[name]:
                    said_so = f"“{preset.values[name]}” only holds the place. Overwrite it."
                    self.form[name].errors = [*self.form[name].errors, said_so]

    def draft(self) -> Draft:
        """What is to be written; whoever the record is for is there by then."""
        draft = self._draft()
        if self.newcomer:
            self.newcomer.settle(draft)
        return draft

    def _draft(self) -> Draft:
        ties = links_of(self.model)
        values = {n: self.form[n].data for n in self.names if n not in ties}
        if self.holding:  # what the form leaves empty, the file says
            said = {n: v for n, v in values.items() if v not in (None, "")}
            values |= self.holding.take(self.session, self.form[FILE].data) | said
        return Draft(
            values=values,
            ties={n: self.form[n].data for n in self.names if n in ties},
            ties_were=self._ties_were(ties),
            parts={table: self._part_rows(table, forms) for table, forms in self.parts.items()},
        )

    def _ties_were(self, ties: Mapping[str, Any]) -> dict[str, set[int]]:
        """What the form showed when it was opened, so that others' additions stay."""
        found = {}
        for name in self.names:
            if name in ties and f"{name}.was" in (self.sent or {}):
                found[name] = _ids(self.sent[f"{name}.was"])
        return found

    def _part_rows(self, table: str, forms: Sequence[PartForm]) -> list[PartRow]:
        kept = [p.row() for p in forms if not p.is_empty]
        there = {r.id for r in kept}
        were = _ids(self.sent.get(f"{table}.were", ""))
        gone = [PartRow({}, row_id, remove=True) for row_id in sorted(were - there)]
        return [*gone, *kept]

    def base(self) -> int | None:
        text = (self.sent or {}).get("version", "")
        return int(text) if text.isdecimal() and len(text) < 10 else None

    def keep(self) -> dict[str, str]:
        """Answers to earlier clashes. They count while the record is still as it was then."""
        sent = self.sent or {}
        if sent.get("keep.at") != str(self.record.version):
            return {}
        return {n: sent[f"keep.{n}"] for n in self.names if f"keep.{n}" in sent}

    def refused(self, refused: Refused) -> None:
        """Put a rule's words at the field that they are about."""
        if isinstance(refused, Locked):
            self.status = 423
        if isinstance(refused, PartRefused):
            forms = [p for p in self.parts.get(refused.table, []) if not p.is_empty]
            removed = len(self._part_rows(refused.table, self.parts[refused.table])) - len(forms)
            at = refused.index - removed
            if 0 <= at < len(forms) and refused.field in forms[at].form:
                forms[at].form[refused.field].errors = [refused.text]
                forms[at].keep_at = refused.at
            else:
                self.errors.append(refused.text)
        elif isinstance(refused, NewcomerRefused) and refused.field in self.newcomer.form:
            self.newcomer.form[refused.field].errors = [refused.text]
        elif refused.field in self.form:
            self.form[refused.field].errors = [*self.form[refused.field].errors, refused.text]
        else:
            self.errors.append(refused.text)

    def clashed(self, clashes: Clashes) -> None:
        self.clashes = clashes.fields


def _ids(text: str) -> set[int]:
    """Ids from a hidden field: "1,2,3"; anything else in it is left out."""
    return {int(i) for i in text.split(",") if i.isascii() and i.isdecimal() and len(i) < 19}
