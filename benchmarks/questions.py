"""What `benchmarks.pages` asks: for every page, different questions, each about days, places and codes of the register.

A question is asked for the first time only once: what was computed for one is not at hand for another. So every
question that has a day has one of its own, which no question of any other page has.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote, urlencode

Draw = Callable[["Drawer"], str]
AREAS = ("closing_m2", "cleared_m2", "cancelled_m2", "reduced_m2", "new_m2")


@dataclass(frozen=True, slots=True)
class Register:
    """What is in the register, for questions about it. `communes` are (province, district, commune)."""

    first: date
    last: date
    known: list[date]
    communes: list[tuple[str, str, str]]
    names: list[str]
    spots: list[tuple[float, float]]
    classes: list[tuple[str, str]]
    operators: list[str]
    methods: list[str]
    contracts: list[str]
    tasks: list[str]
    refs: list[str]
    people: list[str]
    editions: list[int]
    seq: int
    rows: list[tuple[int, int]]
    findings: list[int]
    events: list[int]


@dataclass(frozen=True, slots=True)
class Page:
    """One line of the report: what is asked, and the addresses that ask it, each another. A file is no page."""

    name: str
    addresses: list[str]
    is_file: bool = False


@dataclass(slots=True)
class Drawer:
    """Draws codes, and days that it gives out once."""

    register: Register
    chance: random.Random
    days: list[date]

    @classmethod
    def of(cls, register: Register, seed: int) -> Drawer:
        """The same seed draws the same questions of the same register."""
        chance = random.Random(seed)  # noqa: S311
        span = (register.last - register.first).days
        days = [register.first + timedelta(days=at) for at in range(span // 5, span)]
        chance.shuffle(days)
        return cls(register, chance, days)

    def one(self, of: str) -> Any:
        """One of a list of the register."""
        return self.chance.choice(getattr(self.register, of))

    def day(self) -> dict[str, Any]:
        """A day that no other question has."""
        return {"as-of": self.days.pop()}

    def known(self) -> dict[str, Any]:
        """A day of knowledge: one on which something was approved."""
        return {"known": self.one("known")}

    def place(self, deepest: str) -> dict[str, Any]:
        """A province, a district in its province, or a commune in both."""
        levels = ("province", "district", "commune")
        return dict(list(zip(levels, self.one("communes"), strict=True))[: levels.index(deepest) + 1])

    def land(self) -> dict[str, Any]:
        """A class and its family."""
        return dict(zip(("family", "class"), self.one("classes"), strict=True))

    def family(self) -> dict[str, Any]:
        """A family."""
        return {"family": self.one("classes")[0]}


def ask(path: str, **said: Any) -> str:
    """An address with what is asked; `as_of` is `as-of`."""
    asked = urlencode({name.replace("_", "-"): value for name, value in said.items()}, doseq=True)
    return f"{path}?{asked}" if asked else path


def shaped(*parts: Callable[[Drawer], dict[str, Any]], **shape: Any) -> Draw:
    """A question of one's own: a shape of table, of another day, and what the parts draw."""

    def asked(drawer: Drawer) -> str:
        said = dict(shape)
        for part in (Drawer.day, *parts):
            said |= part(drawer)
        return ask("/ask/", **said)

    return asked


def early(drawer: Drawer) -> dict[str, Any]:
    """A first day among the register's first three years."""
    return {"since": drawer.register.first + timedelta(days=drawer.chance.randrange(3 * 365))}


def of_operator(drawer: Drawer) -> dict[str, Any]:
    """One operator's work."""
    return {"operator": drawer.one("operators")}


def of_contract(drawer: Drawer) -> dict[str, Any]:
    """The work under one contract."""
    return {"contract": drawer.one("contracts")}


def of_province(drawer: Drawer) -> dict[str, Any]:
    """One province."""
    return drawer.place("province")


