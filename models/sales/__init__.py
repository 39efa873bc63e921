"""From quote to order."""

from .order import OrderKind, OrderLine, OrderState, SalesOrder
from .quote import Quote, QuoteLine, QuoteState

__all__ = ["OrderKind", "OrderLine", "OrderState", "Quote", "QuoteLine", "QuoteState", "SalesOrder"]
