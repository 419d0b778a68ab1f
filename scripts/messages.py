"""The words on screen: find them, merge them into each catalogue, compile the catalogues.

Examples:
    python -m scripts.messages extract   # every message of the code into clearground/locale/*/…/django.po
    python -m scripts.messages compile   # .po to .mo, which Django reads
    python -m scripts.messages missing   # messages without a translation; exit code 3 if there are any

"""

from __future__ import annotations

import io
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django.conf
from babel.messages.catalog import Catalog
from babel.messages.extract import extract as babel_extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "clearground"
KEYWORDS = {
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "_": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
}
HEADER = """\
# Words of Clearground on screen.
# EVERY ENTRY NEEDS REVIEW BY A NATIVE SPEAKER: none of them has had one yet.
msgid ""
msgstr ""
"Project-Id-Version: Clearground\\n"
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"
"""
# Code that speaks to programmers and to tests.
SKIPPED = {"migrations", "static", "node_modules"}


def sources() -> Iterator[Path]:
    """Every file that may hold a message."""
    for path in sorted([*PACKAGE.rglob("*.py"), *PACKAGE.rglob("templates/**/*.html")]):
        if not SKIPPED & set(path.relative_to(PACKAGE).parts):
            yield path


def as_python(path: Path) -> str:
    """The file as Python: a template is turned into the calls that its tags stand for."""
    text = path.read_text("utf-8")
    if path.suffix == ".py":
        return text
    from django.utils.translation.template import templatize

    return templatize(text, origin=str(path))


def words_of_rights() -> Iterator[str]:
    """What a refusal says of each right: words of `rights.toml`."""
    said = tomllib.loads((PACKAGE / "accounts" / "rights.toml").read_text("utf-8"))
    yield from (group["what"] for group in said["may"].values())


def found() -> Catalog:
    """All messages of the code."""
    if not django.conf.settings.configured:
        django.conf.settings.configure(USE_I18N=True)
    catalogue = Catalog(project="Clearground", fuzzy=False)
    for path in sources():
        body = io.BytesIO(as_python(path).encode())
        options: dict[str, Any] = {"encoding": "utf-8"}
        for _line, message, _comments, context in babel_extract("python", body, KEYWORDS, options=options):
            catalogue.add(message, locations=[(str(path.relative_to(ROOT)), 0)], context=context)
    for message in words_of_rights():
        catalogue.add(message, locations=[("clearground/accounts/rights.toml", 0)])
    return catalogue


def catalogues() -> list[Path]:
    """The .po files of all languages."""
    return sorted(PACKAGE.glob("locale/*/LC_MESSAGES/django.po"))


def read(path: Path) -> Catalog:
    """A catalogue as it is kept."""
    with path.open("rb") as file:
        return read_po(file, locale=path.parts[-3])


def extract() -> None:
    """Catalogues hold every message of the code and no other; translations stay, nothing is guessed."""
    template = found()
    for path in catalogues():
        catalogue = read(path)
        catalogue.update(template, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        write(path, catalogue)


def write(path: Path, catalogue: Catalog) -> None:
    """The catalogue is kept, under the same few lines at every writing, so that a change shows what changed."""
    body = io.BytesIO()
    write_po(body, catalogue, width=110, sort_output=True, include_lineno=False, omit_header=True)
    head = HEADER.format(language=path.parts[-3])
    path.write_text(head + "\n" + body.getvalue().decode(), "utf-8")


def compile_all() -> None:
    """A .mo lies beside each .po."""
    for path in catalogues():
        with path.with_suffix(".mo").open("wb") as file:
            write_mo(file, read(path))


def forms(text: Any) -> tuple[str, ...]:
    """A message or translation as its forms: one, or several where it counts something."""
    return tuple(text) if isinstance(text, list | tuple) else (text,)


def missing(path: Path) -> list[str]:
    """Messages of the code that a catalogue doesn't translate, in all the forms of its language."""
    catalogue = read(path)
    untold = []
    for message in found():
        known = catalogue.get(forms(message.id)[0], message.context) if message.id else None
        if message.id and (known is None or known.fuzzy or not all(forms(known.string))):
            untold.append(" | ".join(forms(message.id)))
    return untold


def main(what: str) -> int:
    """Do one of the three; the exit code says whether all is translated."""
    if what == "extract":
        extract()
    elif what == "compile":
        compile_all()
    elif what == "missing":
        untold = [(path.parts[-3], message) for path in catalogues() for message in missing(path)]
        for language, message in untold:
            print(f"{language}: {message}")
        return 3 if untold else 0
    else:
        print(__doc__)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else ""))
