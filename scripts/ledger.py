"""The tables of docs/ledger.md, from the code: columns, dimensions, policies. `make manual` writes them.

Everything else on that page is written by hand and stays as it is.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path

PAGE = Path(__file__).resolve().parent.parent / "docs" / "ledger.md"
TABLE = re.compile(r"<!-- (\w+) -->\n.*?<!-- end -->", re.S)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def tables() -> dict[str, str]:
    """Each table of the page, by the mark before it."""
    return {
        "columns": table(("column", "kind", "null", "what it says"), column_rows()),
        "counts": table(("column", "unit", "what it says"), count_rows()),
        "dimensions": table(("dimension", "splits"), dimension_rows()),
        "policies": table(("policy", "value", "what it decides"), policy_rows()),
    }


def column_rows() -> list[tuple[str, ...]]:
    """The columns of the sheet."""
    from clearground.land.sheets import AREA_COLUMNS, STOCK_COLUMNS

    def null(name: str) -> str:
        of_stocks = name in STOCK_COLUMNS or name.startswith("transferred")
        return "by a dimension of flows only" if of_stocks else "never"

    return [
        (f"`{name}`", "stock" if name in STOCK_COLUMNS else "flow", null(name), says)
        for name, (_measure, says) in AREA_COLUMNS.items()
    ]


def count_rows() -> list[tuple[str, ...]]:
    """The columns of counts, and the shares."""
    from clearground.land.counted import COUNT_COLUMNS, SHARE_COLUMNS

    units = {name: "m²" if name.endswith("_m2") else "count" for name in COUNT_COLUMNS}
    rows = [(f"`{name}`", units[name], says) for name, (_measure, says) in COUNT_COLUMNS.items()]
    return rows + [(f"`{name}`", "share of 1", says) for name, (_part, _whole, says) in SHARE_COLUMNS.items()]


def dimension_rows() -> list[tuple[str, ...]]:
    """The dimensions of the sheet, and what each splits."""
    from clearground.land.sheets import DIMENSIONS, PERIOD_DIMENSIONS, RECORD_DIMENSIONS

    def splits(name: str) -> str:
        return "flows only" if name in RECORD_DIMENSIONS else "periods" if name in PERIOD_DIMENSIONS else "all"

    return [(f"`{name}`", splits(name)) for name in DIMENSIONS]


def policy_rows() -> list[tuple[str, ...]]:
    """The policies, each with every value that the books honour."""
    from clearground.land.policies import REGISTRY

    return [
        (f"`{policy.name}`", f"`{value}`", f"{policy.decides} {says}")
        for policy in REGISTRY
        for value, says in policy.values.items()
    ]


def page(text: str) -> str:
    """The page with its tables as the code has them."""
    written = tables()
    return TABLE.sub(lambda found: f"<!-- {found[1]} -->\n\n{written[found[1]]}\n<!-- end -->", text)


if __name__ == "__main__":
    import django

    django.setup()
    PAGE.write_text(page(PAGE.read_text("utf-8")), "utf-8")
    sys.stdout.write(f"{PAGE.name} is written\n")
