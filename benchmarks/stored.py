"""The stored ledger: a national import into SQLite, then the latency of single approvals on it.

python -m benchmarks.stored --hazards 50000 --at DIR

`DIR` keeps the register; where it holds one already, only the approvals and the sheets are measured.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import shapely

LOGIN, CENTRE_LON, CENTRE_LAT = "registrar", -22.0, -45.0
LINES_PER_APPROVAL = 20_000
REASON = "Benchmark of an invented country"
MEASURED = "measured.json"


@contextmanager
def timed(into: dict[str, Any], name: str) -> Iterator[None]:
    """The wall and processor seconds of the block, and the peak memory so far, are in `into[name]`."""
    wall, processor = time.perf_counter(), time.process_time()
    yield
    into[name] = {
        "wall_s": time.perf_counter() - wall,
        "cpu_s": time.process_time() - processor,
        "peak_gb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20,
    }
    print(name, {key: round(value, 2) for key, value in into[name].items()}, flush=True)


def start(at: Path) -> None:
    """Django works on the register of this folder."""
    import django

    os.environ["CLEARGROUND_DATA_DIR"] = str(at)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clearground.settings")
    django.setup()


def build(hazards: int, at: Path) -> dict[str, Any]:
    """The folder holds a register of so many hazards and twice as many releases; what its phases cost."""
    from django.core.management import call_command

    from .generate import country

    figures: dict[str, Any] = {"hazards": hazards}
    with timed(figures, "drawn"):
        made = country(hazards, one_class_where_they_overlap=False)
    call_command("migrate", verbosity=0)
    with timed(figures, "country"):
        person, frame = found_country(made.communes)
    import_lines(made, person, frame, figures)
    return figures


def found_country(communes: np.ndarray) -> tuple[Any, Any]:
    """An invented country with these communes; its registrar and its projection."""
    from clearground.accounts.actions import add_person
    from clearground.kernel.land.frame import Frame
    from clearground.land.actions.code_lists import seed_code_lists
    from clearground.places.models import Boundary, BoundaryEdition, Country, Place

    person = add_person(login=LOGIN, name="Registrar", by=None)
    Country.objects.create(
        code="XKV", name="Karsova", is_invented=True, centre_lon=CENTRE_LON, centre_lat=CENTRE_LAT, extent=None
    )
    seed_code_lists(by=person)
    frame = Frame(CENTRE_LON, CENTRE_LAT)
    province = Place.objects.create(level=1, code="01", name="Province")
    district = Place.objects.create(level=2, code="0101", name="District", parent=province)
    edition = BoundaryEdition.objects.create(name="2020", source="generated", is_current=True)
    places = Place.objects.bulk_create(
        [Place(level=3, code=f"0101{n:06}", name=f"{n}", parent=district) for n in range(len(communes))], 1_000
    )
    shapes = frame.to_lonlat(centred(communes, communes))
    pairs = zip(places, shapes, strict=True)
    Boundary.objects.bulk_create((Boundary(edition=edition, place=p, shape=s) for p, s in pairs), 1_000)
    return person, frame


def centred(shapes: np.ndarray, communes: np.ndarray) -> np.ndarray:
    """The shapes on a grid whose origin is the middle of the communes."""
    west, south, east, north = shapely.total_bounds(communes)
    middle = np.rint([(west + east) / 2, (south + north) / 2])
    return shapely.transform(shapes, lambda xy: xy - middle)


def import_lines(made: Any, person: Any, frame: Any, figures: dict[str, Any]) -> None:
    """All hazards, then all releases, are approved in batches, and cut once at the end."""
    from clearground.land.actions import approve_lines, rebuild_ledger
    from clearground.sources.actions import add_document

    document = add_document(ref="benchmark", title="Generated lines", by=person)
    first = date.fromordinal(int(max(made.hazard_on.max(), made.release_on.max())) + 1)
    with timed(figures, "approved"):
        for lines in batches_of_lines(made, frame):
            approve_lines(lines=lines, document=document, on=first, by=person, reason=REASON, is_cut_later=True)
    with timed(figures, "cut"):
        figures["clusters"] = rebuild_ledger(by=person, reason=REASON)


def batches_of_lines(made: Any, frame: Any) -> Iterator[list[Any]]:
    """Hazards, then releases, as lines of records, in degrees."""
    from clearground.kernel.land.events import Kind

    from .generate import CLASSES

    hazard_kinds, release_kinds = (Kind.SUSPECT, Kind.RECORD, Kind.CONFIRM), (Kind.CLEAR, Kind.REDUCE, Kind.CANCEL)
    parts = (
        ("H", made.hazards, made.hazard_on, hazard_kinds, [CLASSES[code] for code in made.hazard_class.tolist()]),
        ("R", made.releases, made.release_on, release_kinds, [None] * len(made.releases)),
    )
    for prefix, shapes, days, kinds, classes in parts:
        for low in range(0, len(shapes), LINES_PER_APPROVAL):
            span = slice(low, low + LINES_PER_APPROVAL)
            placed = frame.to_lonlat(centred(shapes[span], made.communes))
            rows = zip(range(low, low + len(placed)), placed, days[span].tolist(), classes[span], strict=True)
            yield [line(f"{prefix}{n}", kinds[n % 3], day, shape, code) for n, shape, day, code in rows]


def line(ref: str, kind: Any, day: int, shape: shapely.Geometry, hazard_class: str | None) -> Any:
    """One line about mines."""
    from clearground.land.lines import Line

    return Line(ref=ref, kind=kind, on=date.fromordinal(day), families=(("mines", hazard_class),), shape=shape)


def approvals(count: int, seed: int) -> dict[str, Any]:
    """Milliseconds of so many approvals of one release each, over hazards taken at random."""
    from clearground.accounts.selectors import person_by_login
    from clearground.land.actions import approve_lines
    from clearground.land.models import Approval
    from clearground.sources.models import Document

    person, document = person_by_login(LOGIN), Document.objects.get(ref="benchmark")
    last = Approval.objects.latest("seq")
    wall, processor = [], []
    for number, shape in enumerate(releases(count + 1, seed)):
        lines = [line(f"S{last.seq}-{number}", clearance(), last.on.toordinal(), shape, None)]
        clock, used = time.perf_counter(), time.process_time()
        approve_lines(lines=lines, document=document, on=last.on, by=person, reason=REASON)
        wall.append((time.perf_counter() - clock) * 1_000)
        processor.append((time.process_time() - used) * 1_000)
    return {"first_ms": wall[0], "wall_ms": quantiles(wall[1:]), "cpu_ms": quantiles(processor[1:])}


def clearance() -> Any:
    """The kind of a clearance; known once Django runs."""
    from clearground.kernel.land.events import Kind

    return Kind.CLEAR


def releases(count: int, seed: int) -> Iterator[shapely.Geometry]:
    """The lower half of so many hazards, taken at random, a little beyond their western edge."""
    from clearground.land.models import LandEvent

    rng = np.random.default_rng(seed)
    hazards = LandEvent.objects.filter(record__is_release=False).count()
    for pk in rng.choice(hazards, count, replace=False).tolist():
        shape = LandEvent.objects.get(record__ref=f"H{pk}").shape
        west, south, east, north = shape.bounds
        yield shapely.box(west - (east - west) / 10, south, east, (south + north) / 2)


def quantiles(values: list[float]) -> dict[str, float]:
    """Median, 95th percentile and the worst."""
    return {"median": float(np.median(values)), "p95": float(np.quantile(values, 0.95)), "max": max(values)}


def sheets(at: Path) -> list[dict[str, float]]:
    """Seconds that two processes, one after the other, take to print a sheet by class and year."""
    command = [sys.executable, "-m", "clearground", "ledger", "--as-of", "2020-12-31", "--by", "class,year"]
    environment = os.environ | {"CLEARGROUND_DATA_DIR": str(at)}
    return [in_process(command, environment) for _turn in range(2)]


def in_process(command: list[str], environment: dict[str, str]) -> dict[str, float]:
    """Wall and processor seconds of a command."""
    before, clock = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)  # noqa: S603
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"wall_s": time.perf_counter() - clock, "cpu_s": used}


def inside() -> dict[str, Any]:
    """Seconds within a new process, imports left out: the ledger at hand, a sheet, and another one."""
    from clearground.land.selectors import ledger, sheet

    figures: dict[str, Any] = {}
    with timed(figures, "ledger"):
        ledger()
    for name, year in (("sheet", 2020), ("another_sheet", 2019)):
        with timed(figures, name):
            sheet(as_of=date(year, 12, 31), by=("class", "year"))
    return figures


def kept(path: Path, make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """The figures of a file, which is made where it is missing."""
    if not path.is_file():
        path.write_text(json.dumps(make(), indent=1))
    return json.loads(path.read_text())


def main() -> None:
    """Build the register where it is missing, then measure approvals and sheets."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hazards", type=int, default=50_000)
    parser.add_argument("--approvals", type=int, default=200)
    parser.add_argument("--build-only", action="store_true")
    parser.add_argument("--at", type=Path, required=True)
    arguments = parser.parse_args()
    at = arguments.at.resolve()
    at.mkdir(parents=True, exist_ok=True)
    start(at)
    figures = kept(at / MEASURED, lambda: build(arguments.hazards, at))
    if arguments.build_only:
        return
    figures["sheets_read_anew_then_mapped"] = sheets(at)
    figures["inside_mapped"] = inside()
    figures["approvals"] = approvals(arguments.approvals, seed=int(time.time()))
    figures["sheets_brought_up_to_date_then_mapped"] = sheets(at)
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
