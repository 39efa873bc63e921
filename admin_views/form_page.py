"""The page that makes or changes a record of any table, with its few child rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from secrets import token_urlsafe
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from wtforms import Form

from models.base import Record, keys_between, records, table_named, target_of
from models.fields import field_of
from models.parse import Place, Unreadable, read
from models.screen import Preset, label_of, lowered, plural_of, said, title_of
from operations.files import FILE, holding_of
from operations.kept import keeps_of
from operations.previews import preview_of
from queries.history import last_change
from queries.links import ends, links_of
from queries.settings import setting
from queries.viewer import Viewer
from queries.visibility import find, rows

from .attribute_fields import AttributesField, SchemaField
from .cells import Look, moment, show
from .form_local import local_country
from .form_parts import PartForm, default_of, numbers, shape
from .form_sent import FormSent
from .form_shapes import Clash, Fieldset, FormPage, Input, Part
from .forms import INLINE, editable, form_class, owner_key
from .help import help_path
from .kept_page import changeable, takes_rows, way
from .newcomer import newcomer_of
from .shapes import Link


@dataclass
class FormMaker(FormSent):
    """One form, shown or sent. `record` None makes a new one."""

    session: Session
    model: type[Record]
    record: Record | None
    viewer: Viewer
    place: Place
    look: Look
    sent: MultiDict[str, str] | None = None
    given: Mapping[str, str] = field(default_factory=dict)  # values from the address: preset, owner
    errors: list[str] = field(default_factory=list)
    status: int = 422  # of the answer when the form is shown again
    clashes: dict[str, tuple[Any, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.kept = keeps_of(self.session, self.record) if self.record is not None else {}
        self.fieldsets = changeable(editable(self.model, self.viewer), self.kept, self.sent)
        self.names = [n for names in self.fieldsets.values() for n in names]
        self._lead_with_owner()
        self.place = replace(self.place, country=local_country(self) or self.place.country)
        self._ask_for_file()
        made = form_class(
            self.session, self.model, self.names, self.viewer, self.place, self.holding, self.record
        )
        self.form: Form = made(self.sent, data=self._data())
        self._tell_keys()
        self._ask_attributes()
        self.newcomer = newcomer_of(self)
        self.parts = {c.__tablename__: self._part_forms(c, there) for c, there in self._inline().items()}

    def _ask_for_file(self) -> None:
        self.holding = holding_of(self.model) if self.record is None else None
        if self.holding:
            first = next(iter(self.fieldsets))
            self.fieldsets[first] = [FILE, *self.fieldsets[first]]

    def _lead_with_owner(self) -> None:
        """A new child says whose it is: the address did, or the form asks."""
        self.owner = owner_key(self.model)
        if self.owner is not None and self.record is None and self.owner.name not in self.names:
            self.names.insert(0, self.owner.name)
            first = next(iter(self.fieldsets))
            self.fieldsets[first] = [self.owner.name, *self.fieldsets[first]]

    def _tell_keys(self) -> None:
        """Whose rows are offered, where only those of the same record may be chosen."""
        for made in self.form:
            if same := getattr(made, "same", ""):
                made.of = self._of(made.through, same)

    def _of(self, through: str, same: str) -> Any:
        row_id = self.chosen(through or same)
        if not through or row_id is None:
            return row_id
        above = find(self.session, target_of(self.model.__table__.c[through]), row_id, self.viewer)
        return getattr(above, same, None)

    def chosen(self, name: str) -> Any:
        """What a column holds: in the form, or in the record where the form does not have it."""
        return self.form[name].data if name in self.form else getattr(self.record, name, None)

    def _ask_attributes(self) -> None:
        """What is asked depends on the record that is chosen, such as the product."""
        for made in self.form:
            if isinstance(made, AttributesField):
                key, schema = made.column.info["schema"]
                target, row_id = target_of(self.model.__table__.c[key]), self.chosen(key)
                row = find(self.session, target, row_id, self.viewer) if row_id else None
                made.ask(getattr(row, schema, None))

    @property
    def preset(self) -> Preset | None:
        wanted = self.given.get("preset", "")
        presets = self.model.screen.presets
        return next((p for p in presets if p.name == wanted), presets[0] if presets else None)

    def _data(self) -> dict[str, Any]:
        """What the form shows before anyone has typed."""
        if self.record is not None:
            return {n: self._present(n) for n in self.names}
        table = self.model.__table__
        data = {n: self.start(table.c[n]) for n in self.names if n in table.c}
        if self.preset:
            data |= {n: _member(table.c[n], v) for n, v in self.preset.values.items()}
        for name in self.names:
            if name in table.c and (text := self.given.get(name)):
                data[name] = _typed(table.c[name], text, self.place)
        return data

    def start(self, column: sa.Column) -> Any:
        """What a new row begins with; most are where the others are, or the person who types."""
        kind = field_of(column).kind
        if kind == "currency":
            return setting(self.session, "default_currency")
        return self.place.country if kind == "country" else default_of(column)

    def _present(self, name: str) -> Any:
        ties = links_of(self.model)
        if name not in ties:
            return getattr(self.record, name)
        owner, far = ends(ties[name])
        return set(self.session.scalars(sa.select(far).where(owner == self.record.id)))

    def _inline(self) -> dict[type[Record], Sequence[Record]]:
        """Child tables that are edited here, with their rows: those that say so, while these are few."""
        found = [c for c in records() if c.screen.part_of == self.model.__tablename__]
        verb = "create" if self.record is None else "update"
        able = [c for c in found if self.viewer.may(f"{c.__tablename__}.{verb}")]
        if self.record is None:
            return dict.fromkeys(able, ())
        if self.sent is not None:  # what the form had when it was opened, however many there are by now
            return {c: () for c in able if f"{c.__tablename__}.were" in self.sent}
        listed = {c: self._children(c) for c in able if self._takes(c)}
        return {c: children for c, children in listed.items() if len(children) <= INLINE}

    def _takes(self, child: type[Record]) -> bool:
        names = [n for found in editable(child, self.viewer).values() for n in found]
        return takes_rows(self.session, self.record, child, names)

    def _children(self, child: type[Record]) -> Sequence[Record]:
        key = keys_between(child, self.model.__tablename__)[0]
        statement = rows(child, self.viewer).where(key == self.record.id).order_by(child.id)
        return self.session.scalars(statement.limit(INLINE + 1)).all()

    def _part_forms(self, child: type[Record], children: Sequence[Record]) -> list[PartForm]:
        if self.sent is not None:
            return [self._part(child, n, None) for n in numbers(self.sent, child.__tablename__)]
        if self.record is None:
            return [self._part(child, 0, None)]  # one to fill in; left empty it is not a row
        return [self._part(child, n, row) for n, row in enumerate(children)]

    def _part(self, child: type[Record], number: int | str, row: Record | None) -> PartForm:
        return PartForm(self, child, number, row)

    def page(self, action: str, cancel: str, crumbs: Sequence[Link]) -> FormPage:
        title = title_of(self.model)
        new = self.record is None
        label = self.preset.label if new and self.preset else f"New {lowered(title)}"
        return FormPage(
            title=label if new else f"Edit {self.record}",
            lede="" if not new else said(self.model),
            crumbs=crumbs,
            action=action,
            cancel=cancel,
            submit="Save" if not new else f"Create {lowered(title)}",
            fieldsets=self._fieldsets(),
            parts=[*self._schemas(), *(self._part_shape(t, forms) for t, forms in self.parts.items())],
            hidden=self._hidden(),
            multipart=self.holding is not None,
            preview=f"/admin/{self.model.__tablename__}/preview/" if preview_of(self.model) else "",
            note=self._note(),
            instead=self._instead(cancel),
            errors=self.errors,
            reason_value=(self.sent or {}).get("reason", ""),
            meta="" if new else f"Version {self.record.version}",
            help=help_path(self.model.screen.help),
        )

    def _fieldsets(self) -> list[Fieldset]:
        shown = {
            title: [n for n in names if not isinstance(self.form[n], SchemaField)]
            for title, names in self.fieldsets.items()
        }
        made = [self._fieldset(title, names) for title, names in shown.items() if names]
        return [*made[:1], self.newcomer.fieldset(), *made[1:]] if self.newcomer else made

    def _fieldset(self, title: str, names: Sequence[str]) -> Fieldset:
        asking = next((self.form[n] for n in names if isinstance(self.form[n], AttributesField)), None)
        inputs = [i for n in names if not self._is_fixed(n) for i in self._inputs(n)]
        if asking is None:
            return Fieldset(title, inputs)
        key = asking.column.info["schema"][0]
        what = lowered(label_of(self.model, key))
        empty = f"This {what} asks for nothing more." if self.chosen(key) else f"Choose the {what} first."
        return Fieldset(title, inputs, key, "" if inputs else empty, asking.carried())

    def _note(self) -> str:
        """Why some fields are not here."""
        return " ".join(dict.fromkeys(words for words, _ in self.kept.values()))

    def _instead(self, back: str) -> Link | None:
        name = next((instead for _, instead in self.kept.values() if instead), "")
        return way(self.session, self.record, name, self.viewer, back) if name else None

    def _schemas(self) -> list[Part]:
        rows = [(n, self.form[n]) for n in self.names if isinstance(self.form[n], SchemaField)]
        return [made.part(label_of(self.model, name)) for name, made in rows]

    def _is_fixed(self, name: str) -> bool:
        """The owner that the address gave travels hidden."""
        return self.owner is not None and name == self.owner.name and bool(self.given.get(name))

    def _hidden(self) -> list[tuple[str, str]]:
        found = [(n, self.form[n].typed) for n in self.names if self._is_fixed(n)]
        if self.record is not None:
            # Shown again, the form still says at which version it was opened, or what others saved
            # since would look like something that this person changed back.
            found.append(("version", str(self.base() or self.record.version)))
            found += [("keep.at", str(self.record.version))] if self.clashes else []
            ties = links_of(self.model)
            found += [(f"{n}.was", self._was(n)) for n in self.names if n in ties]
        else:
            found.append(("once", (self.sent or {}).get("once") or token_urlsafe(24)))
        for table, forms in self.parts.items():
            if self.record is not None:
                found.append((f"{table}.were", self._were(table, forms)))
        if self.given.get("preset"):
            found.append(("preset", self.given["preset"]))
        return found

    def _was(self, name: str) -> str:
        if self.sent is not None:
            return self.sent.get(f"{name}.was", "")
        return ",".join(self.form[name].typed)

    def _were(self, table: str, forms: Sequence[PartForm]) -> str:
        if self.sent is not None:
            return self.sent.get(f"{table}.were", "")
        return ",".join(str(p.record.id) for p in forms if p.record)

    def _inputs(self, name: str) -> list[Input]:
        made = self.form[name]
        found = made.inputs() if isinstance(made, AttributesField) else [shape(self.form, name, "")]
        if name not in self.clashes or not found:
            return found
        return [self._clashing(name, found[0]), *found[1:]]

    def _clashing(self, name: str, made: Input) -> Input:
        mine, theirs = self.clashes[name]
        column = self.model.__table__.c[name]
        clash = Clash(
            mine=show(column, mine, self.look), theirs=show(column, theirs, self.look), by=self._by(name)
        )
        return Input(**{**made.__dict__, "clash": clash})

    def _by(self, name: str) -> str:
        change = last_change(self.session, self.model, self.record.id, name)
        if change is None:
            return "somebody"
        when = moment(change.issued_at, self.look).striptags()
        return f"{change.staff_name or 'the system'}, {when}"

    def _part_shape(self, table: str, forms: Sequence[PartForm]) -> Part:
        child = table_named(table)
        blank = self._part(child, "__n__", None)
        return Part(
            name=table,
            title=plural_of(child),
            hint=said(child),
            rows=[p.inputs() for p in forms],
            blank=blank.inputs(),
            adds=self.viewer.may(f"{table}.create"),
            removes=self.record is None or self.viewer.may(f"{table}.delete"),
        )


def _member(column: sa.Column, value: Any) -> Any:
    choices = getattr(column.type, "enum_class", None)
    return choices(value) if choices else value


def _typed(column: sa.Column, text: str, place: Place) -> Any:
    try:
        return read(column, text, place)
    except Unreadable:
        return None
