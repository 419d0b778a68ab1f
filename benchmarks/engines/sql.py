"""The same question in SQL, in two formulations; engines differ in a few words.

*naive*: the spatial joins are staged once, before any filter, so that they are planned as spatial
joins; then, for each date, what covers a hazard by then (earlier hazards, so that overlap counts
once, and releases) is united and taken off, and the rest is cut by commune.

*ledger*: each hazard less its earlier ones and each release less its earlier ones, once; the area
of each by commune as entries with a day; then twenty year-ends are sums.

What nothing covers is kept by a branch of its own and not by CASE, in which SedonaDB loses the type.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from .report import Report

Execute = Callable[[str], None]
Create = Callable[[str, str], None]  # name of a table, query
Fetch = Callable[[str], dict[str, list]]

STAGED = {
    "rh": "SELECT r.id AS r_id, r.on_day AS r_on, r.geom AS r_geom, h.id AS h_id FROM releases r"
    " JOIN hazards h ON ST_Intersects(r.geom, h.geom)",
    "hh_all": "SELECT a.id AS a_id, a.on_day AS a_on, a.geom AS a_geom, b.id AS b_id, b.on_day AS b_on"
    " FROM hazards a JOIN hazards b ON ST_Intersects(a.geom, b.geom)",
    "hh": "SELECT * FROM hh_all WHERE a_on < b_on OR (a_on = b_on AND a_id < b_id)",
    "hc_all": "SELECT h.id AS h_id, h.geom AS h_geom, c.id AS c_id, c.geom AS c_geom FROM hazards h"
    " JOIN communes c ON ST_Intersects(h.geom, c.geom)",
    "hc": "SELECT h_id, c_id, c_geom, ST_Within(h_geom, c_geom) AS whole FROM hc_all",
}


def stage(create: Create) -> None:
    """The pairs that overlap, before anything is filtered."""
    for name, query in STAGED.items():
        create(name, query)


def naive_date(day: int, union: str) -> str:
    """The closing by class and commune on one day, by overlay."""
    covers = (
        f"SELECT h_id AS id, r_geom AS geom FROM rh WHERE r_on <= {day}"
        f" UNION ALL SELECT b_id AS id, a_geom AS geom FROM hh WHERE b_on <= {day}"
    )
    return (
        f"WITH covered AS (SELECT id, {union}(geom) AS geom FROM ({covers}) AS covers GROUP BY id),"
        f" dated AS (SELECT id, class, geom FROM hazards WHERE on_day <= {day}),"
        " rest AS (SELECT h.id, h.class, ST_Difference(h.geom, c.geom) AS geom FROM dated h JOIN covered c"
        " ON h.id = c.id UNION ALL SELECT h.id, h.class, h.geom FROM dated h LEFT JOIN covered c ON h.id = c.id"
        " WHERE c.id IS NULL)"
        " SELECT rest.class AS code, hc.c_id AS commune,"
        " sum(CASE WHEN hc.whole THEN ST_Area(rest.geom) ELSE ST_Area(ST_Intersection(rest.geom, hc.c_geom)) END)"
        " AS area_m2 FROM rest JOIN hc ON rest.id = hc.h_id GROUP BY rest.class, hc.c_id"
    )


def naive(report: Report, create: Create, fetch: Fetch, days: Sequence[int], union: str) -> list[tuple[int, dict]]:
    """One overlay per date."""
    with report.step("stage"):
        stage(create)
    with report.step("dates"):
        return [(day, fetch(naive_date(day, union))) for day in days]


def _less_earlier(pairs: str, all_of: str, columns: str, union: str) -> str:
    return (
        f"WITH covered AS (SELECT b_id AS id, {union}(a_geom) AS geom FROM {pairs} GROUP BY b_id)"
        f" SELECT {columns}, ST_Difference(x.geom, c.geom) AS geom FROM {all_of} x JOIN covered c ON x.id = c.id"
        f" UNION ALL SELECT {columns}, x.geom FROM {all_of} x LEFT JOIN covered c ON x.id = c.id WHERE c.id IS NULL"
    )


def ledger(report: Report, create: Create, fetch: Fetch, days: Sequence[int], union: str) -> dict[str, list]:
    """Entries once, then sums over all dates in one query."""
    with report.step("stage"):
        stage(create)
        create(
            "rr_all",
            "SELECT a.id AS a_id, a.on_day AS a_on, a.geom AS a_geom, b.id AS b_id, b.on_day AS b_on"
            " FROM releases a JOIN releases b ON ST_Intersects(a.geom, b.geom)",
        )
        create("rr", "SELECT * FROM rr_all WHERE a_on < b_on OR (a_on = b_on AND a_id < b_id)")
    with report.step("entries"):
        create("added", _less_earlier("hh", "hazards", "x.id, x.class, x.on_day", union))
        create("credited", _less_earlier("rr", "releases", "x.id, x.on_day", union))
        create("entries", _entries())
    with report.step("dates"):
        values = ", ".join(f"({day})" for day in days)
        create("year_ends", f"SELECT * FROM (VALUES {values}) AS v(day)")
        return fetch(
            "SELECT y.day AS day, e.class AS code, e.commune AS commune, sum(e.area) AS area_m2 FROM entries e"
            " JOIN year_ends y ON e.on_day <= y.day GROUP BY y.day, e.class, e.commune"
        )


def _entries() -> str:
    return (
        "SELECT a.class, hc.c_id AS commune, a.on_day,"
        " CASE WHEN hc.whole THEN ST_Area(a.geom) ELSE ST_Area(ST_Intersection(a.geom, hc.c_geom)) END AS area"
        " FROM added a JOIN hc ON a.id = hc.h_id"
        " UNION ALL SELECT a.class, hc.c_id AS commune, c.on_day, -CASE WHEN hc.whole"
        " THEN ST_Area(ST_Intersection(a.geom, c.geom))"
        " ELSE ST_Area(ST_Intersection(ST_Intersection(a.geom, c.geom), hc.c_geom)) END AS area"
        " FROM rh JOIN credited c ON rh.r_id = c.id JOIN added a ON rh.h_id = a.id JOIN hc ON a.id = hc.h_id"
    )
