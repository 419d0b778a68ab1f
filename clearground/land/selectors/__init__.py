"""Questions about the land ledger."""

from .counts import counts
from .histories import Turn, land_history
from .intervals import IntervalCodes, Intervals, interval_codes, interval_rows, land_intervals
from .loading import Ledger, ledger
from .questions import seq_known
from .restatement import Restatement, restatement
from .sheets import sheet
from .states import land_states
from .verification import verify_ledger

__all__ = [
    "IntervalCodes",
    "Intervals",
    "Ledger",
    "Restatement",
    "Turn",
    "counts",
    "interval_codes",
    "interval_rows",
    "land_history",
    "land_intervals",
    "land_states",
    "ledger",
    "restatement",
    "seq_known",
    "sheet",
    "verify_ledger",
]
