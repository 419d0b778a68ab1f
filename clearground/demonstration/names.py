"""Invented names, in Latin script and in a Khmer transliteration, from one table of syllables."""

from __future__ import annotations

import numpy as np

from .chance import hashed

# Chosen so that no name of two or three of them is that of a known province, district or country.
SYLLABLES: tuple[tuple[str, str], ...] = (
    ("kar", "ការ"),
    ("sov", "សូវ"),
    ("vel", "វេល"),
    ("dri", "ឌ្រី"),
    ("nomu", "ណូមុ"),
    ("tash", "តាស"),
    ("orin", "អូរិន"),
    ("zel", "ហ្សេល"),
    ("bra", "ប្រា"),
    ("lum", "លុម"),
    ("esk", "អែស្ក"),
    ("fari", "ហ្វារី"),
    ("gol", "ហ្គុល"),
    ("hest", "ហេស្ត"),
    ("imra", "អ៊ីមរ៉ា"),
    ("jor", "ហ្ស័រ"),
    ("pelu", "ប៉េលូ"),
    ("rusk", "រូស្ក"),
    ("umba", "អ៊ុមបា"),
    ("wen", "វ៉េន"),
    ("yara", "យ៉ារ៉ា"),
    ("thol", "ថុល"),
    ("quin", "គ្វីន"),
    ("mesk", "មេស្ក"),
)


def name_of(seed: int, level: int, number: int) -> tuple[str, str]:
    """The invented name of one place, Latin and Khmer; the same for the same arguments."""
    word = int(hashed(seed, 71, level, number)[0])
    first, word = word % len(SYLLABLES), word // len(SYLLABLES)
    second, word = word % len(SYLLABLES), word // len(SYLLABLES)
    second = second if second != first else (second + 1) % len(SYLLABLES)
    third = word % (len(SYLLABLES) * 2)
    parts = [SYLLABLES[first], SYLLABLES[second]]
    if level >= 3 and third < len(SYLLABLES) and third not in (first, second):
        parts.append(SYLLABLES[third])
    return "".join(p[0] for p in parts).capitalize(), "".join(p[1] for p in parts)


def distinct_names(seed: int, level: int, count: int) -> list[tuple[str, str]]:
    """`count` names of which no two are the same: a number follows where syllables run out."""
    seen: dict[str, int] = {}
    names = []
    for number in np.arange(count):
        latin, khmer = name_of(seed, level, int(number))
        seen[latin] = seen.get(latin, 0) + 1
        again = f" {seen[latin]}" if seen[latin] > 1 else ""
        names.append((latin + again, khmer + again))
    return names
