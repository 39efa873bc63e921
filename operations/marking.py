"""Marks that staff put on customers: flags and tags, and whose they are."""

from typing import Annotated

from models.customer import Customer, Flag

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
