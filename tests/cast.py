"""A few customers who differ in everything that a list can be asked for."""

from types import SimpleNamespace

from sqlalchemy.orm import Session

from models.customer import (
    AccountClass,
    Address,
    AddressRole,
    Contact,
    Customer,
    CustomerState,
    CustomerTag,
    Flag,
    Kind,
    Note,
    NoteKind,
    Reseller,
    Tag,
)
from seed.factory import make

from .reading import ids

SECRET = "Promised to pay on Friday"  # in a debtor note


def owing(session: Session) -> Customer:
    """Lang, with a note for everybody and one for who collects; committed."""
    made = make(session, Customer, last_name="Lang")
    make(session, Note, customer=made, body="Rings late")
    make(session, Note, customer=made, kind=NoteKind.DEBTOR, body=SECRET, popup=True)
    session.commit()
    return made


def cast(session: Session) -> SimpleNamespace:
    """Ann, Bo's company, Cy's corporation and Di; committed."""
    cape, coast = (make(session, Reseller, code=code, name=f"{code.title()} Partners") for code in SELLERS)
    vip, wholesale = (make(session, Tag, name=name) for name in ("VIP", "Wholesale"))
    ann = make(
        session,
        Customer,
        first_name="Ann",
        last_name="Šimková",
        email="Ann@Example.com",
        phone_e164="+27711234567",
        flag=Flag.RED,
    )
    bo = make(
        session,
        Customer,
        kind=Kind.ORGANIZATION,
        last_name="Bo Østergaard & Søn",
        account_class=AccountClass.BUSINESS,
        workflow_state=CustomerState.WAITING_APPROVAL,
        flag=Flag.CHK,
        reseller=cape,
        email="desk@bo.example",
        phone_e164="+12025550123",
    )
    cy = make(
        session,
        Customer,
        kind=Kind.ORGANIZATION,
        last_name="O’Cyrus 100%_Ltd",
        account_class=AccountClass.CORPORATE,
        workflow_state=CustomerState.SUSPENDED,
        reseller=cape,
    )
    di = make(
        session,
        Customer,
        first_name="Di",
        last_name="d'Arc",
        account_class=AccountClass.BUSINESS,
        flag=Flag.CHK,
        reseller=coast,
    )
    found = SimpleNamespace(
        ann=ann, bo=bo, cy=cy, di=di, cape=cape, coast=coast, vip=vip, wholesale=wholesale
    )
    _surround(session, found)
    session.commit()
    return found


SELLERS = ("CAPE", "COAST")


def _surround(session: Session, c: SimpleNamespace) -> None:
    for customer, tag in ((c.ann, c.vip), (c.bo, c.vip), (c.bo, c.wholesale), (c.di, c.wholesale)):
        make(session, CustomerTag, customer=customer, tag=tag)
    places = (
        (c.ann, "1016 HD", "NL", "Amsterdam", "Prinsengracht 263"),
        (c.bo, "77429", "US", "Cypress", "12 Barker Road"),
        (c.cy, "7441", "ZA", "Milnerton", "4 Ocean Way"),
        (c.di, "7441", "ZA", "Milnerton", "5 Ocean Way"),
    )
    for customer, code, country, city, line1 in places:
        said = {"postal_code": code, "country": country, "city": city, "line1": line1}
        make(session, Address, customer=customer, role=AddressRole.BILL_TO, **said)
    make(session, Address, customer=c.di, postal_code="77429", country="US", city="Cypress", line1="Box 9")
    make(
        session,
        Contact,
        customer=c.cy,
        name="Núria Vidal",
        email="nuria@cy.example",
        phone_e164="+34911000222",
    )
    make(session, Note, customer=c.ann, body="Zeppelinfahrt storniert")


def who(c: SimpleNamespace, page) -> str:
    """Who of the cast is on a page, in its order, by their letters: "a", "bd"."""
    letters = {c.ann.id: "a", c.bo.id: "b", c.cy.id: "c", c.di.id: "d"}
    assert page.status_code == 200, (page.request.full_path, page.status)
    return "".join(letters.get(found, "?") for found in ids(page))
