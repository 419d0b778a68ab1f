"""Tags of the Humanitarian Exchange Language for the columns of our tables (hxlstandard.org, version 1.1)."""

from __future__ import annotations

from collections.abc import Sequence

from clearground.common.caution import NOTE, NOTE_TAG

TAGS = {
    "country": "#country+code",
    "synthetic": "#meta+synthetic",
    "as_of": "#date+reported",
    "known": "#date+known",
    "since": "#date+start",
    "from": "#date+start",
    "to": "#date+end",
    "year": "#date+year",
    "seq": "#meta+approval",
    "edition": "#meta+edition",
    "basis": "#meta+basis",
    "province": "#adm1+code",
    "district": "#adm2+code",
    "commune": "#adm3+code",
    "place": "#loc+name",
    "family": "#cause+family+code",
    "class": "#cause+class+code",
    "degree": "#status+degree",
    "operator": "#org+operator+code",
    "method": "#activity+method",
    "campaign": "#activity+campaign",
    "task": "#activity+task+code",
    "ref": "#meta+id+record",
    "event": "#event+type",
    "on": "#date+event",
    "name": "#description+name",
    "figure": "#meta+figure",
    "step": "#description+step",
    "kind": "#activity+release+code",
    "from_total": "#meta+total+from",
    "to_total": "#meta+total+to",
    "left_out": "#org+left_out+code",
    "signed_seq": "#meta+approval+signed",
    "treaty_seq": "#meta+approval+treaty",
    "edition_known": "#date+known+edition",
    "edition_seq": "#meta+approval+edition",
    "line": "#meta+line",
    "approved_on": "#date+approved",
    "is_late": "#status+late",
    NOTE: NOTE_TAG,
}


def tag_of(column: str) -> str:
    """The tag of a column; of an area or a count, one that says which: #indicator+area+cleared+num."""
    if column in TAGS:
        return TAGS[column]
    word = column.removesuffix("_m2").replace("_", "")
    if column.endswith("_m2"):
        return f"#indicator+area+m2+{word}+num"
    return f"#indicator+{'share' if column.endswith('_share') else 'count'}+{word}+num"


def tags_of(columns: Sequence[str]) -> list[str]:
    """The row of tags that stands below the headings."""
    return [tag_of(column) for column in columns]
