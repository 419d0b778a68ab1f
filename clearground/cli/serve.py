"""Start Clearground's pages, and bring a database to this version's tables."""

from __future__ import annotations

import socket
import subprocess
import sys
from typing import Annotated, Any

import typer
from django.core.management import call_command
from django.db import connection, connections
from rich.console import Console

from clearground.common.errors import Refused
from clearground.common.versions import missing_migrations

console = Console(highlight=False)


def register(app: typer.Typer) -> None:
    """`serve` and `migrate` are commands of `app`."""
    app.command("serve")(serve)
    app.command("migrate")(migrate)


def migrate() -> None:
    """Bring the database to the tables of this version; a database that is there already keeps its rows.

    Example: clearground migrate
    """
    missing = missing_migrations()
    if missing:
        call_command("migrate", verbosity=0, interactive=False)
    console.print(f"Tables are up to date ({missing} steps taken).")


def serve(
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1; 0 takes a free one.", min=0, max=65535)] = 8000,
    host: Annotated[str, typer.Option(help="Address to listen on. Keep 127.0.0.1 behind a proxy.")] = "127.0.0.1",
    workers: Annotated[int, typer.Option(help="Processes that answer.", min=1, max=64)] = 2,
    demonstration: Annotated[
        bool, typer.Option("--demonstration", help="Fill an empty database with the invented country first.")
    ] = False,
) -> None:
    """Serve the pages, on this machine only unless told otherwise; stop with Ctrl-C.

    Example: clearground serve --port 8080
    """
    refuse_taken(host, port)
    prepare(demonstration=demonstration)
    connections.close_all()
    run_server({"bind": f"{host}:{port}", "workers": workers})


def refuse_taken(host: str, port: int) -> None:
    """The address is free, or the command says so before any work is done."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host.strip("[]"), port))
    except OSError as problem:
        remedy = f"Another port: clearground serve --port {port + 1 if port < 65535 else 0}, or make run PORT=…"
        raise Refused(f"{host}:{port} can't be listened on: {problem.strerror}.", remedy) from None


def prepare(*, demonstration: bool) -> None:
    """The database has this version's tables and a country, or the command says how to get them."""
    from clearground.places.models import Country

    new = not connection.introspection.table_names()
    if missing_migrations():
        if not (new or demonstration):
            raise Refused(
                "The database is of an earlier version.",
                "Write a backup with that version, then run: clearground migrate",
            )
        console.print("Preparing the database…")
        call_command("migrate", verbosity=0, interactive=False)
    if Country.objects.exists():
        return
    if not demonstration:
        remedy = "Run: clearground init --country KHM, or for the invented country: clearground demo"
        raise Refused("The database has no country yet.", remedy)
    load_demonstration()


def load_demonstration() -> None:
    """The invented country is loaded, by its own command."""
    console.print("Loading the invented country…")
    done = subprocess.run([sys.executable, "-m", "clearground", "demo"], check=False)
    if done.returncode:
        raise Refused("The demonstration could not be loaded.", "Run: clearground demo, and see what it says.")


def run_server(options: dict[str, Any]) -> None:
    """Gunicorn serves until it is stopped, and says where once it answers."""
    from gunicorn.app.base import BaseApplication

    class Server(BaseApplication):
        """Gunicorn, with options of our own instead of its command line."""

        def load_config(self) -> None:
            """Threads, because pages wait for the database; quiet, because the terminal is a person's."""
            fixed = {"threads": 4, "worker_class": "gthread", "timeout": 120, "loglevel": "warning"}
            for name, value in (fixed | options | {"when_ready": announce}).items():
                self.cfg.set(name, value)

        def load(self) -> Any:
            """The application, loaded in each worker: geometry libraries don't like being forked."""
            from clearground.wsgi import application

            return application

    Server().run()


def announce(server: Any) -> None:
    """The address is on the terminal as soon as the socket listens."""
    address = server.LISTENERS[0].sock.getsockname()
    console.print(f"Clearground is at [bold]http://{address[0]}:{address[1]}[/] (stop with Ctrl-C)")
