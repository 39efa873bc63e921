"""Declaring a verb: one function, and everything else follows from how it is written.

    @operation(Customer, when=Customer.is_active, otherwise="Only approved customers can be suspended.")
    def suspend(customer: Customer, ctx: Context, *, why: Why) -> None:
        \"\"\"Close the account to its owner; data, invoices and history stay.\"\"\"
        customer.workflow_state = CustomerState.SUSPENDED
        ctx.mail(customer, "suspended", why=why.label)

The keyword-only parameters are the questions of its form, the first line of the docstring its
tooltip, TABLE.NAME its permission. `when` is SQL: it disables the button with the words of
`otherwise`, leaves rows of a bulk selection out, and is asked again of the locked rows.

- The body does one row. `whole=True`: it takes the list of all rows, which change together or not
  at all. `assigns=True`: it takes no row and answers an `Assign`; such a verb may be carried out
  with a few statements for many rows.
- `@operation(Record, ...)` is a verb of every table that has pages.
- Undo needs no code. `final=True` refuses it, and the confirmation says so.
"""

import datetime as dt
import enum
import inspect
import typing
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.base import Base, BigId, Record, Table, now, table_named
from models.choice import Choice
from models.fields import Day, Field, Line, Moment, Number, YesNo
from queries import viewer as viewers
from queries.settings import today
from queries.viewer import SYSTEM, Viewer

from .errors import Refused

PLAIN = {bool: YesNo, int: Number, str: Line, dt.datetime: Moment, dt.date: Day}


@dataclass(frozen=True)
class Ask:
    """Words for a question where its name is not enough."""

    label: str = ""
    hint: str = ""


@dataclass(frozen=True)
class Key:
    """A question answered with a record of a table: `Annotated[int, Key("reseller")]`.

    `Annotated[set[int], Key("tag")]` asks for any number of them. `same="customer_id"` offers only
    those of the same customer, where the operation is about one row. `known=True`: whoever may do
    this may know their names, also without the right to read the table. `among="channel=letter"`
    offers those that the list shows with this in its address.
    """

    table: str
    same: str = ""
    known: bool = False
    among: str = ""


@dataclass(frozen=True)
class Question:
    """One answer that an operation asks for; `column` tells its value type and its default."""

    name: str
    label: str
    hint: str
    column: sa.Column
    table: str = ""  # of the records that answer it
    many: bool = False

    @property
    def target(self) -> type[Table]:
        return table_named(self.table)

    @property
    def required(self) -> bool:
        return not self.column.nullable and self.column.default is None


@dataclass(frozen=True)
class Condition:
    """What has to hold of a row, as SQL, and what to say where it does not."""

    holds: Any  # a condition on the table, or a function of the operation's table that answers one
    otherwise: str
    instead: str = ""  # the operation that leads out of it

    def on(self, model: type[Table]) -> sa.ColumnElement[bool]:
        return self.holds(model) if inspect.isfunction(self.holds) else self.holds


