"""GeoPandas: `overlay` per date as its manual shows it, or pairs joined once and arrays of shapes after that."""

from __future__ import annotations

import argparse
from pathlib import Path

import geopandas
import numpy as np
import pandas
import pyarrow.parquet as pq
import shapely

from benchmarks.generate import YEAR_ENDS

from .report import Report, run, write_cells


def read(path: Path) -> geopandas.GeoDataFrame:
    """A table of the data set."""
    table = pq.read_table(path).drop_columns(["wkb_cm"]).to_pandas()
    return geopandas.GeoDataFrame(table.drop(columns="wkb"), geometry=shapely.from_wkb(table["wkb"].to_numpy()))


def overlay_date(day: int, tables: dict[str, geopandas.GeoDataFrame]) -> pandas.Series:
    """Dissolve by class, take the releases off, cut by commune: the textbook way."""
    hazards = tables["hazards"].query("on_day <= @day")
    releases = tables["releases"].query("on_day <= @day")
    dissolved = hazards.dissolve(by="class").explode().reset_index()[["class", "geometry"]]
    rest = geopandas.overlay(dissolved, releases[["geometry"]], how="difference", keep_geom_type=True)
    parts = geopandas.overlay(
        rest, tables["communes"].rename(columns={"id": "commune"}), how="intersection", keep_geom_type=True
    )
    return parts.geometry.area.groupby([parts["class"], parts["commune"]]).sum()


class Pairs:
    """What overlaps, joined once; each date then unites, takes off and cuts arrays of shapes."""

    def __init__(self, tables: dict[str, geopandas.GeoDataFrame]) -> None:
        self.hazards, releases = tables["hazards"], tables["releases"]
        self.communes = tables["communes"].geometry.to_numpy()
        shapes, on = self.hazards.geometry.to_numpy(), self.hazards["on_day"].to_numpy()
        self.covers = np.concatenate([releases.geometry.to_numpy(), shapes])
        self.cover_on = np.concatenate([releases["on_day"].to_numpy(), on])
        hazard, cover = self.hazards.sindex.query(releases.geometry, predicate="intersects")[::-1]
        earlier, later = self.hazards.sindex.query(self.hazards.geometry, predicate="intersects")
        first = (on[earlier] < on[later]) | ((on[earlier] == on[later]) & (earlier < later))
        self.hazard = np.concatenate([hazard, later[first]])
        self.cover = np.concatenate([cover, earlier[first] + len(releases)])
        order = np.argsort(self.hazard, kind="stable")
        self.hazard, self.cover = self.hazard[order], self.cover[order]
        self.in_commune = tables["communes"].sindex.query(self.hazards.geometry, predicate="intersects")

    def date(self, day: int) -> pandas.Series:
        """The closing by class and commune on one day."""
        on = self.hazards["on_day"].to_numpy() <= day
        rest = self.hazards.geometry.to_numpy().copy()
        counts = (self.cover_on[self.cover] <= day) & on[self.hazard]
        covered, at = np.unique(self.hazard[counts], return_inverse=True)
        together = shapely.geometrycollections(self.covers[self.cover[counts]], indices=at)
        rest[covered] = shapely.difference(rest[covered], shapely.union_all(together[:, None], axis=1))
        hazard, commune = self.in_commune[:, on[self.in_commune[0]]]
        area = shapely.area(shapely.intersection(rest[hazard], self.communes[commune]))
        return pandas.Series(area).groupby([self.hazards["class"].to_numpy()[hazard], commune]).sum()


def main(arguments: argparse.Namespace, report: Report) -> None:
    """`naive` is overlay per date, `ledger` (here: staged pairs per date) is the best we found."""
    days = YEAR_ENDS[-arguments.dates :] if arguments.dates else YEAR_ENDS
    report.facts["dates"] = len(days)
    with report.step("load"):
        tables = {name: read(arguments.data / f"{name}.parquet") for name in ("hazards", "releases", "communes")}
    with report.step("stage"):
        pairs = Pairs(tables) if arguments.mode == "ledger" else None
    with report.step("dates"):
        found = [pairs.date(day) if pairs else overlay_date(day, tables) for day in days]
    if arguments.cells:
        year = np.repeat(np.searchsorted(YEAR_ENDS, days), [len(part) for part in found])
        code, commune = (np.concatenate([part.index.get_level_values(i) for part in found]) for i in (0, 1))
        write_cells(arguments.cells, year, code, commune, np.concatenate([part.to_numpy() for part in found]))


if __name__ == "__main__":
    run(main)
