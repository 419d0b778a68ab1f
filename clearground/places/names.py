"""When two spellings are one name: Latin and Khmer, as files and people really write them."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from functools import lru_cache

# Khmer writes the same look in several ways: the subscripts of DA and TA are one shape, and vowels
# of two parts may be typed as their parts. Two deprecated letters stand for others.
SAME_LOOK = {
    "\u17d2\u178a": "\u17d2\u178f",
    "\u17c1\u17b8": "\u17be",
    "\u17c1\u17b6": "\u17c4",
    "\u17a3": "\u17a2",
    "\u17a4": "\u17a2\u17b6",
}
# Joiners and inherent vowels that nobody sees.
UNSEEN = re.compile("[\u200b-\u200d\u2060\ufeff\u17b4\u17b5]")
LEVEL_WORDS_KM = ("រាជធានី", "ខេត្ត", "ស្រុក", "ក្រុង", "ខណ្ឌ", "សង្កាត់", "ឃុំ", "ភូមិ")
LEVEL_WORDS = {
    *("province", "khaet", "khet", "district", "srok", "khan", "krong", "commune", "khum", "sangkat"),
    *("village", "phum", "city", "municipality", "capital"),
}
# Signs in the order of the Khmer syllable: shifters, then vowels, then the other signs.
SIGN_ORDER = re.compile("[\u17b6-\u17d1\u17dd]{2,}")
SHIFTERS = "\u17c9\u17ca"
LEAST_LIKENESS = 0.8
# Keys of so many names are kept: those of a country of villages, in two scripts.
NAMES_KEPT = 1 << 16


@lru_cache(maxsize=NAMES_KEPT)
def name_key(name: str) -> str:
    """What remains of a name when spelling, spacing, case and the word for its level are put aside."""
    text = unicodedata.normalize("NFKC", UNSEEN.sub("", name))
    text = without_level_words(khmer_order(text).casefold())
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(ascii_digit(sign) for sign in decomposed if counts(sign))


def khmer_order(text: str) -> str:
    """Khmer signs in one order and one spelling for one look."""
    for typed, meant in SAME_LOOK.items():
        text = text.replace(typed, meant)
    return SIGN_ORDER.sub(lambda run: "".join(sorted(run.group(), key=sign_rank)), text)


def sign_rank(sign: str) -> tuple[int, str]:
    """Shifters first, then vowels, then signs; in the order of the code points among themselves."""
    return (0 if sign in SHIFTERS else 1 if sign <= "\u17c5" else 2, sign)


def without_level_words(text: str) -> str:
    """The name without "province", "ខេត្ត" and their like, unless nothing else is there."""
    words = [word for word in re.split(r"[^\w\u1780-\u17dd]+", text) if word]
    kept = [word for word in words if word not in LEVEL_WORDS] or words
    joined = "".join(kept)
    for word in map(khmer_order, LEVEL_WORDS_KM):
        if joined.startswith(word) and joined != word:
            return joined.removeprefix(word)
    return joined


def counts(sign: str) -> bool:
    """The sign tells names apart: letters and digits do, and all Khmer marks; Latin accents don't."""
    return sign.isalnum() or "\u1780" <= sign <= "\u17dd"


def ascii_digit(sign: str) -> str:
    """Khmer and other digits as 0 to 9; any other sign as it is."""
    return str(unicodedata.digit(sign)) if sign.isdigit() else sign


def likeness(one: str, other: str) -> float:
    """How alike two keys are, from 0 to 1."""
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def perhaps_like(key: str, others: Iterable[str]) -> Iterator[str]:
    """The keys that may be like enough: no two are more alike than the letters that both have allow."""
    letters = Counter(key).items()
    for other in others:
        common = sum(min(count, other.count(letter)) for letter, count in letters)
        if 2.0 * common / (len(key) + len(other)) >= LEAST_LIKENESS:
            yield other


def best_match(key: str, known: dict[str, list[str]]) -> list[str]:
    """What `known` holds under the key; else under the one key most like it, if any is like enough."""
    if key in known or not key:
        return known.get(key, [])
    ranked = sorted(((likeness(key, other), other) for other in perhaps_like(key, known)), reverse=True)
    if not ranked or ranked[0][0] < LEAST_LIKENESS:
        return []
    if len(ranked) > 1 and ranked[1][0] == ranked[0][0]:
        return []
    return known[ranked[0][1]]
