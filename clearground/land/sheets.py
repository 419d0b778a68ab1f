"""The balance sheet as rows with names: the one schema of every table, file and page of the ledger."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

PLACE_DIMENSIONS = ("province", "district", "commune")
PERIOD_DIMENSIONS = ("year", "quarter", "month")
RECORD_DIMENSIONS = ("operator", "method", "campaign", "task", "contract")
DIMENSIONS = ("family", "class", "degree", *PLACE_DIMENSIONS, *RECORD_DIMENSIONS, *PERIOD_DIMENSIONS)

# Column of the schema -> measure of the kernel and what it says.
AREA_COLUMNS: dict[str, tuple[str, str]] = {
    "opening_m2": ("opening", "open at the end of the day before the period"),
    "transferred_in_m2": ("transferred_in", "open land that new boundaries brought into the place (boundaries as-at)"),
    "transferred_out_m2": ("transferred_out", "open land that new boundaries took from the place (boundaries as-at)"),
    "new_m2": ("new", "recorded where nothing was recorded before"),
    "reopened_m2": ("reopened", "released land that became hazardous again"),
    "reclassified_m2": ("reclassified", "net of land that entered and left the class"),
    "degree_changed_m2": ("degree_changed", "net of land that entered and left the degree, within its class"),
    "corrected_m2": ("corrected", "change of what was known before, by corrections and late reports (basis approved)"),
    "cancelled_m2": ("cancelled", "released by non-technical survey, inside recorded hazards"),
    "reduced_m2": ("reduced", "released by technical survey, inside recorded hazards"),
    "cleared_m2": ("cleared", "released by clearance, inside recorded hazards"),
    "closing_m2": ("closing", "open at the end of the period"),
    "closing_suspected_m2": ("closing_suspected", "of the closing: suspected (SHA)"),
    "closing_confirmed_m2": ("closing_confirmed", "of the closing: confirmed (CHA)"),
    "closing_not_stated_m2": ("closing_not_stated", "of the closing: degree not stated by the source"),
    "confirmed_m2": ("confirmed", "became confirmed in the period"),
    "outside_m2": ("outside", "released in the period where no hazard was recorded"),
    "outside_closing_m2": (
        "outside_closing",
        "released where no hazard was recorded, up to the end of the period",
    ),
    "released_twice_m2": (
        "released_twice",
        "released in the period where it was released already; counted once",
    ),
    "unplaced_opening_m2": ("unplaced_opening", "stated by hazard records without a polygon, at the opening"),
    "unplaced_new_m2": ("unplaced_new", "stated by new hazard records without a polygon"),
    "unplaced_corrected_m2": ("unplaced_corrected", "change of stated area that was known before (basis approved)"),
    "unplaced_released_m2": ("unplaced_released", "released from hazard records without a polygon, as stated"),
    "unplaced_closing_m2": ("unplaced_closing", "stated by hazard records without a polygon, at the closing"),
    "unplaced_outside_m2": ("unplaced_outside", "stated by releases without a polygon that draw on no such hazard"),
}
STOCK_COLUMNS = frozenset(
    {
        "opening_m2",
        "closing_m2",
        "closing_suspected_m2",
        "closing_confirmed_m2",
        "closing_not_stated_m2",
        "outside_closing_m2",
        "unplaced_opening_m2",
        "unplaced_closing_m2",
    }
)


@dataclass(frozen=True, slots=True)
class LedgerSheet:
    """One printed sheet: `rows` by the dimensions `by`, and what they rest on.

    Areas are square metres, exact multiples of 0.00005 (half a square centimetre). A stock is None
    where a dimension splits flows only. `adds_up` is the check, made on the integers, that opening
    plus flows equals closing in every row.
    """

    as_of: date
    known: date | None
    seq: int
    since: date | None
    by: tuple[str, ...]
    basis: str
    boundaries: str | None
    is_invented: bool
    rows: list[dict[str, Any]] = field(default_factory=list)
    adds_up: bool = True

    @property
    def columns(self) -> list[str]:
        """The names of the columns, in order: dimensions, areas, items."""
        items = [name for name in (self.rows[0] if self.rows else {}) if name.startswith("items_")]
        return ["from", "to", *self.by, *AREA_COLUMNS, *items]

    def totals(self) -> list[dict[str, Any]]:
        """The sums of each family's rows, of a sheet of one period; None where a row has none.

        Families lie on the same ground, so that no sum goes over several of them.
        """
        families = dict.fromkeys(row["family"] for row in self.rows)
        return [self._total([row for row in self.rows if row["family"] == family]) for family in families]

    def _total(self, rows: list[dict[str, Any]]) -> dict[str, Any]:
        """The sum of rows of one family."""
        total: dict[str, Any] = {"family": rows[0]["family"]}
        for name in self.columns[2 + len(self.by) :]:
            values = [row[name] for row in rows]
            total[name] = None if any(value is None for value in values) else sum(values)
        return total
