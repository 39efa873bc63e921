"""What was answered in secret to what a product asks for, such as a PIN, shown to those who need it."""

from models.attributes import attributes_of, titled
from models.catalog import Product
from models.service import Subscription
from models.work import RowState

from ..attributes import opened
from ..errors import Refused
from ..operation import Context, operation
from ..trail import noted
from .data_account import ONE


@operation(
    Subscription,
    when=Subscription.secrets.is_not(None),
    otherwise="It has no secret details.",
    confirm="Show the secret details of {rows}? The access trail of the customer will say that you saw them.",
    sentence="Reveal the details of {rows}",
    icon="eye",
    order=61,
    final=True,
    places=ONE,
    most=1,
)
def reveal(subscription: Subscription, ctx: Context) -> tuple[RowState, str]:
    """Show its secret details, such as a PIN, to you, once. The access trail says so."""
    secrets = opened(subscription.secrets)
    if not secrets:
        raise Refused("They were sealed with another key. Ask for them again, and type them in anew.")
    product = ctx.session.get_one(Product, subscription.product_id)
    labels = {asked.name: asked.label for asked in attributes_of(product.attribute_schema)}
    shown = {labels.get(name, titled(name)): secret for name, secret in secrets.items()}
    noted(ctx.session, subscription, ctx.viewer, "reveal", ", ".join(shown))
    for label, secret in shown.items():
        ctx.reveal(label, secret)
    return RowState.CHANGED, "Shown"