MINES = ["cleared_m2", "items_antipersonnel_mine", "items_antivehicle_mine"]
PIVOTS: dict[str, Draw] = {
    "ask: province × month, cleared and items": shaped(rows="province", columns="month", measure=MINES),
    "ask: operator × month, one province": shaped(of_province, rows="operator", columns="month", measure=MINES),
    "ask: commune × month": shaped(rows="commune", columns="month", measure="cleared_m2"),
    "ask: commune × class": shaped(rows="commune", columns="class", measure="closing_m2"),
    "ask: commune, closing": shaped(rows="commune", measure=["closing_m2", "closing_confirmed_m2"]),
    "ask: district × year": shaped(early, rows="district", columns="year", measure="cleared_m2"),
    "ask: method × year": shaped(early, of_operator, rows="method", columns="year", measure=list(AREAS[1:4])),
    "ask: task": shaped(rows="task", measure="cleared_m2"),
    "ask: hazard records by district": shaped(rows="district", measure=["hazards", "closing_m2"]),
    "ask: one contract × month": shaped(of_contract, rows="month", measure=["cleared_m2", "items"]),
}


def pivots() -> dict[str, Draw]:
    """Questions of one's own."""
    return PIVOTS


def figures() -> dict[str, Draw]:
    """The sheet, the picture and single figures: another day, another place, another family, other knowledge."""
    return {
        "sheet: another day": lambda d: ask("/sheet/", **d.day()),
        "sheet: a province": lambda d: ask("/sheet/", **d.day(), **d.place("province")),
        "sheet: a commune": lambda d: ask("/sheet/", **d.day(), **d.place("commune")),
        "sheet: other knowledge": lambda d: ask("/sheet/", **d.day(), **d.known()),
        "picture: another day": lambda d: ask("/picture/", **d.day()),
        "picture: a province": lambda d: ask("/picture/", **d.day(), **d.place("province")),
        "picture: a district": lambda d: ask("/picture/", **d.day(), **d.place("district")),
        "picture: a commune": lambda d: ask("/picture/", **d.day(), **d.place("commune")),
        "picture: a family": lambda d: ask("/picture/", **d.day(), **d.family()),
        "picture: other knowledge": lambda d: ask("/picture/", **d.day(), **d.known()),
        "figure: of the country": lambda d: ask(f"/figure/{d.chance.choice(AREAS)}/", **d.day(), **d.land()),
        "figure: of a province": lambda d: ask(
            f"/figure/{d.chance.choice(AREAS)}/", **d.day(), **d.land(), **d.place("province")
        ),
        "figure: hazard records": lambda d: ask("/figure/hazards/", **d.day(), **d.place("province"), **d.family()),
    }


def papers() -> dict[str, Draw]:
    """What is printed, signed and restated."""
    ways = ("operators/authority", "treaty/authority", "operators/treaty")
    kinds = ("cleared", "reduced", "cancelled")
    return {
        "gap": lambda d: ask(
            f"/gap/{d.chance.choice(ways)}/",
            **d.family(),
            kind=d.chance.choice(kinds),
            edition=d.one("editions"),
            without=d.one("operators"),
        ),
        "restated": lambda d: ask(f"/restated/{d.one('editions')}/", **d.known()),
        "bulletin": lambda d: ask("/bulletins/", month=f"{d.one('known'):%Y-%m}"),
        "dossier: of a record": lambda d: ask("/dossiers/", name=d.one("refs"), paper="a4", language="en"),
        "dossier: of a task": lambda d: ask("/dossiers/", name=d.one("tasks"), paper="a4", language="en"),
        "edition": lambda d: f"/editions/{d.one('editions')}/",
    }


def map_pages() -> dict[str, Draw]:
    """The map, its search, its figures by commune, and what lies at a spot."""

    def at(d: Drawer) -> str:
        lon, lat = d.one("spots")
        return ask(f"/map/{d.register.seq}/at", lon=round(lon, 5), lat=round(lat, 5), **d.day())

    return {
        "map": lambda d: ask("/map/", **d.day()),
        "map: search for a record": lambda d: ask("/map/search", q=d.one("refs")[: d.chance.randrange(-3, 0)]),
        "map: search for a place": lambda d: ask("/map/search", q=d.one("names")[: d.chance.randrange(3, 9)]),
        "map: figures by commune": lambda d: ask("/map/figures.json", **d.day()),
        "map: a spot": at,
    }


