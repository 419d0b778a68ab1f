"""The limited process: `python -m clearground.exchange.reading.limited`, started by `launch` only.

Reads one request (JSON) from standard input, shuts itself in, parses one file, and writes messages
to standard output: how it is confined, each row, then the end or a refusal.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import IO, Any

from clearground.common.errors import Refused

from . import confine, messages
from .rows import Limits, ReadOptions, SeveralLayers


def main() -> None:
    """The file of the request stands as messages on standard output."""
    request = json.loads(sys.stdin.buffer.read())
    resources, network = confine.enter(Limits(**request["limits"]))
    workdir = Path(request["workdir"])
    # GDAL's reader would load these where they are installed; they take two seconds and serve nothing here.
    sys.modules |= dict.fromkeys(("geopandas", "pandas", "pyarrow"))  # type: ignore[arg-type]
    from . import formats  # only now: numpy and GDAL start under the limits

    formats.warm_up()
    confinement = confine.shut(workdir, resources, network)
    with os.fdopen(os.dup(1), "wb", buffering=1 << 20) as out:
        messages.write(out, {"confined": confinement.to_json()})
        messages.write(out, _answer(out, workdir / request["name"], request))


def _answer(out: IO[bytes], path: Path, request: dict[str, Any]) -> dict[str, Any]:
    from . import formats

    options = ReadOptions(**request["options"])
    try:
        return {"end": formats.stream(path, request["layer"], options, out, most_rows=request["most_rows"])}
    except SeveralLayers as several:
        return {"refused": [several.what, several.remedy], "layers": several.layers}
    except Refused as refusal:
        return {"refused": [refusal.what, refusal.remedy]}
    except MemoryError:
        limit = request["limits"]["memory_mb"]
        return {"refused": [f"Reading took more than {limit} MB of memory and was stopped.", "Split the file."]}
    except (RecursionError, OverflowError):
        return {"refused": ["The file nests deeper than any real file does.", "Export it again from its source."]}


if __name__ == "__main__":
    main()
