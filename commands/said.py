"""What the words of a command mean: an operation, rows, answers."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qs

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.base import Record, table_named
from models.parse import Place, Unreadable, read
from models.screen import title_of
from models.text import clean
from operations.errors import Invalid, Refused
from operations.operation import Operation, Question, operation_named, operations_of
from operations.running import Selection
from queries.filters import called
from queries.listing import asked
from queries.viewer import Viewer
from queries.views import check_view, with_view
from queries.visibility import rows


def operation(what: str) -> tuple[type[Record], Operation]:
    table, _, name = what.partition(".")
    try:
        model = table_named(table)
    except KeyError:
        raise Refused(
            f"There is no operation “{what}”: write TABLE.OPERATION, as in customer.flag."
        ) from None
    try:
        return model, operation_named(model, name)
    except KeyError:
        there = ", ".join(o.name for o in operations_of(model))
        raise Refused(f"There is no operation “{what}”; {table} has {there or 'none'}.") from None


def selection(
    model: type[Record], where: str | None, ids: str | None, viewer: Viewer, place: Place
) -> Selection:
    if (where is None) == (ids is None):
        raise Refused("Say which rows: --where 'state=approved', or --ids 1,2,3.")
    if where is not None:
        return _filtered(model, where, viewer, place)
    numbers = ids.replace(",", " ").split()
    if not all(n.isascii() and n.isdecimal() and len(n) < 19 for n in numbers):
        raise Refused("Write ids as numbers with commas between: 1,2,3.")
    return Selection(ids=[int(n) for n in numbers], words=f"{len(numbers):,} by id")


def _filtered(model: type[Record], where: str, viewer: Viewer, place: Place) -> Selection:
    """Only an empty text means all rows. In a browser one sees what a slip would mean, here nobody does."""
    try:
        read_as = parse_qs(where, keep_blank_values=True, strict_parsing=bool(where))
    except ValueError:
        raise Refused("Write filters as in the address of the list: 'state=approved&tag=vip'.") from None
    given = {name: [clean(value) for value in said] for name, said in read_as.items()}
    if blank := [name for name, said in given.items() if not all(said)]:
        raise Refused(f"“{blank[0]}” has no value. Leave it out to mean all rows.")
    check_view(model, given)
    ask = asked(model, with_view(model, given), viewer, place)
    if ask.problems:
        raise Refused(" ".join(ask.problems.values()))
    return Selection(ask=ask, place=place, words=clean(where))


def answers(
    session: Session, questions: Sequence[Question], said: Sequence[str], viewer: Viewer, place: Place
) -> dict[str, Any]:
    by_name = {q.name: q for q in questions}
    given: dict[str, Any] = {}
    for text in said:
        name, _, value = text.partition("=")
        if name not in by_name:
            raise Refused(f"This operation asks for {', '.join(by_name) or 'nothing'}, not for “{name}”.")
        if by_name[name].many:
            given.setdefault(name, set()).update(
                _key(session, by_name[name], word, viewer) for word in value.split(",") if word.strip()
            )
        elif name in given:
            raise Invalid("This is answered twice.", name)
        else:
            given[name] = _answer(session, by_name[name], value, viewer, place)
    return given


def _answer(session: Session, question: Question, text: str, viewer: Viewer, place: Place) -> Any:
    try:
        if question.table:
            return _key(session, question, text, viewer) if text.strip() else None
        return read(question.column, text, place)
    except Unreadable as problem:
        raise Invalid(str(problem), question.name) from problem


def _key(session: Session, question: Question, word: str, viewer: Viewer) -> int:
    """The record that goes by this word: a name, a code or an id."""
    model, word = question.target, word.strip()
    by_id = model.id == int(word) if word.isdecimal() and len(word) < 19 else sa.false()
    meant = rows(model, viewer).with_only_columns(model.id).where(model.id.in_(called(model, word)) | by_id)
    found = session.scalars(meant.limit(2)).all()
    if len(found) != 1:
        how = "no" if not found else "more than one"
        raise Invalid(f"There is {how} {title_of(model).lower()} “{word}”.", question.name)
    return found[0]