@dataclass(frozen=True)
class Assign:
    """What an assigning verb writes into every row: values of columns, ties added and removed.

    `add={"tag": {3, 5}}` ties the row to the tags 3 and 5. With `mail`, the template of a message
    that `said` fills, the rows are done one by one.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    add: Mapping[str, set[int]] = field(default_factory=dict)
    remove: Mapping[str, set[int]] = field(default_factory=dict)
    mail: str = ""
    said: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Context:
    """What the body of an operation may use besides its row and its answers."""

    session: Session
    viewer: Viewer = SYSTEM
    now: dt.datetime = field(default_factory=now)
    run_id: int | None = None
    dry: bool = False  # a preview: what is costly and shows nowhere, such as hashing, may be left out
    warnings: list[str] = field(default_factory=list)
    tallies: dict[str, dict[str, int]] = field(default_factory=dict)
    revealed: list[tuple[str, str]] = field(default_factory=list)

    @cached_property
    def today(self) -> dt.date:
        """For the company."""
        return today(self.session, self.now)

    def mail(self, customer: Any, template: str, **values: Any) -> Any:
        """Put a message into the outbox. Refused when there is no address to send it to."""
        from .outbox import post  # which knows tables that operations need not know

        return post(self.session, customer, template, **values)

    def warn(self, text: str) -> None:
        """Something to consider before it is confirmed; shown in the preview."""
        if text not in self.warnings:
            self.warnings.append(text)

    def tally(self, words: str, label: str, number: int) -> None:
        """A warning that adds up over the rows: `words` is "Deleted with them: {counts}."."""
        counts = self.tallies.setdefault(words, {})
        before = _summed(words, counts)
        counts[label] = counts.get(label, 0) + number
        self.warnings = [*(w for w in self.warnings if w != before), _summed(words, counts)]

    def tell(self, customer: Any, template: str, **values: Any) -> list[Any]:
        """Write to where a customer wants to be told; a warning, and no message, if nowhere."""
        from .outbox import tell, topic_of

        try:
            told = tell(self.session, customer, topic_of(self.session, template), template, **values)
        except Refused:
            self.tally("Not told, because there is no e-mail address: {counts}.", "customers", 1)
            return []
        if not told:
            self.tally("Not told, because they have switched that off: {counts}.", "customers", 1)
        return told

    def reveal(self, label: str, secret: str) -> None:
        """Show a secret once, to the person who runs this. It is stored nowhere."""
        self.revealed.append((label, secret))


def _summed(words: str, counts: Mapping[str, int]) -> str:
    return words.format(counts=", ".join(f"{label} ({number:,})" for label, number in counts.items()))


EVERYWHERE = frozenset({"row", "list"})


@dataclass(frozen=True)
class Operation:
    """A declared verb: what `operation` was given, and what followed from it."""

    model: type[Table]  # Record itself: every table that has pages
    make: Callable[..., Any]
    title: str  # on its button
    sentence: str  # elsewhere: "Put {rows} in service", where {rows} is "3 customers", or the name of one
    conditions: tuple[Condition, ...]
    permission: str
    questions: tuple[Question, ...]
    asks: Callable[[type[Table], Viewer], Sequence[Question]] | None = None  # in place of those
    confirm: str = ""  # what is asked before, with {rows} as well
    icon: str = "bolt"
    order: int = 50
    danger: bool = False
    final: bool = False
    whole: bool = False
    assigns: bool = False
    guarded: bool = True  # no: also on rows that the guards of their table keep
    gone: bool = False  # it is about deleted rows
    reason: bool = False  # history must be told why
    least: int = 1  # rows that it takes, and at most
    most: int | None = None
    # "row" (the record and its line in a list), "list" (a selection), "desk" (maintenance, on the dashboard,
    # of the rows that the list shows with `among` in its address). The command line and jobs have them all.
    places: frozenset[str] = EVERYWHERE
    among: str = ""
    suits: Callable[[type[Table]], bool] = lambda model: True

    @property
    def name(self) -> str:
        return self.make.__name__

    @property
    def says(self) -> str:
        return (inspect.getdoc(self.make) or "").split("\n")[0]

    def of(self, rows: str) -> str:
        """With what it is done to: "Flag 3 customers", "Set the priority of “T-100001”"."""
        return self.sentence.replace("{rows}", rows)

    def permission_on(self, model: type[Table]) -> str:
        return self.permission.replace("{table}", model.__tablename__)

    def questions_on(self, model: type[Table], viewer: Viewer) -> tuple[Question, ...]:
        return tuple(self.asks(model, viewer)) if self.asks else self.questions

    def conditions_on(self, model: type[Table]) -> tuple[Condition, ...]:
        return (*(_guards[model] if self.guarded else ()), *self.conditions)

    def allowed(self, viewer: Viewer, model: type[Table]) -> bool:
        return viewer.may(self.permission_on(model))


_declared: dict[type[Table], dict[str, Operation]] = defaultdict(dict)
_guards: dict[type[Table], list[Condition]] = defaultdict(list)


def operation(
    model: type[Table],
    *,
    when: Any = None,
    otherwise: str = "",
    conditions: Sequence[Condition] = (),
    label: str = "",
    sentence: str = "",
    permission: str = "",
    **rest: Any,
) -> Callable[[Any], Any]:
    """Declare a verb (see above). `when` with `otherwise` is its first condition; `rest` is of Operation.

    The `label` is its title, and the sentence begins with it, unless one is given.
    """

    def declare(function: Any) -> Any:
        name = function.__name__
        title = label or _words(name)
        holds = (Condition(when, otherwise or f"{_words(name)} does not apply."),) if when is not None else ()
        made = Operation(
            model,
            function,
            title=title,
            sentence=sentence or f"{title} {{rows}}",
            conditions=(*holds, *conditions),
            permission=permission or f"{{table}}.{name}",
            questions=tuple(questions_of(function)),
            **rest,
        )
        _declared[model][name] = made
        if model is not Record:
            viewers.verbs_of[made.permission_on(model)] = made.says
        return function

    return declare


def guard(model: type[Table], holds: sa.ColumnElement[bool], otherwise: str, instead: str = "") -> None:
    """What keeps every operation off some rows of a table, but those declared `guarded=False`."""
    _guards[model].append(Condition(holds, otherwise, instead))


def guards_of(model: type[Table]) -> Sequence[Condition]:
    return _guards[model]


def operations_of(model: type[Table]) -> list[Operation]:
    """The verbs of a table, its own and those of every table, in their order."""
    found = dict(_declared[model])
    if issubclass(model, Record) and model.screen.list:
        found = {n: o for n, o in _declared[Record].items() if o.suits(model)} | found
    return sorted(found.values(), key=lambda o: (o.order, o.title))


def operation_named(model: type[Table], name: str) -> Operation:
    """KeyError when the table has no such verb."""
    return {o.name: o for o in operations_of(model)}[name]


def _words(name: str) -> str:
    return name.replace("_", " ").capitalize()


def questions_of(function: Callable[..., Any]) -> typing.Iterator[Question]:
    hints = typing.get_type_hints(function, include_extras=True)
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY:
            yield _question(parameter, hints[parameter.name])


def _question(parameter: inspect.Parameter, hint: Any) -> Question:
    inner, marks, optional = _unfold(hint)
    ask = next((m for m in marks if isinstance(m, Ask)), Ask())
    key = next((m for m in marks if isinstance(m, Key)), None)
    default = None if parameter.default is inspect.Parameter.empty else parameter.default
    column = _column(parameter.name, inner, marks, key, optional, default)
    label = ask.label or _words(parameter.name.removesuffix("_id"))
    many = typing.get_origin(inner) is set
    return Question(parameter.name, label, ask.hint, column, key.table if key else "", many)


def _unfold(hint: Any) -> tuple[Any, list[Any], bool]:
    """The bare type, all its annotations, and whether None is an answer."""
    marks: list[Any] = []
    optional = False
    while True:
        if typing.get_origin(hint) is typing.Annotated:
            hint, *found = typing.get_args(hint)
            marks += found
        elif type(None) in typing.get_args(hint):
            optional = True
            (hint,) = (a for a in typing.get_args(hint) if a is not type(None))
        else:
            return hint, marks, optional


def _column(
    name: str, inner: Any, marks: Sequence[Any], key: Key | None, optional: bool, default: Any
) -> sa.Column:
    if key:
        kind: Any = sa.JSON() if typing.get_origin(inner) is set else BigId
        said = {"same": key.same, "known": key.known, "among": key.among}
        info: dict[str, Any] = {"field": Field("key")} | {n: v for n, v in said.items() if v}
    elif inspect.isclass(inner) and issubclass(inner, Choice):
        plain = Base.registry.type_annotation_map[enum.Enum]
        kind = sa.Enum(inner, native_enum=False, length=24, values_callable=plain.values_callable)
        info = {}
    else:
        value_type = next((m for m in marks if hasattr(m, "column")), None)
        if value_type is None:
            value_type = typing.get_args(PLAIN[inner])[1]
        kind, info = value_type.column.type, dict(value_type.column.info)
    return sa.Column(name, kind, nullable=optional, default=default, info=info)


def asked_of_column(column: sa.Column, label: str, prefix: str = "") -> Question:
    """A question for the value of a column of a table, optional: what is not answered stays."""
    copy = sa.Column(f"{prefix}{column.name}", column.type, nullable=True, info=dict(column.info))
    table = next((k.column.table.name for k in column.foreign_keys), "")
    return Question(copy.name, label, column.comment or "", copy, table)
