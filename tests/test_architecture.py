"""The house rules that a machine can check. Each test names the offender."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

from tests.source import (
    APPS,
    FUNCTIONS,
    PACKAGE,
    Function,
    body_lines_of,
    functions,
    is_action_module,
    lines_of,
    modules,
    parsed,
    place,
)

OURS = modules("clearground")
LONGEST_FUNCTION, LONGEST_VIEW, LONGEST_FILE = 30, 15, 400
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "managers", "signals", "services", "misc", "common_utils"}
ALWAYS_WRITES = {
    "save",
    "bulk_create",
    "bulk_update",
    "get_or_create",
    "update_or_create",
    "delete",
    "adelete",
    "asave",
}
WRITES_ON_ROWS = {"create", "update", "acreate", "aupdate", "add", "set", "remove", "clear"}
ROWS = re.compile(r"\b(objects|_base_manager|_default_manager)\b|\.(filter|exclude|all|select_for_update|order_by)\(")
WRITING_SQL = re.compile(r"\s*(INSERT|UPDATE|DELETE|REPLACE|TRUNCATE|DROP|ALTER|COPY)\b", re.IGNORECASE)
# Writes in which nobody decides: the making of tables, and tasks that a dead worker left.
NOBODY_WRITES = {"common/append_only.py", "common/geometry.py", "common/background.py"}


def test_functions_are_short() -> None:
    """A function that needs more than 30 lines does more than its name says."""
    folders = modules("clearground", "benchmarks", "scripts")
    sizes = {place(p, f): (body_lines_of if "cli" in p.parts else lines_of)(f) for p in folders for f in functions(p)}
    assert {where: lines for where, lines in sizes.items() if lines > LONGEST_FUNCTION} == {}


def test_files_are_short() -> None:
    """A file of more than 400 lines holds two subjects."""
    folders = modules("clearground", "benchmarks", "scripts", "tests")
    long = {place(p): n for p in folders if (n := len(p.read_text("utf-8").splitlines())) > LONGEST_FILE}
    assert long == {}


def test_views_are_shorter_still() -> None:
    """A view is permission, form, one action or selector, response."""
    views = [p for p in OURS if p.stem == "views" or "views" in p.parts]
    long = {place(p, f): lines_of(f) for p in views for f in functions(p) if lines_of(f) > LONGEST_VIEW}
    assert long == {}


def test_no_module_is_named_for_nothing() -> None:
    """A name such as `utils` says nothing about what is in it."""
    assert [place(p) for p in OURS if {p.stem, *p.relative_to(PACKAGE).parts} & FORBIDDEN_NAMES] == []


def writes(tree: ast.AST) -> list[ast.Call]:
    """Calls that change rows: by the ORM, or by SQL."""
    return [node for node in ast.walk(tree) if isinstance(node, ast.Call) and _changes_rows(node)]


def _changes_rows(call: ast.Call) -> bool:
    if not isinstance(call.func, ast.Attribute):
        return False
    name, receiver = call.func.attr, ast.unparse(call.func.value)
    if name in {"execute", "executemany"}:
        return any(WRITING_SQL.match(text) for text in _leading_text(call))
    return name in ALWAYS_WRITES or (name in WRITES_ON_ROWS and ROWS.search(receiver + ".") is not None)


def _leading_text(call: ast.Call) -> list[str]:
    first = call.args[0] if call.args else None
    if isinstance(first, ast.JoinedStr) and first.values:
        first = first.values[0]
    return [first.value] if isinstance(first, ast.Constant) and isinstance(first.value, str) else []


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("row.save()", 1),
        ("Place.objects.create(code='1')", 1),
        ("Place.objects.filter(code='1').update(name='x')", 1),
        ("Place.objects.bulk_create(rows)", 1),
        ("cursor.execute('delete from x')", 1),
        ("cursor.execute(f'INSERT INTO {x}')", 1),
        ("digest.update(b'')", 0),
        ("seen.add(1)", 0),
        ("cursor.execute('SELECT 1')", 0),
    ],
)
def test_the_search_for_writes_sees_writes_and_only_those(code: str, expected: int) -> None:
    """The rule below is as good as what it recognises."""
    assert len(writes(ast.parse(code))) == expected


def test_writes_live_in_actions() -> None:
    """Only an action changes rows: it has a person, a reason and an audit event."""
    elsewhere = [p for p in OURS if not is_action_module(p) and p.relative_to(PACKAGE).as_posix() not in NOBODY_WRITES]
    assert [place(p, call) for p in elsewhere for call in writes(parsed(p))] == []


# Public actions in which nobody decides, with the reason why.
NOBODY_DECIDES = {
    "accept_invitation": "whoever holds the link is the person: the token says who",
    "write_backup": "reads only; run by a timer as well as by a person",
    "restore_backup": "whoever holds the file and the passphrase; the people are in the file",
}


def offered(path: Path) -> set[str]:
    """Names that other apps may call: all public ones of `actions.py`, those that `actions/__init__` imports."""
    if path.name == "actions.py":
        return {f.name for f in parsed(path).body if isinstance(f, FUNCTIONS) and not f.name.startswith("_")}
    shelf = path.parent / "__init__.py"
    imports = (node for node in (parsed(shelf).body if shelf.is_file() else []) if isinstance(node, ast.ImportFrom))
    return {alias.name for node in imports for alias in node.names}


def transactions(path: Path) -> list[Function]:
    """Actions of a file that are one transaction each."""
    tops = (node for node in parsed(path).body if isinstance(node, FUNCTIONS) and node.name in offered(path))
    return [f for f in tops if any("atomic" in ast.unparse(decorator) for decorator in f.decorator_list)]


def test_actions_take_their_arguments_by_name() -> None:
    """A call of an action reads as a sentence, and no two arguments can be swapped."""
    actions = [(p, f) for p in OURS if is_action_module(p) for f in transactions(p) if f.name != "record"]
    assert [place(p, f) + f" {f.name}" for p, f in actions if f.args.args or f.args.posonlyargs or f.args.vararg] == []


def test_actions_say_by_whom() -> None:
    """Each transaction of an action names the person who decided."""
    actions = [(p, f) for p in OURS if is_action_module(p) for f in transactions(p) if f.name not in NOBODY_DECIDES]
    assert actions, "there are no actions: the search is broken"
    assert [place(p, f) + f" {f.name}" for p, f in actions if "by" not in {a.arg for a in f.args.kwonlyargs}] == []


def our_models() -> list[type[models.Model]]:
    """The models of the house, those of many-to-many tables included."""
    everything = apps.get_models(include_auto_created=True)
    return [model for model in everything if model.__module__.startswith("clearground.")]


def test_foreign_keys_follow_the_order_of_apps() -> None:
    """A row points only to rows of its own app, or of an app below it."""
    pointing_up = [
        f"{field} -> {field.related_model._meta.label}"
        for model in our_models()
        for field in model._meta.get_fields()
        if field.is_relation and not field.auto_created and field.related_model._meta.app_label in APPS
        if APPS.index(field.related_model._meta.app_label) > APPS.index(model._meta.app_label)
    ]
    assert pointing_up == []


def test_models_hold_fields_not_business() -> None:
    """No `save()` of our own, no signals, no generic foreign keys."""
    saving = [m._meta.label for m in our_models() if m.save.__module__.startswith("clearground.")]
    generic = [place(p) for p in OURS if "GenericForeignKey" in p.read_text("utf-8")]
    signals = [place(p) for p in OURS if re.search(r"django\.(db\.models\.signals|dispatch)", p.read_text("utf-8"))]
    assert (saving, generic, signals) == ([], [], [])


def test_every_app_has_a_place_in_the_order() -> None:
    """A new folder of the package is an app, and somebody decides what stands below it."""
    folders = {p.name for p in PACKAGE.iterdir() if (p / "__init__.py").is_file()}
    assert folders <= set(APPS)


def test_the_import_contracts_know_every_app() -> None:
    """The order here and the order that lint-imports checks are one order."""
    text = (PACKAGE.parent / ".importlinter").read_text("utf-8")
    listed = re.findall(r"^    clearground\.(\w+)$", text.split("layers =", 1)[1].split("ignore_imports", 1)[0], re.M)
    assert listed[::-1] == APPS


def test_append_only_tables_are_guarded_by_the_database() -> None:
    """Every model of the ledger and the audit that must not change has its two triggers."""
    guarded = set()
    for path in PACKAGE.rglob("migrations/*.py"):
        guarded |= {m.lower() for m in re.findall(r'MakeAppendOnly\("(\w+)"', path.read_text("utf-8"))}
    expected = {"auditevent", "approval", "record", "landevent", "eventfamily", "itemsfound", "lineage", "edition"}
    assert expected <= guarded
