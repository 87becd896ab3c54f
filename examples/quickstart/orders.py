"""A few orders to play with."""

from __future__ import annotations

import csv
from pathlib import Path

FILE = Path(__file__).with_name("orders.csv")


def load() -> list[dict[str, str]]:
    """The orders, one dictionary for each."""
    with FILE.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def total(orders: list[dict[str, str]]) -> int:
    """What they come to."""
    return sum(int(order["total"]) for order in orders)
