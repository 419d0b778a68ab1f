"""What waits in the demonstration: two files with slips, each of which is found."""

from __future__ import annotations

import pytest

from clearground.demonstration.actions import bring_waiting_files, load_demonstration
from clearground.exchange.choices import ImportState, RowState
from clearground.exchange.selectors import row_counts


@pytest.mark.django_db(transaction=True)
def test_two_files_wait_with_findings_of_every_planted_kind() -> None:
    """Nothing of them counts; each slip has the rule that is for it; each file was brought by its person."""
    people = load_demonstration(size=160, seed=25).people
    hazards, releases = bring_waiting_files(by=people)
    assert (hazards.state, releases.state) == (ImportState.PENDING, ImportState.PENDING)
    assert [each.by.login for each in (hazards, releases)] == ["karsova.operator", "karsova.registrar"]
    assert min(row_counts(each)[RowState.READY] for each in (hazards, releases)) > 20
    found = {of: set(of.findings.values_list("ref", "code")) for of in (hazards, releases)}
    slips = {("LFT-25-0007", "LAND-009"), ("LFT-25-0012", "LAND-020"), ("LFT-25-0018", "LAND-047")}
    slips |= {("LFT-25-0022", "LAND-040"), ("LFT-25-0027", "LAND-036"), ("LFT-25-0036", "LAND-061")}
    assert slips <= found[hazards], sorted(found[hazards])
    assert {("NCC-25-C0016", "LAND-009"), ("NCC-25-C0024", "LAND-042"), ("NCC-25-C0010", "LAND-033")} <= found[releases]
