"""The books of the tests hold every kind of trouble, often enough to matter."""

from __future__ import annotations

from collections import Counter

from hypothesis import HealthCheck, Phase, given, seed, settings

from .books import Book, scattered_sites, seeded_book, upright_books
from .occurrence import TROUBLES, occurrence, table


def test_seeded_books_hold_every_kind_of_trouble() -> None:
    """Each of the books that the laws use, all kinds counted; run pytest with -s to read the table."""
    counts = sum((occurrence(seeded_book(number)) for number in range(8)), Counter())
    print(table("eight books of free polygons", counts))
    assert {trouble for trouble in TROUBLES if counts[trouble] < 6} == {"several records in one approval"}


def test_no_line_of_a_seeded_book_is_about_nothing() -> None:
    """The register takes no empty polygon; cuts of scenes leave one now and then (numbers 7 and 15 did)."""
    for number in (7, 15):
        lands = [e.land for e in seeded_book(number, scenes=300, sites=scattered_sites(number, 60)).events]
        assert not any(land.is_empty for land in lands if land is not None)


def test_drawn_books_hold_every_kind_of_trouble() -> None:
    """250 books of upright rectangles, as Hypothesis draws them."""
    counts: Counter[str] = Counter()

    @seed(1)
    @settings(max_examples=250, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(upright_books())
    def count(book: Book) -> None:
        counts.update(occurrence(book))

    count()
    print(table("250 drawn books of upright rectangles", counts))
    assert {trouble for trouble in TROUBLES if counts[trouble] < 6} == {"point"}
