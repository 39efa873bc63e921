"""Somebody new whom a new record is for: made along with it, in the form of the record.

`Screen(newcomer=...)` of a child names the columns of its parent that are asked. The person chooses
a parent that is there, or fills these in.
"""

from typing import TYPE_CHECKING

from wtforms import Form

from models.base import target_of
from models.fields import field_of
from models.screen import lowered, title_of
from operations.errors import Refused
from operations.records import Draft, create

from .form_parts import default_of, shape
from .form_shapes import Fieldset
from .forms import editable, form_class

if TYPE_CHECKING:
    from .form_page import FormMaker

PREFIX = "newcomer-"


class NewcomerRefused(Refused):
    """What a rule says of the parent that is made along."""


class Newcomer:
    """The parent's share of the form."""

    def __init__(self, maker: "FormMaker") -> None:
        self.maker, self.parent = maker, target_of(maker.owner)
        able = {n for found in editable(self.parent, maker.viewer).values() for n in found}
        self.names = [n for n in maker.model.screen.newcomer if n in able]
        made = form_class(maker.session, self.parent, self.names, maker.viewer, maker.place)
        data = {n: maker.start(self.parent.__table__.c[n]) for n in self.names}
        self.form: Form = made(maker.sent, prefix=PREFIX, data=data)
        for asked in self.form:
            asked.waived = not self.is_meant
        maker.form[maker.owner.name].waived = True  # the one or the other: see `validate`

    @property
    def is_meant(self) -> bool:
        """Whether anything is filled in that nobody had filled in beforehand."""
        table = self.parent.__table__
        return self.maker.sent is not None and any(
            self.form[n].typed.strip()
            for n in self.names
            if default_of(table.c[n]) is None and field_of(table.c[n]).kind != "country"
        )

    def validate(self) -> bool:
        chosen, what = self.maker.form[self.maker.owner.name], lowered(title_of(self.parent))
        if self.is_meant and chosen.data is not None:
            self.maker.errors.append(f"Choose a {what}, or fill in a new one; not both.")
        elif not self.is_meant and chosen.data is None and not chosen.errors:
            chosen.errors = [f"Choose a {what}, or fill in a new one."]
        return self.form.validate() if self.is_meant else True

    def settle(self, draft: Draft) -> None:
        """Make the parent first, in the same transaction, and give the record to it."""
        if not self.is_meant:
            return
        values = {n: self.form[n].data for n in self.names}
        constant = self.maker.model.screen.newcomer_is
        try:
            made = create(self.maker.session, self.parent, Draft({**values, **constant}), self.maker.viewer)
        except Refused as refused:
            raise NewcomerRefused(refused.text, refused.field) from refused
        draft.values[self.maker.owner.name] = made.id

    def fieldset(self) -> Fieldset:
        what = lowered(title_of(self.parent))
        inputs = [shape(self.form, n, PREFIX) for n in self.names]
        return Fieldset(f"New {what}", inputs, empty=f"Only for somebody who is no {what} yet.")


def newcomer_of(maker: "FormMaker") -> Newcomer | None:
    """Offered where a new record asks whose it is, to who may make one of those."""
    if maker.record is not None or maker.owner is None or not maker.model.screen.newcomer:
        return None
    is_sent = any(name.startswith(PREFIX) for name in maker.sent or ())
    if not is_sent and maker.given.get(maker.owner.name):
        return None
    return Newcomer(maker) if maker.viewer.may(f"{target_of(maker.owner).__tablename__}.create") else None
