"""Marks that staff put on customers: flags and tags, whose they are, and at which prices they buy."""

from typing import Annotated

from models.customer import Customer, Flag, Kind

from .errors import Refused
from .operation import Ask, Assign, Context, Key, operation


@operation(Customer, assigns=True, icon="flag", order=20)
def flag(ctx: Context, *, flag: Flag) -> Assign:
    """Mark for a second look; CHK means: check before acting."""
    return Assign({"flag": flag})


@operation(
    Customer,
    assigns=True,
    icon="flag-off",
    order=21,
    when=Customer.flag.is_not(None),
    otherwise="It has no flag.",
)
def unflag(ctx: Context) -> Assign:
    """Take the flag away."""
    return Assign({"flag": None})


@operation(Customer, assigns=True, icon="tag", order=22)
def tag(ctx: Context, *, tags: Annotated[set[int], Key("tag"), Ask("Tags")]) -> Assign:
    """Add tags; those that are there already stay."""
    return Assign(add={"tag": tags})


@operation(Customer, assigns=True, icon="tag-off", order=23)
def untag(ctx: Context, *, tags: Annotated[set[int], Key("tag"), Ask("Tags")]) -> Assign:
    """Take tags away."""
    return Assign(remove={"tag": tags})


@operation(
    Customer,
    label="Assign reseller",
    assigns=True,
    sentence="Assign a reseller to {rows}",
    icon="building-store",
    order=30,
)
def assign_reseller(
    ctx: Context,
    *,
    reseller_id: Annotated[int | None, Key("reseller"), Ask("Reseller", "Empty: none.")] = None,
) -> Assign:
    """Say who brought them, or who looks after them now."""
    return Assign({"reseller_id": reseller_id})


@operation(
    Customer,
    label="Assign organization",
    assigns=True,
    sentence="Assign an organization to {rows}",
    icon="building",
    order=31,
    when=Customer.kind == Kind.CUSTOMER,
    otherwise="An organization cannot belong to another one.",
)
def assign_organization(
    ctx: Context,
    *,
    organization_id: Annotated[int | None, Key("customer"), Ask("Organization", "Empty: none.")] = None,
) -> Assign:
    """Make them members of an organization. Without one, their invoices go to themselves."""
    if organization_id is None:
        return leave_organization(ctx)
    organization = ctx.session.get(Customer, organization_id)
    if organization is None or organization.kind is not Kind.ORGANIZATION:
        raise Refused("Choose an organization; this is a customer.", "organization_id")
    return Assign({"organization_id": organization_id})


@operation(
    Customer,
    label="Leave organization",
    permission="customer.assign_organization",
    assigns=True,
    sentence="Take {rows} out of their organization",
    icon="user-minus",
    order=31,
    when=Customer.organization_id.is_not(None),
    otherwise="They belong to no organization.",
)
def leave_organization(ctx: Context) -> Assign:
    """Take them out of their organization: its privileges, terms and prices end for them today."""
    return Assign({"organization_id": None, "bill_to_organization": False})


@operation(
    Customer,
    label="Assign price level",
    assigns=True,
    sentence="Assign a price level to {rows}",
    icon="tags",
    order=32,
)
def assign_price_level(
    ctx: Context,
    *,
    price_level_id: Annotated[
        int | None, Key("price_level"), Ask("Price level", "Empty: the organization's, or the list.")
    ] = None,
) -> Assign:
    """Set the prices at which they buy."""
    return Assign({"price_level_id": price_level_id})
