"""The ledger's kernel: cut, fold, share among communes, and sum twenty year-ends."""

from __future__ import annotations

import argparse

import numpy as np
import pyarrow.parquet as pq
import shapely

from benchmarks.books import entries_of
from benchmarks.generate import CLASSES, FIRST_DAY, YEAR_ENDS
from clearground.kernel.land.balances import HALF_CM2_PER_M2, Question, balance, book
from clearground.kernel.land.cutting import cut
from clearground.kernel.land.events import HazardClass
from clearground.kernel.land.folding import fold, stack
from clearground.kernel.land.placing import share_faces
from clearground.kernel.land.states import states_of

from .report import Report, run, write_cells

STATES = states_of([HazardClass(code, "mines", 90 - 10 * i) for i, code in enumerate(CLASSES)])


def main(arguments: argparse.Namespace, report: Report) -> None:
    """Load, then measure; the sheet's cells are what the peers' are held against."""
    with report.step("load"):
        hazards, releases, communes = (
            pq.read_table(arguments.data / f"{name}.parquet") for name in ("hazards", "releases", "communes")
        )
        lands = shapely.from_wkb(np.concatenate([hazards["wkb_cm"].to_numpy(), releases["wkb_cm"].to_numpy()]))
        places = shapely.from_wkb(communes["wkb_cm"].to_numpy())
        on = np.concatenate([hazards["on_day"].to_numpy(), releases["on_day"].to_numpy()])
        entries = entries_of(on, hazards["class"].to_numpy())
    with report.step("cut"):
        faces = cut(lands)
    with report.step("fold"):
        stacks = stack(faces, entries)
        postings = fold(stacks, entries, STATES, 1)
    with report.step("place"):
        shares = share_faces(faces, places, lands)
    with report.step("dates"):
        kept = book(stacks, postings, entries, STATES, shares, 1)
        question = Question([FIRST_DAY - 1, *YEAR_ENDS], ("class", "place"), groups=len(places))
        sheet = balance(kept, question)
    with report.step("another regrouping"):
        balance(kept, Question([FIRST_DAY - 1, *YEAR_ENDS], ("class",)))
    with report.step("another date"):
        balance(kept, Question([FIRST_DAY - 1, YEAR_ENDS[6] + 45], ("class", "place"), groups=len(places)))
    report.facts |= {"faces": len(faces), "clusters": len(faces.tile)}
    if arguments.cells:
        codes = sheet.codes
        write_cells(
            arguments.cells, sheet.period, codes["class"], codes["place"], sheet.sums["closing"] / HALF_CM2_PER_M2
        )


if __name__ == "__main__":
    run(main)
