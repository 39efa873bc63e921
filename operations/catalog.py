"""What has to hold of products, bundles and prices."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.catalog import BundleItem, Charge, Family, Product, ProductLine
from queries.viewer import Viewer

from .errors import Refused
from .rules import Changes, after, rule

# How the two families of mere charges are billed, whatever they are for.
CHARGED = {Family.FIXED: Charge.RECURRING, Family.MISC: Charge.ONE_TIME}


@rule(Product, on=("family", "charge"))
def charge_as_the_family_says(session: Session, product: Product, changes: Changes, viewer: Viewer) -> None:
    if not changes.keys() & {"family", "charge"}:
        return
    family, charge = (after(product, changes, name) for name in ("family", "charge"))
    demanded = CHARGED.get(family)
    if demanded and (charge or Charge.RECURRING) is not demanded:
        raise Refused(f"{family.label} are charged {demanded.label.lower()}.", "charge")


@rule(Product, on=("line",))
def stay_what_bundles_rely_on(session: Session, product: Product, changes: Changes, viewer: Viewer) -> None:
    """What has parts stays a bundle, and what is a part of one stays a single product."""
    if product.id is None or "line" not in changes:
        return
    becomes_bundle = changes["line"][1] is ProductLine.INTEGRATED
    key = BundleItem.product_id if becomes_bundle else BundleItem.bundle_id
    if session.scalar(sa.select(BundleItem.id).where(key == product.id).limit(1)):
        says = "It is a part of a bundle." if becomes_bundle else "It has parts. Remove them first."
        raise Refused(says, "line")


@rule(BundleItem, on=("bundle_id", "product_id"))
def bundle_single_products(session: Session, item: BundleItem, changes: Changes, viewer: Viewer) -> None:
    if not changes.keys() & {"bundle_id", "product_id"}:
        return
    bundle, part = (session.get(Product, after(item, changes, n)) for n in ("bundle_id", "product_id"))
    if bundle is not None and bundle.line is not ProductLine.INTEGRATED:
        raise Refused("Only an integrated product, which is a bundle, has parts.", "product_id")
    if part is not None and part.line is ProductLine.INTEGRATED:
        raise Refused("A bundle cannot be a part of another one.", "product_id")
