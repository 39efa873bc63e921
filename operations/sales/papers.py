"""A quote as it is printed."""

from decimal import Decimal
from functools import partial

from models.customer import Customer
from models.sales import Quote, QuoteLine, QuoteState

from ..envelope import envelope
from ..letters import amount, plain
from ..operation import Context
from ..paper import Grid, Paper, Paragraph
from ..printouts import printout
from .lines import lines_of
from .quotes import last_day

COLUMNS = ("What", "Quantity", "Price", "Set-up", "Discount", "Net", "Tax")


@printout(Quote, "Quote", permission="customer.read_personal")  # it has their address
def quote_paper(quote: Quote, ctx: Context) -> Paper:
    """In the language of the customer's numbers and days."""
    customer = ctx.session.get_one(Customer, quote.customer_id)
    money = partial(amount, currency=quote.currency, locale=customer.locale)
    facts = {
        "Number": quote.number,
        "Customer": customer.code,
        "Date": plain((quote.sent_at or ctx.now).date(), customer.locale),
        "Holds until": plain(last_day(quote), customer.locale),
    }
    title = "Draft of a quote" if quote.state is QuoteState.DRAFT else "Quote"
    return Paper(
        title=f"{title} {quote.number}",
        address=envelope(ctx.session, customer),
        facts=[(label, value) for label, value in facts.items() if value],
        parts=[
            Grid(
                COLUMNS,
                [_row(line, customer.locale) for line in lines_of(ctx.session, quote)],
                right=frozenset(range(1, len(COLUMNS))),
                widths=(5, 1.9, 2, 2, 1.9, 2, 2),
                totals=[_total("Net", money(quote.net)), _total("Tax", money(quote.tax))]
                + [_total("Total", money(quote.total))],
                empty="No lines yet.",
            ),
            *([Paragraph(quote.remark)] if quote.remark else []),
        ],
        foot="Net and tax of each line are rounded by themselves; the total is their sum.",
    )


def _row(line: QuoteLine, locale: str) -> tuple[str, ...]:
    plainly = partial(_number, locale=locale)
    return (
        line.description,
        plain(line.quantity.normalize(), locale),
        plainly(line.unit_price or Decimal(0)),
        plainly(line.setup_price) if line.setup_price else "",
        f"{plain(line.discount_percent.normalize(), locale)} %" if line.discount_percent else "",
        plainly(line.net),
        plainly(line.tax),
    )


def _number(value: Decimal, locale: str) -> str:
    """Money in a column whose currency the totals say."""
    return amount(value, "", locale).strip()


def _total(label: str, value: str) -> tuple[str, ...]:
    return (label, *[""] * (len(COLUMNS) - 2), value)
