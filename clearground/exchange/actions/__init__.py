"""The only writer of imports, their rows and findings."""

from .approval import approve_import
from .citing import cite_file
from .correcting import correct_record, withdraw
from .proposing import propose
from .ruling import accept_findings, save_mapping
from .staging import stage_import
from .undoing import Dependents, undo_import

__all__ = [
    "Dependents",
    "accept_findings",
    "approve_import",
    "cite_file",
    "correct_record",
    "propose",
    "save_mapping",
    "stage_import",
    "undo_import",
    "withdraw",
]