def record_pages() -> dict[str, Draw]:
    """The list of records by every condition, single records, proposals."""
    return {
        "records: part of a reference": lambda d: ask("/records/", q=d.one("refs")[-d.chance.randrange(3, 6) :]),
        "records: conditions": lambda d: ask(
            "/records/", place=d.one("communes")[0], operator=d.one("operators"), family=d.one("classes")[0]
        ),
        "records: of a commune": lambda d: ask("/records/", place=d.one("communes")[2]),
        "records: page and order": lambda d: ask(
            "/records/", sort=d.chance.choice(("on", "area", "ref")), direction="down", page=d.chance.randrange(2, 400)
        ),
        "record": lambda d: f"/records/{quote(d.one('refs'))}/",
        "propose: a correction": lambda d: ask("/propose/", ref=d.one("refs")),
    }


def intake_pages() -> dict[str, Draw]:
    """Imports that wait, their rows, and findings."""
    return {
        "import": lambda d: f"/imports/{d.one('rows')[0]}/",
        "import: a row": lambda d: "/imports/{}/rows/{}/".format(*d.one("rows")),
        "findings: conditions": lambda d: ask(
            "/findings/",
            state="any",
            group=d.chance.choice(("rule", "operator", "severity")),
            province=d.place("province")["province"],
        ),
        "finding": lambda d: f"/findings/{d.one('findings')}/",
    }


def office_pages() -> dict[str, Draw]:
    """Places, people, the audit."""
    return {
        "place": lambda d: f"/place/{quote(d.one('communes')[2])}/",
        "person": lambda d: f"/person/{d.one('people')}/",
        "audit: about a record": lambda d: ask("/audit/", about=d.one("refs")),
        "audit: by somebody, of a time": lambda d: ask("/audit/", by=d.one("people"), before=d.one("events")),
        "audit: an event": lambda d: f"/audit/{d.one('events')}/",
    }


def files() -> dict[str, Draw]:
    """Downloads: the same questions, as files."""
    rows = {"rows": "commune", "columns": "month", "measure": "cleared_m2"}
    return {
        "sheet.csv": lambda d: ask("/sheet.csv", **d.day()),
        "sheet.xlsx": lambda d: ask("/sheet.xlsx", **d.day(), **d.place("province")),
        "picture/places.csv": lambda d: ask("/picture/places.csv", **d.day(), **d.family()),
        "ask.csv: commune × month": lambda d: ask("/ask.csv", **rows, **d.day()),
        "ask.xlsx: commune × month": lambda d: ask("/ask.xlsx", **rows, **d.day()),
        "figure's records, xlsx": lambda d: ask(
            "/figure/closing_m2/its-records.xlsx", **d.day(), **d.place("province"), **d.family()
        ),
        "all records of a figure, xlsx": lambda d: ask("/figure/closing_m2/its-records.xlsx", family="mines"),
        "records.csv: all": lambda d: "/records.csv",
        "records.csv: of a province": lambda d: ask("/records.csv", place=d.one("communes")[0]),
    }


ALWAYS_THE_SAME = (
    *("/", "/sheet/", "/picture/", "/ask/", "/map/", "/records/", "/reports/", "/bulletins/", "/dossiers/"),
    *("/editions/", "/propose/", "/imports/", "/imports/upload/", "/findings/", "/people/", "/organisations/"),
    *("/lists/", "/places/", "/boundaries/", "/audit/"),
)
KINDS = (figures, pivots, papers, map_pages, record_pages, intake_pages, office_pages)


def drawn(register: Register, *, questions: int, seed: int) -> Iterator[Page]:
    """Every page with so many questions, or as many as differ; pages without a question have their one address."""
    drawer = Drawer.of(register, seed)
    for path in ALWAYS_THE_SAME:
        yield Page(path, [path])
    for kind in KINDS:
        for name, draw in kind().items():
            yield Page(name, different(draw, drawer, questions))
    for name, draw in files().items():
        yield Page(name, different(draw, drawer, max(questions // 4, 1)), is_file=True)


def different(draw: Draw, drawer: Drawer, questions: int) -> list[str]:
    """So many addresses, no two the same; fewer where the register has no more to ask about."""
    found: dict[str, None] = {}
    for _try in range(3 * questions):
        if len(found) < questions:
            found[draw(drawer)] = None
    return list(found)
