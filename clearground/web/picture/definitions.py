"""What each figure is, in words: its name, what it counts, how it is reckoned, and the clause that asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..shell.selectors import item_names

IMAS_RELEASE = "IMAS 07.11"
IMAS_SURVEY = "IMAS 08.10"
IMAS_ITEMS = "IMAS 05.10"
MONITOR = "Landmine and Cluster Munition Monitor"


@dataclass(frozen=True, slots=True)
class Definition:
    """One figure in words. `unit` is m2, records, items or share."""

    name: Any
    says: Any
    formula: Any
    unit: str = "m2"
    clause: str = IMAS_RELEASE


LAW = _(
    "opening + new + reopened ± reclassified ± degree changed ± corrected − cancelled − reduced − cleared = closing"
)
HOLDS = _("Sum of the land on which an opening posting holds at the end of the day")
MOVES = _("Sum of the land that postings of the period moved so")
STATED = _("Sum of what records without a polygon state; booked apart from placed land")
RECORDS = _("Number of records that stand at the end of the period")
SHARE = _("Quotient of two figures of the same scope; none where the second is zero")

DEFINITIONS: dict[str, Definition] = {
    "opening_m2": Definition(
        _("Opening"),
        _("Land that lay open (suspected or confirmed) at the end of the day before the period."),
        HOLDS,
    ),
    "transferred_in_m2": Definition(
        _("Transferred in"), _("Open land that new boundaries brought into the place."), MOVES
    ),
    "transferred_out_m2": Definition(
        _("Transferred out"), _("Open land that new boundaries took from the place."), MOVES
    ),
    "new_m2": Definition(_("New"), _("Land recorded in the period where nothing was recorded before."), MOVES),
    "reopened_m2": Definition(_("Reopened"), _("Released land that was found to be contaminated after all."), MOVES),
    "reclassified_m2": Definition(
        _("Reclassified"), _("Open land that entered the class, less open land that left it."), MOVES
    ),
    "degree_changed_m2": Definition(
        _("Degree changed"),
        _("Open land that entered the degree, less open land that left it, within its class."),
        MOVES,
    ),
    "corrected_m2": Definition(
        _("Corrected"),
        _("Change of what was known before, by corrections and late reports, on the basis of approval."),
        MOVES,
    ),
    "cancelled_m2": Definition(
        _("Cancelled"), _("Land released by non-technical survey, inside recorded hazards (C1)."), MOVES
    ),
    "reduced_m2": Definition(
        _("Reduced"), _("Land released by technical survey, inside recorded hazards (C2)."), MOVES
    ),
    "cleared_m2": Definition(
        _("Cleared"),
        _("Land released by clearance, inside recorded hazards (C3). Land that two reports clear counts once."),
        MOVES,
    ),
    "closing_m2": Definition(
        _("Closing"),
        _("Land that lay open at the end of the day: suspected, confirmed, or of a degree that no source states."),
        HOLDS,
    ),
    "closing_suspected_m2": Definition(
        _("Closing, suspected"), _("Of the closing: suspected hazardous areas (SHA)."), HOLDS
    ),
    "closing_confirmed_m2": Definition(
        _("Closing, confirmed"), _("Of the closing: confirmed hazardous areas (CHA)."), HOLDS
    ),
    "closing_not_stated_m2": Definition(
        _("Closing, degree not stated"),
        _("Of the closing: land whose degree the source does not state, as in a baseline survey."),
        HOLDS,
    ),
    "confirmed_m2": Definition(_("Became confirmed"), _("Suspected land that became confirmed in the period."), MOVES),
    "outside_m2": Definition(
        _("Released outside recorded hazards"),
        _("Land released where no hazard was recorded. Operators count it; it is subtracted from nothing."),
        MOVES,
    ),
    "outside_closing_m2": Definition(
        _("Released outside, up to the day"),
        _("All land released where no hazard was recorded, up to the end of the day."),
        HOLDS,
    ),
    "released_twice_m2": Definition(
        _("Reported released twice"),
        _("Land that a report releases which was released already. It counts once, with the earlier one."),
        MOVES,
    ),
    "unplaced_opening_m2": Definition(
        _("Opening, without a polygon"),
        _("Area stated by hazard records without a usable polygon, at the opening."),
        STATED,
    ),
    "unplaced_new_m2": Definition(
        _("New, without a polygon"), _("Area stated by new hazard records without a usable polygon."), STATED
    ),
    "unplaced_corrected_m2": Definition(
        _("Corrected, without a polygon"), _("Change of stated area that was known before."), STATED
    ),
    "unplaced_released_m2": Definition(
        _("Released, without a polygon"),
        _("Area released from hazard records without a polygon, as stated."),
        STATED,
    ),
    "unplaced_closing_m2": Definition(
        _("Closing, without a polygon"),
        _("Area stated by hazard records without a usable polygon, at the closing."),
        STATED,
    ),
    "unplaced_outside_m2": Definition(
        _("Released outside, without a polygon"),
        _("Area that releases without a polygon state beyond any hazard record that they name."),
        STATED,
    ),
    "hazards": Definition(
        _("Hazard records"), _("Hazard records that stand at the end of the day."), RECORDS, "records"
    ),
    "hazards_suspected": Definition(
        _("Suspected hazardous areas"), _("Hazard records that say suspected (SHA)."), RECORDS, "records"
    ),
    "hazards_confirmed": Definition(
        _("Confirmed hazardous areas"),
        _("Hazard records that say confirmed (CHA), released or not."),
        RECORDS,
        "records",
    ),
    "hazards_not_stated": Definition(
        _("Hazard records without a degree"),
        _("Hazard records whose source states no degree."),
        RECORDS,
        "records",
    ),
    "hazards_open": Definition(
        _("Hazard records, nothing released"),
        _("Hazard records of whose own area nothing is released."),
        RECORDS,
        "records",
    ),
    "hazards_partly_released": Definition(
        _("Hazard records, partly released"),
        _("Hazard records of whose own area some, but not all, is released."),
        RECORDS,
        "records",
    ),
    "hazards_fully_released": Definition(
        _("Hazard records, fully released"),
        _("Hazard records all of whose own area is released."),
        RECORDS,
        "records",
    ),
    "hazards_without_area": Definition(
        _("Hazard records without an area"),
        _("Hazard records with neither a polygon nor a stated area."),
        RECORDS,
        "records",
    ),
    "confirmed_areas": Definition(
        _("Confirmed areas left"), _("Confirmed hazard records that are not fully released."), RECORDS, "records"
    ),
    "recorded_m2": Definition(
        _("Recorded"), _("Land that became open in the period: new and reopened."), MOVES, clause=IMAS_SURVEY
    ),
    "later_cancelled_m2": Definition(
        _("Recorded and later cancelled"),
        _("Of the land recorded in the period: what was cancelled by its end."),
        MOVES,
        clause=IMAS_SURVEY,
    ),
    "cleared_no_item_m2": Definition(
        _("Cleared, no item found"),
        _("Of the cleared land: by work whose report says that no item was found."),
        MOVES,
        clause=MONITOR,
    ),
    "cleared_few_items_m2": Definition(
        _("Cleared, one to three items"),
        _("Of the cleared land: by work whose report says one to three items."),
        MOVES,
        clause=MONITOR,
    ),
    "cleared_more_items_m2": Definition(
        _("Cleared, more than three items"),
        _("Of the cleared land: by work whose report says more than three items."),
        MOVES,
        clause=MONITOR,
    ),
    "cleared_items_not_reported_m2": Definition(
        _("Cleared, items not reported"),
        _("Of the cleared land: by work whose report says nothing of items, which is not zero."),
        MOVES,
        clause=MONITOR,
    ),
    "items": Definition(
        _("Items"),
        _("Items of all types found in the period, by all work."),
        _("Sum of the items of the approved reports"),
        "items",
        IMAS_ITEMS,
    ),
    "items_outside": Definition(
        _("Items outside recorded hazards"),
        _("Items found where nothing was open just before."),
        _("Sum of the items of the approved reports"),
        "items",
        IMAS_ITEMS,
    ),
    "items_unlocated": Definition(
        _("Items of unknown place"),
        _("Items found by work without a polygon or a point."),
        _("Sum of the items of the approved reports"),
        "items",
        IMAS_ITEMS,
    ),
    "later_cancelled_share": Definition(
        _("Share later cancelled"),
        _("Survey accuracy: of the land recorded in the period, the share that was cancelled by its end."),
        SHARE,
        "share",
        IMAS_SURVEY,
    ),
    "no_item_share": Definition(
        _("Share cleared without an item"),
        _("Yield: of the cleared land, the share in which the report says that no item was found."),
        SHARE,
        "share",
        MONITOR,
    ),
    "few_items_share": Definition(
        _("Share cleared with one to three items"),
        _("Yield: of the cleared land, the share in which one to three items were found."),
        SHARE,
        "share",
        MONITOR,
    ),
    "more_items_share": Definition(
        _("Share cleared with more items"),
        _("Yield: of the cleared land, the share in which more than three items were found."),
        SHARE,
        "share",
        MONITOR,
    ),
    "items_not_reported_share": Definition(
        _("Share cleared, items not reported"),
        _("Of the cleared land, the share whose report says nothing of items."),
        SHARE,
        "share",
        MONITOR,
    ),
    "items_outside_share": Definition(
        _("Share of items outside"),
        _("Survey accuracy: of the items found, the share found where nothing was open just before."),
        SHARE,
        "share",
        MONITOR,
    ),
}


def definition_of(measure: str) -> Definition | None:
    """The words of a figure; None where nothing is called so."""
    if measure in DEFINITIONS:
        return DEFINITIONS[measure]
    if measure.startswith("items_") and (name := item_names().get(measure.removeprefix("items_"))):
        says = gettext("Items of the type “%(name)s” found and destroyed in the period.") % {"name": name}
        return Definition(name, says, gettext("Sum of the items of the approved reports"), "items", IMAS_ITEMS)
    return None
