"""Writes `docs/rights.md`: who may do what, from `clearground/accounts/rights.toml`.

Example: python -m scripts.rights
"""

from __future__ import annotations

from pathlib import Path

import django

PAGE = Path(__file__).resolve().parent.parent / "docs" / "rights.md"
HEAD = """\
# Rights

Who may do what on the pages. `make manual` writes this page from `clearground/accounts/rights.toml`, which the pages
themselves read; tests try every address with every role. What people without an account see is a recorded decision of
the country (`nothing`, `figures`, or figures and `land`), nothing by default. Nobody approves what they brought in
themselves, whatever their roles. People with a role marked ¹ sign in with a one-time code besides their password.

"""


def page() -> str:
    """The page as it should be."""
    from clearground.accounts.choices import Role
    from clearground.accounts.rights import RIGHTS

    marks = {role: "¹" if role in RIGHTS.second_factor else "" for role in Role.values}
    lines = ["| may | " + " | ".join(f"{Role(role).label}{marks[role]}" for role in Role.values) + " |"]
    lines.append("| --- |" + " :-: |" * len(Role.values))
    for name, roles in RIGHTS.may.items():
        cells = " | ".join("●" if role in roles else "" for role in Role.values)
        lines.append(f"| **{name}**: {RIGHTS.what[name]} | {cells} |")
    return HEAD + "\n".join(lines) + "\n"


if __name__ == "__main__":
    django.setup()
    PAGE.write_text(page(), "utf-8")
