"""The only writers of the land ledger."""

from .approvals import approve_lines, withdraw_records
from .editions import sign_edition
from .entries import add_family, add_hazard_class, add_item_type, change_entry
from .faces import rebuild_ledger, share_out
from .lineage import record_lineage

__all__ = [
    "add_family",
    "add_hazard_class",
    "add_item_type",
    "approve_lines",
    "change_entry",
    "rebuild_ledger",
    "record_lineage",
    "share_out",
    "sign_edition",
    "withdraw_records",
]
