"""The kernel alone, at the size of a hub: all kinds of event, late reports, corrections, withdrawals.

python -m benchmarks.scaling --hazards 1000000
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from clearground.kernel.land.balances import Book, Question, balance, book
from clearground.kernel.land.columns import NO_CODE, STANDS, Entries
from clearground.kernel.land.cutting import cut
from clearground.kernel.land.events import Kind
from clearground.kernel.land.folding import fold, stack
from clearground.kernel.land.placing import Shares, share_faces

from .books import columns
from .engines.kernel import STATES
from .engines.report import Report
from .generate import CLASSES, FIRST_DAY, YEAR_ENDS, Country, country

HAZARD_KINDS = ([Kind.SUSPECT, Kind.RECORD, Kind.CONFIRM], [0.4, 0.4, 0.2])
OTHER_KINDS = ([Kind.CANCEL, Kind.REDUCE, Kind.CLEAR, Kind.RECLASSIFY, Kind.REOPEN], [0.25, 0.15, 0.55, 0.03, 0.02])
CORRECTED, TWICE, WITHDRAWN = 0.03, 0.005, 0.01
PER_APPROVAL = 100


def make(hazards: int, to: Path) -> None:
    """The lands and the columns of a mixed book, written apart, so that making it is not measured."""
    made = country(hazards, one_class_where_they_overlap=False)
    rng = np.random.default_rng(2)
    lands, table = mixed(rng, made)
    np.savez(to / "columns.npz", **table)
    write_shapes(to / "lands", lands)
    write_shapes(to / "communes", made.communes)


def mixed(rng: np.random.Generator, made: Country) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Lands and columns: first versions, then corrections of some, then corrections of corrections."""
    count, others = len(made.hazards), len(made.releases)
    kind = np.concatenate([rng.choice(HAZARD_KINDS[0], count, p=HAZARD_KINDS[1]),
                           rng.choice(OTHER_KINDS[0], others, p=OTHER_KINDS[1])])  # fmt: skip
    on = np.concatenate([made.hazard_on, made.release_on])
    lands = np.concatenate([made.hazards, made.releases])
    arrival = on + rng.exponential(120, len(on)) + 700 * (rng.random(len(on)) < 0.05)
    rows = [np.arange(len(on))]
    arrivals = [arrival]
    for share_of in (CORRECTED, TWICE / CORRECTED):
        again = rng.choice(len(rows[-1]), round(len(rows[-1]) * share_of), replace=False)
        arrivals.append(arrivals[-1][again] + rng.exponential(365, len(again)) + 1)
        rows.append(rows[-1][again])
    record = np.concatenate(rows)
    moved = shapely.transform(lands[record[len(on) :]], lambda xy: xy + np.array([150.0, -90.0]))
    code = np.where(
        np.isin(kind, (Kind.CANCEL, Kind.REDUCE, Kind.CLEAR)), NO_CODE, rng.integers(0, len(CLASSES), len(on))
    )
    seq, until = approvals(rng, record, np.concatenate(arrivals))
    table = {"on": on[record], "kind": kind[record], "code": code[record], "seq": seq, "until_seq": until}
    return np.concatenate([lands, moved]), table | {"record": record}


def approvals(rng: np.random.Generator, record: np.ndarray, arrival: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The approval of each version and the one that superseded it; some records are withdrawn at last."""
    order = np.argsort(arrival, kind="stable")
    seq = np.empty(len(record), np.int64)
    seq[order] = np.arange(len(record)) // PER_APPROVAL + 1
    by_record = np.lexsort([seq, record])
    next_seq = np.r_[seq[by_record][1:], STANDS]
    same = np.r_[record[by_record][1:] == record[by_record][:-1], False]
    until = np.full(len(record), STANDS, np.int64)
    until[by_record] = np.where(same, next_seq, STANDS)
    gone = (until == STANDS) & (rng.random(len(record)) < WITHDRAWN)
    until[gone] = seq[gone] + 1 + rng.integers(0, 500, gone.sum())
    return seq, until


def write_shapes(to: Path, shapes: np.ndarray) -> None:
    """Shapes as flat arrays: far smaller to read back than as many small strings."""
    kind, xy, (rings, polygons, *rest) = shapely.to_ragged_array(shapes)
    np.savez(to, kind=int(kind), xy=xy, rings=rings, polygons=polygons, rest=rest[0] if rest else np.zeros(0, int))


def read_shapes(path: Path) -> np.ndarray:
    """What `write_shapes` wrote."""
    flat = np.load(path)
    offsets = (flat["rings"], flat["polygons"], *([flat["rest"]] if len(flat["rest"]) else []))
    return shapely.from_ragged_array(shapely.GeometryType(int(flat["kind"])), flat["xy"], offsets)


def measure(folder: Path) -> dict[str, Any]:
    """The report of one size."""
    report = Report()
    with report.step("load"):
        lands, communes = read_shapes(folder / "lands.npz"), read_shapes(folder / "communes.npz")
        entries = columns(**dict(np.load(folder / "columns.npz")))
    with report.step("cut"):
        faces = cut(lands)
    events = len(lands)
    report.facts |= {"events": events, "faces": len(faces), "clusters": len(faces.tile), "peak_gb_cut": peak_gb()}
    with report.step("place"):
        shares = share_faces(faces, communes, lands)
    report.facts |= {"peak_gb_place": peak_gb(), "communes": len(communes)}
    with report.step("stack"):
        stacks = stack(faces, entries)
    ask(report, faces, stacks, entries, shares, len(communes))
    return {"seconds": report.seconds, "cpu_seconds": report.cpu_seconds, "peak_gb": peak_gb()} | report.facts


def ask(report: Report, faces: Any, stacks: Any, entries: Entries, shares: Shares, places: int) -> None:
    """What is asked of a cut ledger: a new k, the year-ends, further dates, regroupings."""
    last = int(entries.seq.max())
    with report.step("first k"):
        kept = book_at(stacks, entries, shares, last)
    with report.step("20 year-ends × class × commune"):
        balance(kept, Question([FIRST_DAY - 1, *YEAR_ENDS], ("class", "place"), groups=places))
    with report.step("further date, class × commune"):
        balance(kept, Question([FIRST_DAY - 1, YEAR_ENDS[7] + 99], ("class", "place"), groups=places))
    with report.step("further date, class"):
        balance(kept, Question([FIRST_DAY - 1, YEAR_ENDS[7] + 99], ("class",)))
    with report.step("regrouping: 20 year-ends × class"):
        balance(kept, Question([FIRST_DAY - 1, *YEAR_ENDS], ("class",)))
    del kept
    with report.step("new k"):
        book_at(stacks, entries, shares, last * 2 // 3)


def book_at(stacks: Any, entries: Entries, shares: Shares, seq: int) -> Book:
    """Folded and shared out, ready to be asked."""
    return book(stacks, fold(stacks, entries, STATES, seq), entries, STATES, shares, seq)


def peak_gb() -> float:
    """The most memory that this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2


def main() -> None:
    """Make the book in another process, then measure in this one."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hazards", type=int, required=True)
    parser.add_argument("--make", type=Path)
    arguments = parser.parse_args()
    if arguments.make:
        make(arguments.hazards, arguments.make)
        return
    with tempfile.TemporaryDirectory(prefix="scaling-") as folder:
        again = [sys.executable, "-m", "benchmarks.scaling", "--hazards", str(arguments.hazards), "--make", folder]
        subprocess.run(again, check=True)  # noqa: S603
        print(json.dumps(measure(Path(folder))))


if __name__ == "__main__":
    main()
