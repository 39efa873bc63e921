"""Whose a use was: the device that its line names, and the customer who has it. A few statements for many."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.catalog import Product
from models.customer import Customer
from models.service import (
    AccountCode,
    CallImport,
    DataAccount,
    Sim,
    Subscription,
    VoipLine,
    VoipLineState,
)
from models.usage import DeviceType, UsageKind
from queries.located import countries

from .line import Used
from .loading import among
from .notation import Notation, country_of

NOBODY = "no such line"
MODELS = {DeviceType.VOIP_LINE: VoipLine, DeviceType.SIM: Sim, DeviceType.DATA_ACCOUNT: DataAccount}


@dataclass(frozen=True, slots=True)
class Owner:
    """A device with its customer and prices. Without a customer it is a SIM card that is with nobody."""

    device: DeviceType
    device_id: int
    customer_id: int | None
    currency: str | None
    plan_id: int | None
    by_hand: bool = False  # calls of this line do not come in by themselves
    code_id: int | None = None
    was_called: bool = False  # by somebody elsewhere
    country: str = ""  # where it is, and numbers are dialled as there; empty: not known


class Owners:
    """The owners of these uses, looked up together; `each` in the order of the uses."""

    def __init__(self, session: Session, used: Sequence[Used], notation: Notation) -> None:
        self.session, self.notation = session, notation
        numbers = {notation.digits(u.src) for u in used if u.src}
        cards = {u.sim for u in used if u.sim}
        self.lines = self._lines(numbers)
        self.sims = self._sims(cards, numbers - self.lines.keys() | {notation.digits(c) for c in cards})
        self.accounts = self._accounts({u.username for u in used if u.username})
        coded = [(u.code, self._device(u)) for u in used if u.code]
        self.codes = self._codes({(found.customer_id, code) for code, found in coded if found})
        self.alone = self._alone({code for code, found in coded if found is None})
        self.each = self._both(used)

    def _both(self, used: Sequence[Used]) -> list[Owner | None]:
        """Who made each, or else who was called. None: nobody has such a device."""
        found = [self._maker(u) for u in used]
        numbers = {
            n: self.notation.digits(u.dst)
            for n, u in enumerate(used)
            if found[n] is None and u.dst and self._may_come_in(u)
        }
        called = self._called(set(numbers.values()))
        for n, number in numbers.items():
            found[n] = called.get(number)
        return found

    def _maker(self, used: Used) -> Owner | None:
        found = self._device(used)
        if not used.code:
            return found
        if found is None:
            return self.alone.get(used.code)
        mine = self.codes.get((found.customer_id, used.code))
        return replace(found, code_id=mine.device_id) if mine else found

    def _may_come_in(self, used: Used) -> bool:
        """A card or a data account is ours, also when we do not know it."""
        return used.kind is not UsageKind.DATA and not (used.sim or used.username)

    def _device(self, used: Used) -> Owner | None:
        if used.sim:
            return self.sims.get(used.sim) or self.sims.get(self.notation.digits(used.sim))
        if used.username:
            return self.accounts.get(used.username)
        number = self.notation.digits(used.src)
        return self.lines.get(number) or self.sims.get(number)

    def _lines(self, numbers: set[str]) -> dict[str, Owner]:
        said = (VoipLine.call_import, VoipLine.state)
        found: dict[str, Owner] = {}
        # A number that is free again belongs to who has it now; else to who had it last.
        rows = self._ask(VoipLine, said, VoipLine.number_e164, {f"+{n}" for n in numbers})
        for row in sorted(rows, key=lambda r: (r.state is not VoipLineState.CANCELLED, r.id)):
            by_hand = row.call_import is CallImport.MANUAL
            found[row.number[1:]] = _owner(DeviceType.VOIP_LINE, row, by_hand)
        return found

    def _called(self, numbers: set[str]) -> dict[str, Owner]:
        lines = self._lines(numbers)
        found = self._sims(set(), numbers - lines.keys()) | lines
        return {number: replace(owner, was_called=True) for number, owner in found.items()}

    def _sims(self, cards: set[str], numbers: set[str]) -> dict[str, Owner]:
        said = (Sim.iccid, Sim.imsi, Sim.msisdn_e164)
        asks = [(Sim.msisdn_e164, {f"+{n}" for n in numbers}), (Sim.imsi, cards), (Sim.iccid, cards)]
        found: dict[str, Owner] = {}
        for column, values in asks:
            for row in self._ask(Sim, said, column, values):
                found[getattr(row, column.key).lstrip("+")] = _owner(DeviceType.SIM, row)
        return found

    def _accounts(self, names: set[str]) -> dict[str, Owner]:
        said = (DataAccount.username,)
        rows = self._ask(DataAccount, said, DataAccount.username, names)
        return {row.username: _owner(DeviceType.DATA_ACCOUNT, row) for row in rows}

    def _codes(self, wanted: set[tuple[int | None, str]]) -> dict[tuple[int | None, str], Owner]:
        """The codes of these customers. Others may have the same ones by the thousand."""
        asked = _account_codes().order_by(AccountCode.id.desc())
        codes, customers = {code for _, code in wanted}, {i for i, _ in wanted if i is not None}
        theirs = among(self.session, Subscription.customer_id, sorted(customers), sa.BigInteger)
        rows = [row for part in theirs for row in self._some(asked.where(part), AccountCode.code, codes)]
        return {(row.customer_id, row.code): _owner_of_code(row) for row in rows}

    def _alone(self, codes: set[str]) -> dict[str, Owner]:
        """Those that one customer has: what several have says nothing."""
        one = sa.select(sa.func.min(AccountCode.id).label("id")).group_by(AccountCode.code)
        found = [row.id for row in self._some(one.having(sa.func.count() == 1), AccountCode.code, codes)]
        parts = among(self.session, AccountCode.id, found, sa.BigInteger)
        rows = [row for part in parts for row in self.session.execute(_account_codes().where(part))]
        return {row.code: _owner_of_code(row) for row in rows}

    def _ask(self, model: Any, said: Sequence[Any], column: Any, values: set[str]) -> list[sa.Row]:
        return self._some(_devices(model, *said), column, values)

    def _some(self, asked: sa.Select, column: Any, values: set[str]) -> list[sa.Row]:
        parts = among(self.session, column, sorted(values)) if values else ()
        return [row for part in parts for row in self.session.execute(asked.where(part))]


def of_device(session: Session, device: DeviceType, device_id: int) -> Owner | None:
    """The owner of a device that is known already."""
    model = MODELS.get(device)
    asked = _account_codes().where(AccountCode.id == device_id)
    if model is not None:
        asked = _devices(model).where(model.id == device_id)
    row = session.execute(asked).one_or_none()
    return None if row is None else _owner(device, row)


def _devices(model: Any, *said: Any) -> sa.Select:
    """Devices with their customers and with the plan that prices them, their own or that of their product."""
    plan, number, home = Product.rate_plan_id, sa.null(), sa.null()
    if model is VoipLine:
        plan, number = sa.func.coalesce(VoipLine.rate_plan_id, Product.rate_plan_id), VoipLine.number_e164
    if model is Sim:
        number, home = Sim.msisdn_e164, sa.case((Sim.msisdn_e164.is_(None), _home()))
    return (
        sa.select(model.id, *said, model.customer_id, Customer.currency, plan.label("plan_id"))
        .add_columns(number.label("number"), home.label("home"))
        .outerjoin(Customer, model.customer_id == Customer.id)
        .outerjoin(Subscription, model.subscription_id == Subscription.id)
        .outerjoin(Product, Subscription.product_id == Product.id)
    )


def _account_codes() -> sa.Select:
    return (
        sa.select(AccountCode.id, AccountCode.code, Customer.id.label("customer_id"))
        .add_columns(Customer.currency, Product.rate_plan_id.label("plan_id"))
        .add_columns(sa.null().label("number"), _home().label("home"))
        .join(Subscription, AccountCode.subscription_id == Subscription.id)
        .join(Customer, Subscription.customer_id == Customer.id)
        .join(Product, Subscription.product_id == Product.id)
    )


def _home() -> sa.ScalarSelect:
    """The country of the customer: the only hint where a device has no number of its own."""
    return countries(Customer.id).limit(1).correlate(Customer).scalar_subquery()


def _owner_of_code(row: Any) -> Owner:
    return replace(_owner(DeviceType.ACCOUNT_CODE, row), code_id=row.id)


def _owner(device: DeviceType, row: Any, by_hand: bool = False) -> Owner:
    country = (row.number and country_of(row.number)) or row.home or ""
    return Owner(device, row.id, row.customer_id, row.currency, row.plan_id, by_hand, country=country)
