"""The only writers of the land ledger."""

from .approvals import approve_lines, record_lineage, withdraw_records
from .editions import sign_edition
from .faces import rebuild_ledger, share_out

__all__ = ["approve_lines", "rebuild_ledger", "record_lineage", "share_out", "sign_edition", "withdraw_records"]
