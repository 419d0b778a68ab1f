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
    from clearground.land.policies import REGISTRY
    from clearground.land.sheets import AREA_COLUMNS, DIMENSIONS, PERIOD_DIMENSIONS, RECORD_DIMENSIONS, STOCK_COLUMNS

    def splits(name: str) -> str:
        return "flows only" if name in RECORD_DIMENSIONS else "periods" if name in PERIOD_DIMENSIONS else "all"

    columns = [
        (f"`{name}`", "stock" if name in STOCK_COLUMNS else "flow", says)
        for name, (_measure, says) in AREA_COLUMNS.items()
    ]
    policies = [
        (f"`{policy.name}`", f"`{value}`", f"{policy.decides} {says}")
        for policy in REGISTRY
        for value, says in policy.values.items()
    ]
    return {
        "columns": table(("column", "kind", "what it says"), columns),
        "dimensions": table(("dimension", "splits"), [(f"`{name}`", splits(name)) for name in DIMENSIONS]),
        "policies": table(("policy", "value", "what it decides"), policies),
    }


def page(text: str) -> str:
    """The page with its tables as the code has them."""
    written = tables()
    return TABLE.sub(lambda found: f"<!-- {found[1]} -->\n\n{written[found[1]]}\n<!-- end -->", text)


if __name__ == "__main__":
    import django

    django.setup()
    PAGE.write_text(page(PAGE.read_text("utf-8")), "utf-8")
    sys.stdout.write(f"{PAGE.name} is written\n")
