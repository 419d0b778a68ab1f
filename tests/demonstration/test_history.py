"""The years of the invented country: the same every time, in order, and with every oddity that real books have."""

from __future__ import annotations

from collections import Counter
from functools import cache
from itertools import pairwise

import pytest
import shapely

from clearground.demonstration.generate import Demonstration, generate, generate_tiles
from clearground.demonstration.geography import FRAME
from clearground.demonstration.programme import OPERATORS, PEOPLE, SESSIONS
from clearground.demonstration.rows import ODDITIES
from clearground.kernel.land.events import Kind
from clearground.land.lines import Line

SEED = 2017


@cache
def a_demonstration(hazards: int = 5_000, seed: int = SEED) -> Demonstration:
    """The demonstration, made once."""
    return generate(hazards, seed)


def all_lines(demonstration: Demonstration) -> list[Line]:
    """Every line of every approval."""
    return [line for approval in demonstration.approvals for line in approval.lines]


def test_the_same_seed_gives_the_same_country() -> None:
    """Line by line, vertex by vertex; another seed gives another one."""
    first, again, other = generate(300, 1), generate(300, 1), generate(300, 2)
    assert first.digest == again.digest
    assert first.places == again.places
    assert first.digest != other.digest


def test_tiles_give_the_same_records_without_keeping_them() -> None:
    """A million hazards come tile by tile; what comes is what the whole country has."""
    whole = Counter(line.digest for line in all_lines(generate(4_500, SEED)))
    tiles = list(generate_tiles(4_500, SEED))
    assert len(tiles) > 2
    assert Counter(line.digest for tile in tiles for approval in tile for line in approval.lines) == whole


def test_every_kind_and_every_oddity_occurs() -> None:
    """The demonstration is worth loading only if its books are as hard as real ones."""
    counts = a_demonstration().oddities
    print(dict(counts.most_common()))
    wanted = {
        *ODDITIES[1:],
        *(kind.name.lower() for kind in Kind),
        "withdrawals",
        "lineage",
        "active tasks",
        "spot tasks",
    }
    assert [name for name in sorted(wanted) if counts[name] == 0] == []


def test_there_are_two_releases_for_each_hazard() -> None:
    """About as many as programmes have after fifteen years."""
    lines = all_lines(a_demonstration())
    released = {(line.ref, line.line) for line in lines if line.kind.is_release and line.ref.startswith("XKV-R")}
    assert 1.6 < len(released) / 5_000 < 2.6


def test_approvals_are_in_order_and_nothing_is_approved_before_it_happened() -> None:
    """Days of approval never fall; work is approved on its day or later."""
    approvals = a_demonstration().approvals
    assert all(earlier.on <= later.on for earlier, later in pairwise(approvals))
    assert [line.ref for approval in approvals for line in approval.lines if line.on > approval.on] == []
    assert {approval.on for approval in approvals} <= set(SESSIONS)
    assert {approval.by for approval in approvals} == {person.login for person in PEOPLE[:2]}


def test_a_version_brings_a_line_once_and_withdrawals_name_what_stands() -> None:
    """What the ledger would refuse is not in the demonstration."""
    standing: set[str] = set()
    for approval in a_demonstration().approvals:
        lines = Counter((line.ref, line.line) for line in approval.lines)
        assert max(lines.values(), default=1) == 1
        standing |= {line.ref for line in approval.lines}
        assert set(approval.withdrawals) <= standing
        assert {ref for link in approval.lineage for ref in (link.parent, link.child)} <= standing
        standing -= set(approval.withdrawals)


def test_reports_name_only_hazards_known_before() -> None:
    """A report can't cite what the board has not seen; one that came before its hazard names none."""
    known: set[str] = set()
    nameless = 0
    for approval in a_demonstration().approvals:
        assert {line.hazard for line in approval.lines if line.hazard} <= known
        nameless += sum(line.kind.is_release and line.task != "" and line.hazard is None for line in approval.lines)
        known |= {line.ref for line in approval.lines if not line.kind.is_release}
    assert nameless > 0


def test_lines_of_one_report_lie_beside_each_other() -> None:
    """They apply together, so they must not overlap: at most a few square centimetres where cuts were rounded."""
    for approval in a_demonstration(1_000).approvals:
        reports: dict[str, list[Line]] = {}
        for line in approval.lines:
            if line.shape is not None:
                reports.setdefault(line.ref, []).append(line)
        for lines in (lines for lines in reports.values() if len(lines) > 1):
            ground = FRAME.to_grid([line.shape for line in lines])
            assert shapely.area(ground).sum() - shapely.union_all(ground).area < 2_000, lines[0].ref


def test_some_clearance_finds_nothing() -> None:
    """About a quarter of it, and another quarter finds one to three items, as was measured in real programmes."""
    cleared = [x for x in all_lines(a_demonstration()) if x.kind is Kind.CLEAR and x.ref.startswith("XKV-R")]
    found = [sum(line.items.values()) for line in cleared]
    assert sum(count == 0 for count in found) / len(found) == pytest.approx(0.27, abs=0.03)
    assert sum(1 <= count <= 3 for count in found) / len(found) == pytest.approx(0.23, abs=0.03)


def test_days_known_to_the_month_or_year_stand_at_its_edge() -> None:
    """The earliest day for hazards, the latest for releases."""
    vague = [line for line in all_lines(a_demonstration()) if line.on_precision != "day"]
    assert {line.on_precision for line in vague} == {"month", "year"}
    for line in vague:
        following = line.on.fromordinal(line.on.toordinal() + 1)
        edge = following if line.kind.is_release else line.on
        assert edge.day == 1 or line.kind in {Kind.RECLASSIFY, Kind.REOPEN}, line.ref


def test_every_line_says_that_it_is_invented() -> None:
    """Whoever meets a record outside its country can tell."""
    demonstration = a_demonstration()
    assert {line.note.partition(";")[0] for line in all_lines(demonstration)} == {"invented record"}
    assert all("invented" in approval.reason for approval in demonstration.approvals)
    assert all("invented" in organisation.name for organisation in demonstration.organisations)
    assert all(line.ref.startswith("XKV-") for line in all_lines(demonstration))


def test_every_operator_works_and_none_before_it_came() -> None:
    """Organisations come and stay."""
    since = {operator.code: operator.since for operator in OPERATORS}
    lines = all_lines(a_demonstration())
    assert {line.operator for line in lines} == set(since)
    surveys = [x for x in lines if x.operator and x.on_precision == "day" and x.kind is Kind.CANCEL]
    assert [x.ref for x in surveys if x.on.year < since[str(x.operator)]] == []
