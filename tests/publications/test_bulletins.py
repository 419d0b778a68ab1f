"""The monthly bulletin: what it says, in both languages; the same data make the same file."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.utils.translation import override

from clearground.common.errors import Refused
from clearground.kernel.land.events import Kind
from clearground.land.selectors import sheet
from clearground.publications import bulletins
from clearground.publications.pivoting import exact_sum
from clearground.publications.selectors.bulletins import bulletin, edition_for, months
from tests.land.factories import line, register, square
from tests.land.test_ledger import approve

from .books import AS_OF, KNOWN, a_country, an_edition
from .paper import pages, text

pytestmark = pytest.mark.django_db
MARCH = date(2017, 3, 1)


@pytest.fixture
def person():
    """Books of two years."""
    return a_country()


@pytest.mark.parametrize("language", ["en", "km"])
def test_the_same_month_is_the_same_file(person, language) -> None:
    """Byte for byte, on two pages."""
    first, again = (bulletins.print_bulletin(MARCH, language=language) for _time in range(2))
    assert first == again
    assert pages(first) == 2
    assert first != bulletins.print_bulletin(date(2017, 4, 1), language=language)


def test_its_figures_are_those_of_the_sheet(person) -> None:
    """Total by total, with ==."""
    found = bulletin(MARCH, known=KNOWN)
    rows = sheet(as_of=date(2017, 3, 31), known=KNOWN, since=MARCH).rows
    mines = [row for row in rows if row["family"] == "mines" and row["class"] != "B2"]
    (group,) = [group for group in found.land.groups if group.family == "mines"]
    for name, value in zip(found.land.question.measures, group.total[0], strict=True):
        assert value == exact_sum([row[name] for row in mines], name), name
    (items,) = [line for line in found.items.groups[0].lines if line.codes == ("mines",)]
    assert items.cells[0][0] == 3


def test_what_was_restated_is_told(person) -> None:
    """The month of the releases closed, as known at its end, without them: they were approved in 2018."""
    found = bulletin(date(2017, 4, 1))
    assert found.known_before == date(2017, 3, 31)
    assert set(found.restated) == {("mines", "A1"), ("mines", "A4")}
    assert all(new < old for old, new in found.restated.values())
    assert bulletin(MARCH).restated == {}
    told = bulletins.in_words(found)["last_of_first"][0]
    assert told["groups"][0]["total"][3].startswith("−")
    nothing = bulletins.in_words(bulletin(date(2010, 2, 1)))["last_of_first"][0]
    assert "Nothing was known" in nothing["note"]


def test_it_names_the_edition_that_its_knowledge_is_of(person) -> None:
    """Else that the figures may change."""
    assert "No signed edition" in bulletins.in_words(bulletin(MARCH))["known"]
    an_edition(person)
    assert "Official 2017" in bulletins.in_words(bulletin(MARCH))["known"]
    assert bulletin(MARCH).known == KNOWN
    assert bulletin(date(2018, 1, 1)).edition is None


def test_its_text_can_be_searched(person, tmp_path: Path) -> None:
    """Title, figures, warning and mark, as a reader's program finds them."""
    said = text(bulletins.print_bulletin(MARCH, language="en"), tmp_path)
    for words in ("March 2017", "Invented country", "Operator two", "Land without a polygon is not thereby safe"):
        assert words in said, words
    total = sheet(as_of=date(2017, 3, 31), since=MARCH, where={"class": "A4"}).rows[0]["cleared_m2"]
    assert f"{total:,.0f}" in said


def test_khmer_can_be_searched_too(person, tmp_path: Path) -> None:
    """Words of several clusters, which a program finds as they are typed."""
    said = text(bulletins.print_bulletin(MARCH, language="km"), tmp_path).replace(" ", "").replace("\n", "")
    assert "មីនា2017" in said
    assert "សំណល់គ្រាប់បែកចង្កោម" in said
    assert "មីមីន" not in said


def test_both_languages_say_the_same_figures(person) -> None:
    """Tables differ in words only."""
    found = bulletin(MARCH)
    said = {}
    for language in ("en", "km"):
        with override(language):
            tables = [*(told := bulletins.in_words(found))["first"], *told["second"]]
        said[language] = [
            [row[1:] for group in t["groups"] for row in (*group["rows"], group["total"])] for t in tables
        ]
    assert said["en"] == said["km"]


def test_a_country_may_bring_its_own_template(person, settings, tmp_path: Path) -> None:
    """From its data directory; one that can't be set is refused with the place."""
    settings.DATA_DIR = tmp_path
    (tmp_path / "templates").mkdir()
    own = tmp_path / "templates" / "bulletin.typ"
    own.write_text('#let data = json(bytes(sys.inputs.data))\n#set page(paper: "a5")\nOur own #data.title')
    assert pages(bulletins.print_bulletin(MARCH, language="en")) == 1
    own.write_text("#nothing-of-this-name")
    with pytest.raises(Refused, match=r"bulletin\.typ") as refused:
        bulletins.print_bulletin(MARCH, language="en")
    assert "remove it" in refused.value.remedy


def test_without_approvals_there_is_nothing_to_print(db) -> None:
    """And no month to choose."""
    register()
    assert months() == []
    with pytest.raises(Refused, match="Nothing is approved"):
        bulletin(MARCH)


def test_months_run_from_the_first_approval_to_the_last(person) -> None:
    """The latest first."""
    found = months()
    assert (found[0], found[-1]) == (date(2018, 1, 1), date(2012, 1, 1))
    approve(person, line("R8", Kind.CLEAR, "2018-02-01", square(-7, 0, 1, 8)), on="2018-03-01")
    assert months()[0] == date(2018, 3, 1)
    assert AS_OF.replace(day=1) in months()


def test_a_bulletin_names_its_edition_and_does_not_read_what_it_printed(person) -> None:
    """A statement of many rows is not parsed for its name."""
    an_edition(person)
    found = edition_for(date(2017, 1, 31))
    assert found is not None
    assert {"statement", "policies", "code_lists"} <= found.get_deferred_fields()
