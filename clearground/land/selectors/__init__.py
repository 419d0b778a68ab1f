"""Questions about the land ledger."""

from .loading import Ledger, ledger
from .restatement import Restatement, restatement
from .sheets import seq_known, sheet
from .states import land_states
from .verification import verify_ledger

__all__ = ["Ledger", "Restatement", "land_states", "ledger", "restatement", "seq_known", "sheet", "verify_ledger"]
