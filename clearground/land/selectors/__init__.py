"""Questions about the land ledger."""

from .loading import Ledger, ledger
from .sheets import seq_known, sheet
from .states import land_states

__all__ = ["Ledger", "land_states", "ledger", "seq_known", "sheet"]
