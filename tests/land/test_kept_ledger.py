"""The ledger's arrays on disk: mapped by new processes, brought up to date, never believed when damaged."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.conf import settings
from django.db import transaction

from clearground.accounts.models import Person
from clearground.kernel.land.events import Kind
from clearground.land.actions import approve_lines, rebuild_ledger, share_out, withdraw_records
from clearground.land.selectors import keeping, loading
from clearground.land.selectors.kept_arrays import shelf
from clearground.land.selectors.loading import ledger
from clearground.land.selectors.placed_rows import placed_rows
from clearground.land.selectors.rows import all_rows
from clearground.land.selectors.whole import Ledger, made
from clearground.places.models import BoundaryEdition
from clearground.places.selectors import current_boundaries
from tests.kernel import books

from .factories import document, line, register, square
from .test_incremental import post

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def empty_shelf() -> Iterator[None]:
    """Nothing is kept from other tests."""
    shutil.rmtree(shelf(), ignore_errors=True)
    loading._KEPT.clear()
    yield
    shutil.rmtree(shelf(), ignore_errors=True)
    loading._KEPT.clear()


def new_process() -> Ledger:
    """The ledger as a process sees it that has read nothing yet."""
    loading._KEPT.clear()
    return ledger()


def read_anew() -> Ledger:
    """The ledger read from the database alone."""
    rows = all_rows()
    return made(rows, placed_rows(rows, current_boundaries()))


def refuse(*_arguments: Any) -> Any:
    """Stand in for a reading that must not happen."""
    raise AssertionError("rows were read")


def same(one: Ledger, other: Ledger) -> list[str]:
    """The names of arrays and lists in which two ledgers differ."""
    a, b = keeping._arrays(one), keeping._arrays(other)
    assert set(a) == set(b)
    assert len(a) > 50
    unlike = [name for name in a if a[name].dtype.kind != b[name].dtype.kind]
    unlike += [name for name in a if not np.array_equal(a[name], b[name], equal_nan=a[name].dtype.kind == "f")]
    said, told = keeping._said(one), keeping._said(other)
    return unlike + [name for name in said if said[name] != told[name]]


def three_approvals() -> Person:
    """A hazard, a spot task without a stated place, and a release over half of the hazard."""
    person = register()
    hazard = line("H1", Kind.SUSPECT, "2010-01-01", square(-5, 0, 10), hazard_class="A1", task="T2")
    spot = line("S1", Kind.CLEAR, "2011-01-01", square(3, 3, 1).centroid, items={"submunition": 2}, operator="OP1")
    release = line("R1", Kind.CLEAR, "2012-01-01", square(-5, 0, 5, 10), task="T1", hazard="H1")
    for year, lines in enumerate(([hazard], [spot], [release]), 2010):
        approve(person, lines, date(year, 12, 31))
    return person


def approve(person: Person, lines: list[Any], on: date) -> None:
    """One approval."""
    approve_lines(lines=lines, document=document(person), on=on, by=person, reason="test")


@pytest.mark.slow
def test_a_kept_ledger_brought_up_to_date_is_the_ledger_read_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Array by array, after approvals, corrections of corrections, withdrawals and returns."""
    person, last, updated = register(), 0, 0
    book = books.seeded_book(7, scenes=40, sites=books.scattered_sites(7, 12))
    assert len(book.approvals) > 100
    for number, (version,) in enumerate(book.approvals):
        last = max([last, *(one.on for one in version[1])])
        post(person, version, date.fromordinal(max(last, 1)))
        if number % 7 == 0 or number > len(book.approvals) - 4:
            with monkeypatch.context() as patch:
                if number:
                    patch.setattr(keeping, "all_rows", refuse)
                found = new_process()
            assert same(found, read_anew()) == []
            updated += 1
    assert updated > 15


def test_a_second_process_reads_no_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """It maps what the first one kept, and has the same books."""
    three_approvals()
    first = new_process()
    monkeypatch.setattr(keeping, "all_rows", refuse)
    monkeypatch.setattr(keeping, "changed_rows", refuse)
    second = new_process()
    assert second is not first
    assert same(second, first) == []
    assert np.array_equal(second.book(3).moves.area2, first.book(3).moves.area2)
    assert not second.entries.seq.flags.writeable


