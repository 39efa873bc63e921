"""A verb for every row that a condition finds, in batches that can be undone one by one."""

import sqlalchemy as sa

from models.base import Record
from operations import running
from operations.operation import operation_named
from operations.running import Selection
from queries.viewer import SYSTEM

from .declare import Work

MOST = 200  # in one run, which is one transaction


def carry_out(work: Work, model: type[Record], verb: str, among: sa.ColumnElement[bool], reason: str) -> int:
    """How many rows changed. What cannot be done now makes no run, and is asked again the next time."""
    done, last, operation = 0, 0, operation_named(model, verb)
    able = sa.and_(among, *(condition.on(model) for condition in operation.conditions_on(model)))
    while ids := _next(work, model, able, last):
        run = running.plan(work.session, operation, model, SYSTEM, Selection(ids=ids), reason=reason)
        done += running.confirm(work.session, run.id, SYSTEM).run.changed
        last = ids[-1]
        work.go_on()
    return done


def _next(work: Work, model: type[Record], among: sa.ColumnElement[bool], last: int) -> list[int]:
    found = sa.select(model.id).where(among, model.id > last)
    return list(work.session.scalars(found.order_by(model.id).limit(MOST)))
