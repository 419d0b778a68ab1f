"""The overview of the map, made ahead of its first reader."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console

from clearground.land.selectors import seq_known
from clearground.web.atlas.pyramid import make_archive

console = Console(highlight=False)


def register(app: typer.Typer) -> None:
    """`tiles` is a command of `app`."""
    app.command("tiles")(tiles)


def tiles(
    seq: Annotated[int, typer.Option(help="Number of the approval. Default: the last one.", min=0)] = 0,
) -> None:
    """Make the overview of the map (zooms 4 to 9) for one approval number, as one PMTiles archive.

    The pages make it by themselves, in the background, when somebody first looks.

    Example: clearground tiles --seq 268
    """
    path = make_archive(seq or seq_known(None))
    console.print(f"Written: {path} ({path.stat().st_size / 1e6:.1f} MB)")
