"""The invented programme: who works, how, when its board meets. No organisation or person here exists."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

FIRST_YEAR, LAST_YEAR = 2008, 2025
LAST_DAY = date(2025, 11, 20)


@dataclass(frozen=True)
class DemoOrganisation:
    """An invented organisation; `delay_days` is how long its reports take to reach the board (median)."""

    code: str
    name: str
    name_km: str
    kind: str
    since: int = FIRST_YEAR
    delay_days: int = 0


@dataclass(frozen=True)
class DemoPerson:
    """An invented person of the programme."""

    login: str
    name: str
    organisation: str
    roles: tuple[str, ...]


AUTHORITY = DemoOrganisation("KMA", "Karsova Mine Authority (invented)", "អាជ្ញាធរមីនការសូវ៉ា (ប្រឌិត)", "authority")
OPERATORS: tuple[DemoOrganisation, ...] = (
    DemoOrganisation("NCC", "National Clearing Corps (invented)", "អង្គភាពបោសសម្អាតជាតិ (ប្រឌិត)", "operator", 2008, 30),
    DemoOrganisation("LFT", "Lumen Field Trust (invented)", "មូលនិធិលុមេន (ប្រឌិត)", "operator", 2008, 45),
    DemoOrganisation("OPH", "Open Pasture (invented)", "វាលស្មៅបើកចំហ (ប្រឌិត)", "operator", 2009, 60),
    DemoOrganisation("SDG", "Sedge Foundation (invented)", "មូលនិធិសេដជ៍ (ប្រឌិត)", "operator", 2010, 40),
    DemoOrganisation("VGW", "Velund Ground Works (invented)", "ក្រុមហ៊ុនវេលុន (ប្រឌិត)", "commercial", 2012, 25),
    DemoOrganisation("TEB", "Tarom Engineer Brigade (invented)", "កងវិស្វកម្មតារ៉ម (ប្រឌិត)", "operator", 2009, 100),
)
OPERATOR_WEIGHTS = (0.32, 0.20, 0.15, 0.13, 0.10, 0.10)
PEOPLE: tuple[DemoPerson, ...] = (
    DemoPerson("karsova.registrar", "Imra Dristh (invented)", AUTHORITY.code, ("administrator", "data_officer")),
    DemoPerson("karsova.secretary", "Orin Fariwen (invented)", AUTHORITY.code, ("approver",)),
    DemoPerson("karsova.operator", "Welm Aster (invented)", OPERATORS[1].code, ("operator",)),
    DemoPerson("karsova.planner", "Sorel Quand (invented)", AUTHORITY.code, ("planner",)),
    DemoPerson("karsova.quality", "Ilva Morrend (invented)", AUTHORITY.code, ("quality_officer",)),
    DemoPerson("karsova.assistance", "Perrin Oade (invented)", AUTHORITY.code, ("assistance_officer",)),
    DemoPerson("karsova.treaty", "Nadra Ulvess (invented)", AUTHORITY.code, ("treaty_officer",)),
    DemoPerson("karsova.reader", "Ode Tamrin (invented)", "", ("viewer",)),
)
SECOND_SECRETARY_FROM = date(2016, 1, 1)

METHODS = (
    "manual",
    "mechanical",
    "dogs",
    "battle area clearance",
    "non-technical survey",
    "technical survey",
    "spot task",
)
METHOD_NTS, METHOD_TS, METHOD_SPOT, METHOD_BAC = 4, 5, 6, 3
CAMPAIGNS = ("First baseline survey", "Second baseline survey", "Continuing survey", "Re-survey of old records")
EVIDENCE = ("direct", "indirect", "none", "not_stated")
ITEM_TYPES = ("antipersonnel_mine", "antivehicle_mine", "submunition", "other_erw", "improvised_mine")

# The board meets twice a year; what has arrived by then is approved, one approval per operator.
SESSIONS: tuple[date, ...] = tuple(
    date(year, month, 20) for year in range(FIRST_YEAR, LAST_YEAR + 1) for month in (5, 11)
)
SESSION_DAYS = np.array([day.toordinal() for day in SESSIONS])

# The year whose totals differ: see `story`.
STORY_YEAR = 2017
LATE_OPERATOR = 1  # sends what it completed in the last months of the year only after the books are signed
LATE_FROM, LATE_UNTIL = date(2017, 9, 15), date(2017, 12, 31)
LATE_ARRIVAL = date(2018, 7, 10)
SILENT_OPERATOR = 5  # reports to the authority, but is not in the treaty report
TREATY_KNOWN = date(2018, 4, 30)


@dataclass(frozen=True)
class DemoSignature:
    """An edition that is signed when everything known on `known` is in the books."""

    name: str
    as_of: date
    known: date
    reason: str


SIGNATURES: tuple[DemoSignature, ...] = (
    DemoSignature("Official 2016", date(2016, 12, 31), date(2017, 5, 22), "Annual statement of an invented country"),
    DemoSignature("Official 2017", date(2017, 12, 31), date(2018, 5, 22), "Annual statement of an invented country"),
)


def secretary(on: date) -> str:
    """The login of the person who approves on that day."""
    return PEOPLE[1 if on >= SECOND_SECRETARY_FROM else 0].login
