"""What is undocumented does not exist for whoever has to use it."""

from __future__ import annotations

import re
from importlib import import_module

import typer

from clearground.cli.main import SUBJECTS
from clearground.cli.manual import commands, manual
from scripts import ledger, rights
from scripts.findings import page
from tests.source import PACKAGE, ROOT, modules

DOCS = ROOT / "docs"
SETTING = re.compile(r'\bsetting\(\s*"(\w+)"')
VARIABLE = re.compile(r"\b(CLEARGROUND_[A-Z_]+[A-Z]|DATABASE_URL)\b")
TYPED = re.compile(r"(?:`|: |Run |[Ss]ee |with )clearground ([a-z][a-z-]*(?: [a-z][a-z-]*)?)")
CODE = re.compile(r'"([A-Z]{2,}-\d{3})"')
# An option that a decision says there is not.
NOT_OURS = {"--repair"}
FOR_TESTS_ONLY = {"CLEARGROUND_TEST_DATABASE"}


def test_every_command_is_in_the_manual() -> None:
    """`make manual` writes it; what is there is what the command line says today."""
    assert (DOCS / "commands.md").read_text("utf-8") == manual()


def test_every_command_teaches_with_an_example() -> None:
    """A newcomer copies the example before reading the options."""
    sections = manual().split("\n## ")[1:]
    assert sections
    assert [s.splitlines()[0] for s in sections if "Example: clearground " not in s] == []


def command_line() -> dict[str, set[str]]:
    """Every command, by its full name, with its options."""
    app = typer.Typer()
    for subject in SUBJECTS:
        import_module(f"clearground.cli.{subject}").register(app)
    found = commands(typer.main.get_command(app), "clearground")
    return {name: {"--help", *(o for p in one.params for o in (*p.opts, *p.secondary_opts))} for name, one in found}


def advice() -> dict[str, str]:
    """Texts in which people are told what to type: code, words of rules, pages, documents."""
    kinds = [*PACKAGE.rglob("*.py"), *PACKAGE.rglob("*.toml"), *PACKAGE.rglob("*.html"), *DOCS.rglob("*.md")]
    texts = {path: path.read_text("utf-8") for path in [*kinds, *ROOT.glob("*.md")] if "benchmarks" not in path.stem}
    return {str(path.relative_to(ROOT)): text for path, text in texts.items() if "migrations" not in path.parts}


def test_what_messages_tell_to_type_exists() -> None:
    """A remedy that names a command or an option which is not there is worse than none."""
    known = command_line()
    groups = {name.rsplit(" ", 1)[0] for name in known}
    options = set().union(*known.values()) | NOT_OURS
    wrong = []
    for where, text in advice().items():
        wrong += [f"{where}: {o}" for o in re.findall(r"(?<![\w-])--[a-z][a-z0-9-]+", text) if o not in options]
        for words in re.findall(
            r"(?:`|: |Run |[Ss]ee |with |means )clearground ([a-z][a-z-]*(?: [a-z][a-z-]*)?)", text
        ):
            names = {f"clearground {words}", f"clearground {words.split()[0]}"}
            wrong += [f"{where}: clearground {words}"] if not names & (known.keys() | groups) else []
    assert wrong == []


def variables() -> set[str]:
    """Names of environment variables that the package reads."""
    source = "\n".join(path.read_text("utf-8") for path in modules("clearground"))
    settings = {f"CLEARGROUND_{name.upper()}" for name in SETTING.findall((PACKAGE / "settings.py").read_text("utf-8"))}
    return settings | {name for name in VARIABLE.findall(source) if name not in FOR_TESTS_ONLY}


def test_every_setting_is_documented() -> None:
    """Each setting has a heading of its own, and no heading is of a setting that is gone."""
    documented = set(re.findall(r"^## `(\w+)`", (DOCS / "settings.md").read_text("utf-8"), re.M))
    assert documented == variables()


def test_every_finding_is_documented() -> None:
    """A code in a correction list leads to a page that says what to do."""
    used = {code for path in modules("clearground") for code in CODE.findall(path.read_text("utf-8"))}
    written = [DOCS / "findings.md", *(DOCS / "rules").glob("*.md")]
    pages = "\n".join(path.read_text("utf-8") for path in written)
    assert sorted(code for code in used if not re.search(rf"\b{code}\b", pages)) == []


def test_the_page_of_findings_is_what_the_catalogues_say() -> None:
    """`make manual` writes it."""
    assert (DOCS / "findings.md").read_text("utf-8") == page()


def test_the_page_of_rights_is_what_the_matrix_says() -> None:
    """`make manual` writes it."""
    assert (DOCS / "rights.md").read_text("utf-8") == rights.page()


def test_the_page_of_the_ledger_has_its_schema() -> None:
    """Every column, dimension and policy, as `make manual` writes them."""
    text = (DOCS / "ledger.md").read_text("utf-8")
    assert ledger.page(text) == text
    assert set(re.findall(r"^<!-- (\w+) -->$", text, re.M)) - {"end"} == set(ledger.tables())


def test_decisions_are_numbered() -> None:
    """Each record of a decision has a number of its own, stands in the index, and says what would change it."""
    records = sorted(path for path in (DOCS / "adr").glob("*.md") if path.name != "README.md")
    index = re.findall(r"^\| (\d+) \| \[(.+)\]\((.+)\) \|$", (DOCS / "adr" / "README.md").read_text("utf-8"), re.M)
    headings = {path.name: path.read_text("utf-8").splitlines()[0] for path in records}
    assert {name: f"# {number}. {title}" for number, title, name in index} == headings
    numbers = [path.name[:4] for path in records]
    assert all(number.isdigit() for number in numbers)
    assert len(set(numbers)) == len(numbers) > 0
    needed = re.compile(r"^## Decision$.*^## What would change (it|this)$", re.M | re.S)
    assert [path.name for path in records if not needed.search(path.read_text("utf-8"))] == []


def test_links_between_documents_lead_somewhere() -> None:
    """A reader never meets a missing page."""
    pages = [*ROOT.glob("*.md"), *DOCS.rglob("*.md")]
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in pages
        for target in re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", page.read_text("utf-8"))
        if not (page.parent / target).exists()
    ]
    assert broken == []