def test_a_correction_a_withdrawal_and_a_new_word_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Versions end, a record goes, and the words of tasks are sorted again."""
    person = three_approvals()
    new_process()
    monkeypatch.setattr(keeping, "all_rows", refuse)
    again = line("R1", Kind.CLEAR, "2012-01-01", square(-5, 0, 6, 10), task="T0", items={"submunition": 1})
    approve(person, [again], date(2013, 1, 1))
    withdraw_records(refs=["S1"], on=date(2013, 2, 1), by=person, reason="test")
    found = new_process()
    assert found.codes.tasks == ("T0", "T1", "T2")
    assert found.entries.until_seq.tolist()[1:3] == [5, 4]
    monkeypatch.undo()
    assert same(found, read_anew()) == []


@pytest.mark.parametrize("what", ["rebuild", "share out"])
def test_a_new_cut_or_sharing_is_read_anew(what: str) -> None:
    """Clusters get other ids, so that nothing kept of them is used; the arrays are as if nothing had been kept."""
    person = three_approvals()
    before = new_process()
    edition = BoundaryEdition.objects.get()
    if what == "rebuild":
        rebuild_ledger(by=person, reason="test")
    else:
        share_out(edition=edition, by=person, reason="test")
    after = new_process()
    assert same(after, read_anew()) == []
    assert same(after, before) != []
    approve(person, [line("H2", Kind.SUSPECT, "2014-01-01", square(20, 0, 3))], date(2014, 1, 1))
    assert same(new_process(), read_anew()) == []


def test_a_rebuild_and_an_approval_in_between_are_both_seen() -> None:
    """What is kept is older than both."""
    person = three_approvals()
    new_process()
    rebuild_ledger(by=person, reason="test")
    approve(person, [line("H2", Kind.SUSPECT, "2014-01-01", square(-2, 0, 3))], date(2014, 1, 1))
    share_out(edition=BoundaryEdition.objects.get(), by=person, reason="test")
    assert same(new_process(), read_anew()) == []


def truncate(folder: Path) -> None:
    """The largest file ends early."""
    largest = max(folder.glob("*.npy"), key=lambda path: path.stat().st_size)
    largest.write_bytes(largest.read_bytes()[:-8])


def flip(folder: Path) -> None:
    """One byte of the areas is another."""
    path = folder / "faces.area2.npy"
    body = bytearray(path.read_bytes())
    body[-3] ^= 1
    path.write_bytes(body)


DAMAGES: dict[str, Callable[[Path], Any]] = {
    "truncated": truncate,
    "flipped": flip,
    "missing file": lambda folder: (folder / "entries.on.npy").unlink(),
    "half a statement": lambda folder: (folder / "said.json").write_text('[1, {"arrays"'),
    "other statement": lambda folder: (folder / "said.json").write_text('[1, {"arrays": {}, "of": {"seq": 3}}]'),
    "no statement": lambda folder: (folder / "said.json").unlink(),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_folder_is_made_again(damage: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Silently, from the database; and the next process finds it whole."""
    three_approvals()
    before = new_process()
    (folder,) = shelf().iterdir()
    DAMAGES[damage](folder)
    assert same(new_process(), before) == []
    monkeypatch.setattr(keeping, "all_rows", refuse)
    assert same(new_process(), before) == []


def test_only_the_latest_folder_is_left() -> None:
    """Each ledger is kept once, and no draft stays behind."""
    person = three_approvals()
    new_process()
    first = {path.name for path in shelf().iterdir()}
    approve(person, [line("H2", Kind.SUSPECT, "2014-01-01", square(20, 0, 3))], date(2014, 1, 1))
    held = new_process()
    assert len(first) == 1
    assert len(list(shelf().iterdir())) == 1
    assert first != {path.name for path in shelf().iterdir()}
    shutil.rmtree(shelf())
    assert held.book(4).moves.area2.sum() > 0


def test_nothing_is_kept_that_may_be_undone() -> None:
    """Inside a transaction the ledger is read and used, and not kept."""
    person = three_approvals()
    with transaction.atomic():
        approve(person, [line("H2", Kind.SUSPECT, "2014-01-01", square(20, 0, 3))], date(2014, 1, 1))
        assert new_process().seq == 4
        assert not shelf().exists()
        transaction.set_rollback(True)
    assert new_process().seq == 3


def test_a_shelf_that_cannot_be_written_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The ledger is then read anew by each process."""
    three_approvals()
    (tmp_path / "ledger").write_text("in the way")
    monkeypatch.setattr(settings, "DATA_DIR", tmp_path)
    assert same(new_process(), read_anew()) == []
    assert (tmp_path / "ledger").read_text() == "in the way"


def test_arrays_of_another_database_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same numbers of approvals and cuts in one data folder, with other records behind them."""
    three_approvals()
    new_process()
    monkeypatch.setattr(keeping, "_last_approval", lambda seq: [seq, seq, "another day"])
    person = Person.objects.get(login="tester")
    approve(person, [line("H2", Kind.SUSPECT, "2014-01-01", square(20, 0, 3))], date(2014, 1, 1))
    monkeypatch.setattr(keeping, "changed_rows", refuse)
    assert same(new_process(), read_anew()) == []
