"""The condition behind the search field. How the text is made: models/search.py."""

import re

import sqlalchemy as sa

from models.base import Table
from models.fields import field_of
from models.search import PERSONAL, search_table
from models.text import APOSTROPHES, digits, words

from .viewer import Viewer

LONGEST = 200
SHORTEST_PART = 3  # a trigram index cannot find less within a word
# Figures with the marks that people put into phone numbers.
_NUMBER = re.compile(r"(?<!\S)[+(]?[0-9][0-9\s().\-/]{5,}[0-9](?!\S)")


class TooLong(ValueError):
    """A search that nobody typed."""


def patterns(text: str) -> list[list[str]]:
    """What has to occur in a row's text: any of the alternatives, each a list of pieces."""
    if len(text) > LONGEST:
        raise TooLong(f"Search for at most {LONGEST} characters.")
    plain = [_piece(w) for w in words(text)]
    number = _NUMBER.search(text)
    if not number:
        return [plain] if plain else []
    # "071 123 4567" is one number or three words; as a number it may lack the country.
    rest = words(text[: number.start()] + " " + text[number.end() :])
    whole = [*(_piece(w) for w in rest), _piece(_local(number.group()))]
    return [whole] if whole == plain or not plain else [whole, plain]


def _local(number: str) -> str:
    """The digits that every notation shares: no (0), no leading zeros."""
    return digits(number.replace("(0)", "")).lstrip("0") or "0"


def _piece(word: str) -> str:
    """A short word is looked for at the beginning of words; see models/search.py."""
    return word if len(word) >= SHORTEST_PART else f"  {word}"


def matching(model: type[Table], text: str, viewer: Viewer, dialect: str) -> sa.ColumnElement[bool]:
    """Rows whose text has everything that was typed; none where that holds no word."""
    found = patterns(text)
    if not found:
        return sa.false()
    kept, row_id = search_table(model), model.__table__.c.id
    if dialect == "sqlite":
        listed = _fts(kept, found)
        if viewer.sees_personal(model):
            return row_id.in_(listed)
        condition = kept.c.id.in_(listed)
    else:
        condition = _like(kept.c.search_text, found)
    if not viewer.sees_personal(model):
        condition &= _public(kept.c.search_text, found)
    return row_id.in_(sa.select(kept.c.id).where(condition))


def _like(column: sa.Column, found: list[list[str]]) -> sa.ColumnElement[bool]:
    return sa.or_(*(sa.and_(*(column.contains(p, autoescape=True) for p in all_of)) for all_of in found))


def _fts(kept: sa.Table, found: list[list[str]]) -> sa.Select:
    name = f"{kept.name}_fts"
    fts = sa.table(name, sa.column("rowid"))
    quoted = [" AND ".join('"{}"'.format(p.replace('"', '""')) for p in all_of) for all_of in found]
    asked = " OR ".join(f"({q})" for q in quoted)
    match = sa.column(name, is_literal=True).op("MATCH")(asked)
    return sa.select(fts.c.rowid).where(match)


def _public(column: sa.Column, found: list[list[str]]) -> sa.ColumnElement[bool]:
    """The first place of each piece lies before the personal part of the text."""

    def before(piece: str) -> sa.ColumnElement[bool]:
        return _at(column, piece).between(1, _at(column, PERSONAL))

    return sa.or_(*(sa.and_(*(before(p) for p in all_of)) for all_of in found))


class _at(sa.sql.functions.GenericFunction):
    """Where a text begins within another, from 1; 0 when it does not occur."""

    name = "strpos"
    type = sa.Integer()
    inherit_cache = True


@sa.ext.compiler.compiles(_at, "sqlite")
def _instr(element, compiler, **rest):
    return f"instr({compiler.process(element.clauses, **rest)})"


def fields(model: type[Table]) -> list[str]:
    """The own columns in which a search can be narrowed to one."""
    kinds = ("code", "line", "email", "phone")
    return [name for name in model.screen.search if "." not in name and (kind_of(model, name) in kinds)]


def kind_of(model: type[Table], name: str) -> str:
    column = model.__table__.c[name]
    return "line" if "derived" in column.info else field_of(column).kind


def within(model: type[Table], name: str, text: str) -> sa.ColumnElement[bool]:
    """The same words in one column: codes whole, phone numbers by their digits, others anywhere."""
    column = model.__table__.c[name]
    kind = kind_of(model, name)
    if kind == "code":
        return sa.func.lower(column) == text.strip().lower()
    if kind == "phone":
        if not digits(text):
            return sa.false()
        return column.contains(_local(text), autoescape=True)
    bare, typed = _bare(_twin(model, name)), sa.func.lower(column)
    return sa.and_(sa.true(), *(_has(bare, raw) | typed.contains(raw, autoescape=True) for raw in _raw(text)))


def _raw(text: str) -> list[str]:
    """What stands between blanks and has letters or figures, as it was typed."""
    return [raw for raw in text.lower().split() if words(raw)]


def _has(bare: sa.ColumnElement[str], raw: str) -> sa.ColumnElement[bool]:
    return sa.and_(*(bare.contains(word, autoescape=True) for word in words(raw)))


def _bare(column: sa.ColumnElement[str]) -> sa.ColumnElement[str]:
    """Without the apostrophes that words() takes out of what was typed."""
    for mark in APOSTROPHES:
        column = sa.func.replace(column, mark, "")
    return column


def _twin(model: type[Table], name: str) -> sa.ColumnElement[str]:
    """The folded column that stands for another, or its lower case."""
    for column in model.__table__.columns:
        rule = column.info.get("derived")
        if rule and (column.info.get("sorts") == name or rule.sources == (name,)):
            return column
    return sa.func.lower(model.__table__.c[name])
