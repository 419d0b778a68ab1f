"""Start Clearground's pages, and bring a database to this version's tables."""

from __future__ import annotations

import gc
import socket
import subprocess
import sys
from collections.abc import Callable
from typing import Annotated, Any

import typer
from django.core.management import call_command
from django.db import connection, connections
from django.utils import timezone
from rich.console import Console

from clearground.common.background import sole_worker, take_back_tasks
from clearground.common.errors import Refused
from clearground.common.versions import missing_migrations

console = Console(highlight=False)


def register(app: typer.Typer) -> None:
    """`serve` and `migrate` are commands of `app`."""
    app.command("serve")(serve)
    app.command("work")(work)
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
    link = link_of_the_first()
    connections.close_all()
    worker = subprocess.Popen([sys.executable, "-m", "clearground", "work"])
    try:
        run_server({"bind": f"{host}:{port}", "workers": workers, "when_ready": announcing(link)})
    finally:
        worker.terminate()


def work(
    once: Annotated[bool, typer.Option("--once", help="Stop when nothing waits.")] = False,
) -> None:
    """Do what the pages put off: long imports, tiles, bulletins. `clearground serve` starts one by itself.

    What a worker that was killed had begun is begun again: every task goes on where it stood.

    Example: clearground work --once
    """
    with sole_worker():
        if taken_back := take_back_tasks():
            console.print(f"Tasks that go on: {taken_back}")
        call_command("db_worker", interval=1, batch=once, startup_delay=False, verbosity=0)


def link_of_the_first() -> str:
    """How to get in: as an invented person of a demonstration; else, while nobody can, by the first link.

    There is no default password.
    """
    from clearground.accounts.actions import invite
    from clearground.accounts.selectors import first_administrator, nobody_can_sign_in
    from clearground.exchange.selectors import is_demonstration

    if is_demonstration():
        return "Everything in it is invented. Act as any of its people: ADDRESS/step-in/"
    administrator = first_administrator()
    if administrator is None or not nobody_can_sign_in():
        return ""
    token = invite(person=administrator, by=administrator, reason="Nobody can sign in yet")
    return f"Nobody can sign in yet. {administrator.name} sets a password at ADDRESS/join/{token}/"


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
            fixed |= {"post_worker_init": make_ready}
            for name, value in (fixed | options).items():
                self.cfg.set(name, value)

        def load(self) -> Any:
            """The application, loaded in each worker: geometry libraries don't like being forked."""
            from clearground.wsgi import application

            return application

    Server().run()


def make_ready(_worker: Any) -> None:
    """What pages begin with is read before the first one is asked for, and never looked through for garbage."""
    from clearground.land.selectors import read_ahead
    from clearground.land.selectors.record_index import record_index
    from clearground.places.models import Place
    from clearground.places.selectors import codes_by_name

    read_ahead()
    record_index(as_of=timezone.localdate())
    codes_by_name(Place.objects.all())
    connections.close_all()
    gc.collect()
    gc.freeze()


def announcing(link: str) -> Callable[[Any], None]:
    """Puts the address on the terminal as soon as the socket listens, and the first link under it."""

    def announce(server: Any) -> None:
        address = server.LISTENERS[0].sock.getsockname()
        at = f"http://{address[0]}:{address[1]}"
        console.print(f"Clearground is at [bold]{at}[/] (stop with Ctrl-C)")
        if link:
            console.print(link.replace("ADDRESS", at), soft_wrap=True)

    return announce
