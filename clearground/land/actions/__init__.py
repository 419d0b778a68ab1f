"""The only writers of the land ledger."""

from .approvals import approve_lines, withdraw_records
from .editions import sign_edition
from .faces import rebuild_ledger, share_out
from .lineage import record_lineage

__all__ = ["approve_lines", "rebuild_ledger", "record_lineage", "share_out", "sign_edition", "withdraw_records"]
