"""Questions about the land ledger."""

from .counts import counts
from .loading import Ledger, ledger, one_reading
from .questions import seq_known
from .restatement import Restatement, restatement
from .sheets import sheet
from .states import land_states
from .verification import verify_ledger

__all__ = [
    "Ledger",
    "Restatement",
    "counts",
    "land_states",
    "ledger",
    "one_reading",
    "restatement",
    "seq_known",
    "sheet",
    "verify_ledger",
]
