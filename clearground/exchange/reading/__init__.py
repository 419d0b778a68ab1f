"""Files from outside become plain rows; each file is parsed in a limited process.

`read_file` is the only door. What a row means is decided later, by `clearground.exchange.mapping`.
"""

from .launch import read_file
from .rows import Cell, Confinement, Limits, RawRow, Reading, ReadOptions, SeveralLayers

__all__ = ["Cell", "Confinement", "Limits", "RawRow", "ReadOptions", "Reading", "SeveralLayers", "read_file"]
