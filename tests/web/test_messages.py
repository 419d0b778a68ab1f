"""Every word on screen is there in Khmer, with the same parameters; the catalogue says that it needs review."""

from __future__ import annotations

import re

from django.utils import translation
from django.utils.translation import gettext

from scripts.messages import catalogues, forms, found, missing, read

KHMER = re.compile(r"[\u1780-\u17ff]")
PARAMETERS = re.compile(r"%\(\w+\)[a-z]|%%|</?\w+>")
KM = next(path for path in catalogues() if path.parts[-3] == "km")


def test_no_message_is_untranslated():
    """Words come with their translation: `python -m scripts.messages extract`, then fill in what is empty."""
    assert missing(KM) == []


def test_the_catalogue_holds_no_message_that_the_code_has_not():
    """A dead entry would be reviewed for nothing."""
    code = {(str(message.id), message.context) for message in found() if message.id}
    assert {(str(message.id), message.context) for message in read(KM) if message.id} <= code


def test_a_translation_keeps_the_parameters():
    """A lost %(name)s would print a sentence without its subject; tags must pair."""
    off = [
        (form, told)
        for message in read(KM)
        if message.id
        for form in forms(message.id)
        for told in forms(message.string)
        if set(PARAMETERS.findall(form)) != set(PARAMETERS.findall(told)) or not KHMER.search(told)
    ]
    assert off == []


def test_the_catalogue_says_that_it_needs_review():
    """Nobody may take it for checked."""
    assert "NEEDS REVIEW BY A NATIVE SPEAKER" in KM.read_text("utf-8")


def test_the_compiled_words_are_used():
    """What Django shows is the catalogue of this tree."""
    with translation.override("km"):
        assert gettext("Balance of land") == "តុល្យភាពដី"
