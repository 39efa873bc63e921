"""What can be sold, and at what price."""

from .price import Price, TaxRate
from .product import BundleItem, Charge, Family, Product, ProductLine, part_answer
from .rating import Rate, RatePlan, RateUnit

__all__ = [
    "BundleItem",
    "Charge",
    "Family",
    "Price",
    "Product",
    "ProductLine",
    "Rate",
    "RatePlan",
    "RateUnit",
    "TaxRate",
    "part_answer",
]
