"""Questions about the land ledger."""

from .counts import counts
from .histories import Turn, land_history
from .intervals import IntervalCodes, Intervals, interval_codes, interval_rows, land_intervals
from .loading import Ledger, ledger, ledger_version, one_reading, read_ahead
from .questions import seq_known
from .release_lines import ReleaseQuestion
from .restatement import Restatement, restatement
from .rhythm import Rhythm, reporting_rhythms
from .sheets import sheet
from .states import land_states
from .three_totals import ThreeTotals, three_totals
from .verification import verify_ledger

__all__ = [
    "IntervalCodes",
    "Intervals",
    "Ledger",
    "ReleaseQuestion",
    "Restatement",
    "Rhythm",
    "ThreeTotals",
    "Turn",
    "counts",
    "interval_codes",
    "interval_rows",
    "land_history",
    "land_intervals",
    "land_states",
    "ledger",
    "ledger_version",
    "one_reading",
    "read_ahead",
    "reporting_rhythms",
    "restatement",
    "seq_known",
    "sheet",
    "three_totals",
    "verify_ledger",
]
