"""What is counted beside the balance, as rows with names: the one schema of every table of counts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from .sheets import PLACE_DIMENSIONS

COUNT_DIMENSIONS = ("family", "class", *PLACE_DIMENSIONS)

# Column of the schema -> measure of the kernel and what it says. Counts are of records, areas in m².
COUNT_COLUMNS: dict[str, tuple[str, str]] = {
    "hazards": ("hazards", "hazard records that stand at the end of the period"),
    "hazards_suspected": ("hazards_suspected", "of the hazards: suspected (SHA)"),
    "hazards_confirmed": ("hazards_confirmed", "of the hazards: confirmed (CHA)"),
    "hazards_not_stated": ("hazards_not_stated", "of the hazards: degree not stated by the source"),
    "hazards_open": ("hazards_open", "of the hazards: nothing of their own area is released"),
    "hazards_partly_released": ("hazards_partly_released", "of the hazards: some but not all of their own area is"),
    "hazards_fully_released": ("hazards_fully_released", "of the hazards: all of their own area is"),
    "hazards_without_area": ("hazards_without_area", "of the hazards: neither a polygon nor a stated area"),
    "confirmed_areas": ("confirmed_areas", "of the confirmed hazards: those not fully released"),
    "recorded_m2": ("recorded", "became open in the period: new and reopened"),
    "later_cancelled_m2": ("later_cancelled", "of the recorded: cancelled by the end of the period"),
    "cleared_m2": ("cleared", "released by clearance in the period, inside recorded hazards"),
    "cleared_no_item_m2": ("cleared_no_item", "of the cleared: by work that reports that it found none"),
    "cleared_few_items_m2": ("cleared_few_items", "of the cleared: by work that reports one to three items"),
    "cleared_more_items_m2": ("cleared_more_items", "of the cleared: by work that reports more items"),
    "cleared_items_not_reported_m2": ("cleared_items_not_reported", "of the cleared: nothing is said of items"),
    "items": ("items", "items found in the period, of all types, by all work"),
    "items_outside": ("items_outside", "of the items: where nothing was open just before"),
    "items_unlocated": ("items_unlocated", "of the items: by work without a polygon or a point"),
}
# Share -> the measures it is the quotient of; null where the second is zero.
SHARE_COLUMNS: dict[str, tuple[str, str, str]] = {
    "later_cancelled_share": ("later_cancelled", "recorded", "survey accuracy: of recorded land, what was cancelled"),
    "no_item_share": ("cleared_no_item", "cleared", "yield: of cleared land, what gave no item"),
    "few_items_share": ("cleared_few_items", "cleared", "yield: of cleared land, what gave one to three items"),
    "more_items_share": ("cleared_more_items", "cleared", "yield: of cleared land, what gave more items"),
    "items_not_reported_share": ("cleared_items_not_reported", "cleared", "of cleared land, where items are not told"),
    "items_outside_share": ("items_outside", "items", "survey accuracy: of items, those outside recorded hazards"),
}


@dataclass(frozen=True, slots=True)
class CountSheet:
    """One printed table of counts: `rows` by the dimensions `by`, and what they rest on."""

    as_of: date
    known: date | None
    seq: int
    since: date | None
    by: tuple[str, ...]
    boundaries: str | None
    is_invented: bool
    rows: list[dict[str, Any]] = field(default_factory=list)

    @property
    def columns(self) -> list[str]:
        """The names of the columns, in order: dimensions, counts and areas, shares."""
        return [*self.by, *COUNT_COLUMNS, *SHARE_COLUMNS]
