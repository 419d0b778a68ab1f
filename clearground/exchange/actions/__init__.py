"""The only writer of imports, their rows and findings."""

from .approval import approve_import, return_import
from .citing import cite_file
from .correcting import correct_record, withdraw
from .findings import answer_findings, change_row
from .proposing import propose
from .ruling import accept_findings, assign_findings, rule_findings, save_mapping
from .staging import stage_import
from .undoing import Dependents, drop_import, undo_import
from .uploading import begin_staging, choose_layer, receive_file

__all__ = [
    "Dependents",
    "accept_findings",
    "answer_findings",
    "approve_import",
    "assign_findings",
    "begin_staging",
    "change_row",
    "choose_layer",
    "cite_file",
    "correct_record",
    "drop_import",
    "propose",
    "receive_file",
    "return_import",
    "rule_findings",
    "save_mapping",
    "stage_import",
    "undo_import",
    "withdraw",
]
