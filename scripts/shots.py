"""Which pictures the documents show: the address, as whom, and what is done there first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

from . import doing

DATA_OFFICER, APPROVER, PLANNER, READER = "karsova.registrar", "karsova.secretary", "karsova.planner", "karsova.reader"


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture. `person` is a login of the demonstration; empty for somebody without an account."""

    name: str
    address: str
    person: str = DATA_OFFICER
    then: Callable[[Page], None] | None = None


ASKED = "/ask/?rows=operator&columns=month&measure=cleared_m2&measure=items_antipersonnel_mine&province=X001"

SHOTS: tuple[Shot, ...] = (
    Shot("landing", "/"),
    Shot("landing-approver", "/", APPROVER),
    Shot("landing-visitor", "/", ""),
    Shot("gap", "/gap/operators/authority/"),
    Shot("restated", "/restated/1/"),
    Shot("sheet", "/sheet/", READER),
    Shot("picture", "/picture/", READER),
    Shot("figure", "/figure/closing_m2/?family=mines&class=A4&province=X001"),
    Shot("ask", ASKED, PLANNER),
    Shot("reports", "/reports/", PLANNER),
    Shot("bulletins", "/bulletins/?month=2017-11", PLANNER),
    Shot("dossiers", "/dossiers/?name=XKV-H-0000-00001", PLANNER),
    Shot("editions", "/editions/", READER),
    Shot("edition", "/editions/1/", READER),
    Shot("map", "/map/"),
    Shot("map-figures", "/map/", READER),
    Shot("map-beside", "/map/?as-of=2020-12-31&beside=2008-12-31"),
    Shot("map-place", "/map/", then=doing.pick_a_place),
    Shot("records", "/records/"),
    Shot("record", "/records/XKV-H-0000-00001/"),
    Shot("propose", "/propose/"),
    Shot("proposal", "/propose/", then=doing.once("proposal", doing.propose)),
    Shot("imports", "/imports/"),
    Shot("import", "/imports/1/"),
    Shot("import-approver", "/imports/1/", APPROVER),
    Shot("import-row", "/imports/1/rows/1/"),
    Shot("approve", "/imports/1/approve/", APPROVER),
    Shot("return", "/imports/1/return/", APPROVER),
    Shot("undo", "/imports/1/undo/", APPROVER),
    Shot("drop", "/imports/1/drop/"),
    Shot("upload", "/imports/upload/"),
    Shot("columns", "/imports/upload/", then=doing.once("columns", doing.send_a_file)),
    Shot("progress", "/imports/upload/", then=doing.once("progress", doing.stage_a_file)),
    Shot("answers", "/findings/answers/"),
    Shot("findings", "/findings/"),
    Shot("finding", "/findings/1/"),
    Shot("people", "/people/"),
    Shot("person", "/person/karsova.planner/"),
    Shot("person-add", "/people/add/"),
    Shot("organisations", "/organisations/"),
    Shot("organisation", "/organisation/LFT/"),
    Shot("organisation-add", "/organisations/add/"),
    Shot("lists", "/lists/"),
    Shot("list-entry", "/lists/classes/1/"),
    Shot("places", "/places/"),
    Shot("place", "/place/X001/"),
    Shot("boundaries", "/boundaries/"),
    Shot("boundaries-upload", "/boundaries/upload/"),
    Shot("publication", "/publication/", APPROVER),
    Shot("audit", "/audit/"),
    Shot("audit-event", "/audit/200/"),
    Shot("guides", "/guides/", ""),
    Shot("guide", "/guides/data-officer/", ""),
    Shot("step-in", "/step-in/", ""),
    Shot("login", "/account/login/", ""),
    Shot("join", "/people/", then=doing.join),
    Shot("account", "/account/code/"),
    Shot("password", "/people/", then=doing.change_a_password),
    Shot("codes", "/account/code/activate/", APPROVER),
    Shot("recovery", "/people/", then=doing.set_up_codes),
)
# What the guides show: one screen each.
GUIDES: tuple[Shot, ...] = (
    Shot("work", "/"),
    Shot("upload", "/imports/upload/"),
    Shot("import", "/imports/1/"),
    Shot("finding", "/findings/1/"),
    Shot("approve", "/imports/1/", APPROVER),
    Shot("propose", "/propose/"),
    Shot("ask", ASKED, PLANNER),
    Shot("map", "/map/", PLANNER),
    Shot("dossiers", "/dossiers/?name=XKV-H-0000-00001", PLANNER),
    Shot("bulletins", "/bulletins/?month=2017-11", PLANNER),
    Shot("landing", "/", READER),
    Shot("figure", "/figure/closing_m2/?family=mines&class=A4&province=X001", READER),
    Shot("picture", "/picture/", READER),
    Shot("gap", "/gap/operators/authority/", READER),
)
