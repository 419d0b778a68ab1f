"""Spellings of one name are one key; names are not."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearground.places.names import LEAST_LIKENESS, best_match, khmer_order, likeness, name_key, perhaps_like

KHMER = st.text(st.characters(min_codepoint=0x1780, max_codepoint=0x17DD), min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Banteay Meanchey", "BANTEAY  MEAN-CHEY"),
        ("Siem Reap", "siemreap"),
        ("Kampong Cham", "Kampong Cham Province"),
        ("Phum Thmei", "Thmei"),
        ("Khum Ou Thum", "Ou Thum commune"),
        ("Višegrad", "Visegrad"),
        ("O'Smach", "O’ Smach"),
        ("Phum Ti 3", "phum ti ៣"),
    ],
)
def test_latin_spellings_of_one_name(one: str, other: str) -> None:
    """Case, blanks, hyphens, accents and the word for the level are put aside."""
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("បន្ទាយមានជ័យ", "បន្ទាយ មានជ័យ"),
        ("បន្ទាយមានជ័យ", "បន្ទាយ\u200bមានជ័យ"),
        ("ខេត្តបាត់ដំបង", "បាត់ដំបង"),
        ("ខេត្ត បាត់ដំបង", "បាត់ដំបង"),
        ("រាជធានីភ្នំពេញ", "ភ្នំពេញ"),
        ("អណ្ដូង", "អណ្តូង"),
        ("ក\u17c1\u17b8", "ក\u17be"),
        ("ក\u17c1\u17b6", "ក\u17c4"),
        ("ភូមិទី៣", "ភូមិ ទី ៣"),
    ],
)
def test_khmer_spellings_of_one_name(one: str, other: str) -> None:
    """What looks the same on paper has one key, whichever way it was typed."""
    assert name_key(one) == name_key(other)


def test_the_order_in_which_signs_were_typed_does_not_count() -> None:
    """A vowel and a sign on one letter can be typed in either order."""
    assert name_key("ក\u17bb\u17c6") == name_key("ក\u17c6\u17bb")
    assert name_key("ស\u17ca\u17b8") == name_key("ស\u17b8\u17ca")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Thmei", "Thmey Leu"),
        ("ភ្នំ", "ភូមិ"),
        ("ថ្មី", "ថ្ម"),
        ("Phum Ti 3", "Phum Ti 6"),
        ("ទី៣", "ទី៦"),
        ("កំពង់ចាម", "កំពង់ធំ"),
    ],
)
def test_names_stay_apart(one: str, other: str) -> None:
    """A mark or a digit makes another name."""
    assert name_key(one) != name_key(other)


@pytest.mark.parametrize("name", ["Province", "Phum", "ភូមិ", "ខេត្ត"])
def test_a_name_that_is_only_a_level_keeps_it(name: str) -> None:
    """There are villages called Village."""
    assert name_key(name) != ""


@given(st.text())
def test_a_key_is_its_own_key_however_the_text_is_composed(text: str) -> None:
    """Files differ in how Unicode composes letters; the key doesn't."""
    assert name_key(unicodedata.normalize("NFD", text)) == name_key(unicodedata.normalize("NFC", text))


@given(KHMER)
def test_khmer_order_settles_at_once(text: str) -> None:
    """Ordered text is not reordered again."""
    assert khmer_order(khmer_order(text)) == khmer_order(text)


@given(KHMER, st.integers(0, 12))
def test_blanks_and_joiners_inside_a_name_do_not_count(text: str, at: int) -> None:
    """Khmer has no blanks between words; typists add them, and joiners that nobody sees."""
    assert name_key(text[:at] + "\u200b" + text[at:]) == name_key(text)


def test_likeness_runs_from_nothing_to_one() -> None:
    """Equal keys are wholly alike."""
    assert likeness("abc", "abc") == 1
    assert likeness("abc", "xyz") == 0


def test_the_exact_name_is_preferred_to_a_like_one() -> None:
    """Even where the like one comes first."""
    assert best_match("thmei", {"thmey": ["1"], "thmei": ["2", "3"]}) == ["2", "3"]


def test_a_name_clearly_most_like_is_found() -> None:
    """A vowel more or less, as romanisations have it."""
    known = {"tboungkhmum": ["25"], "kampongthom": ["06"]}
    assert best_match("tbongkhmum", known) == ["25"]
    assert likeness("tbongkhmum", "tboungkhmum") > LEAST_LIKENESS


@pytest.mark.parametrize("asked", ["zzz", "", "kampong"])
def test_what_is_like_nothing_is_not_guessed(asked: str) -> None:
    """Half a name, or none, finds nothing."""
    assert best_match(asked, {"kampongcham": ["03"], "kampongthom": ["06"]}) == []


def test_what_is_like_two_is_not_guessed() -> None:
    """A tie is not broken by chance."""
    assert best_match("kampongchax", {"kampongcham": ["03"], "kampongchan": ["99"]}) == []


def test_nothing_known_nothing_found() -> None:
    """An empty register has no names."""
    assert best_match("thmei", {}) == []


@given(st.text("abnor\u1780\u1781", min_size=1, max_size=9), st.lists(st.text("abnor\u1780\u1781", max_size=12)))
def test_no_name_that_is_like_enough_is_passed_over(key: str, others: list[str]) -> None:
    """Letters in common are counted before two names are compared; the answer is that of comparing all."""
    alike = {other for other in others if likeness(key, other) >= LEAST_LIKENESS}
    assert alike <= set(perhaps_like(key, others))


def test_names_that_have_few_letters_in_common_are_not_compared(monkeypatch) -> None:
    """A register of fourteen thousand places is searched while somebody types."""
    compared = []
    monkeypatch.setattr("clearground.places.names.likeness", lambda one, other: compared.append(other) or 0.9)
    assert best_match("ostrel", {"vardin": ["1"], "ostrell": ["2"], "os": ["3"]}) == ["2"]
    assert compared == ["ostrell"]


def test_the_key_of_a_name_is_made_once() -> None:
    """The next search finds it made."""
    name_key("Ostrel under the hill")
    before = name_key.cache_info().hits
    name_key("Ostrel under the hill")
    assert name_key.cache_info().hits == before + 1
