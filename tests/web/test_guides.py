"""The guides, as pages: of the files that the documents hold, in both languages, for whoever may see anything."""

from __future__ import annotations

import re
import tomllib

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from clearground.web.guides import selectors
from tests.source import PACKAGE, ROOT
from tests.web import books

SOURCE = ROOT / "docs" / "guides"
PICTURE = re.compile(r"!\[[^\]]+\]\((\S+?)-(en|km)\.png\)")
PATH_OF_MENU = re.compile(r"(?<!\*)\*([^*\n]+)\*(?!\*)")


@pytest.fixture
def visitor(db, client) -> Client:
    """Somebody without an account, where figures are published."""
    books.a_register(published="figures")
    return client


def shown(client: Client, address: str, language: str = "en") -> str:
    """A page in a language."""
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize(("language", "title"), [("en", "For the planner"), ("km", "សម្រាប់អ្នករៀបចំផែនការ")])
def test_a_visitor_finds_a_guide_from_the_foot_of_a_page(language, title, visitor):
    """From any page to the list, and from there to the guide, in the reader's language."""
    assert f'href="{reverse("web:guides")}"' in shown(visitor, "/", language)
    listed = shown(visitor, reverse("web:guides"), language)
    assert [f'href="/guides/{name}/"' in listed for name in selectors.NAMES] == [True] * 3
    assert f"<h1>{title}</h1>" in shown(visitor, "/guides/planner/", language)


@pytest.mark.parametrize("language", ["en", "km"])
@pytest.mark.parametrize("name", selectors.NAMES)
def test_every_picture_of_a_guide_is_there(name, language, visitor):
    """From this host, with its size, and it is a picture."""
    page = shown(visitor, f"/guides/{name}/", language)
    pictures = re.findall(r'<img src="([^"]+)" alt="[^"]+" loading="lazy" width="\d+" height="\d+"', page)
    assert len(pictures) == page.count("<img") >= 4
    for address in pictures:
        answer = visitor.get(address)
        assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
        assert b"".join(answer).startswith(b"\x89PNG")
        assert f"-{language}." in address


@pytest.mark.parametrize("address", ["/guides/nobody/", "/guides/README/", "/guides/pictures/nothing.png"])
def test_what_is_no_guide_is_not_found(address, visitor):
    """Only the files that are offered."""
    assert visitor.get(address).status_code == 404


def test_a_country_that_publishes_nothing_asks_to_sign_in(visitor):
    """And its pages offer no guide to whoever may see none."""
    books.Country.objects.update(published="nothing")
    assert visitor.get("/guides/")["Location"].startswith(reverse("account_login"))
    assert 'href="/guides/"' not in visitor.get(reverse("account_login")).content.decode()


def test_a_guide_brings_no_tag_and_leads_only_to_guides(tmp_path, monkeypatch):
    """HTML in its text is shown as text; a link to another file becomes words."""
    links = "[a](reader.md) [b](../rights.md) [c](https://elsewhere.org) [d](javascript:x)"
    (tmp_path / "planner.md").write_text(f"# T\n\nOpening.\n\n<script>x</script> {links}\n")
    monkeypatch.setattr(selectors, "folder", lambda: tmp_path)
    body = selectors.guide("planner").body
    assert "&lt;script&gt;" in body
    assert re.findall("<[a-z]+[^>]*>", body) == ["<p>", '<a href="/guides/reader/">']
    assert re.search(r"reader/\">a</a> b c ", body)


@pytest.mark.parametrize("name", selectors.NAMES)
def test_both_languages_say_the_same_things_in_the_same_order(name):
    """The same chapters and pictures; the translation says that it waits for a reader."""
    english, khmer = (folder.joinpath(f"{name}.md").read_text("utf-8") for folder in (SOURCE, SOURCE / "km"))
    pictures = [[each.rpartition("/")[2] for each, _language in PICTURE.findall(text)] for text in (english, khmer)]
    assert pictures[0] == pictures[1] != []
    assert {language for _each, language in PICTURE.findall(khmer)} == {"km"}
    assert english.count("\n## ") == khmer.count("\n## ")
    assert "\n> ការបកប្រែនេះជាសំណើ" in khmer


@pytest.mark.parametrize("language", ["en", "km"])
def test_guides_name_pages_as_the_menu_does(language):
    """What stands in italics with an arrow is where to click: words that are on screen."""
    on_screen = {"Imports", "Bring in a file", "Records", "Propose a record", "Figures", "Map"}
    on_screen |= {"Ask your own", "Dossiers", "Bulletins", "National picture"}
    with translation.override(language):
        words = {gettext(message) for message in on_screen}
    folder = SOURCE if language == "en" else SOURCE / "km"
    texts = [folder.joinpath(f"{name}.md").read_text("utf-8") for name in selectors.NAMES]
    paths = [path for text in texts for path in PATH_OF_MENU.findall(text) if " › " in path]
    assert len(paths) == 6
    assert [path for path in paths if not set(path.split(" › ")) <= words] == []


def test_the_wheel_carries_the_guides():
    """Where the pages look for them."""
    built = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert ROOT / built["force-include"]["docs/guides"] == selectors.IN_A_WHEEL
    assert selectors.IN_A_WHEEL.is_relative_to(PACKAGE)
    assert selectors.folder() == SOURCE
