"""What a page asked for, what it complained about, and what keeps people out of it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from urllib.parse import urlparse

AXE = Path(__file__).resolve().parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


class Watch:
    """A page under observation."""

    def __init__(self, page) -> None:
        self.hosts: Counter[str] = Counter()
        self.complaints: list[str] = []
        self.page = page
        page.on("request", lambda request: self.hosts.update([urlparse(request.url).netloc or request.url[:40]]))
        page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda problem: self.complaints.append(str(problem)))

    def barriers(self) -> list[str]:
        """What axe finds, as rule and place."""
        self.page.evaluate(AXE.read_text("utf-8"))
        found = self.page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
        return [f"{each['id']}: {node['target']}" for each in found["violations"] for node in each["nodes"]]
