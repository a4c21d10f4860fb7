"""`omloop up`: everything Omloop needs, from one command, until Ctrl-C.

Database, migrations, worker, web server, in that order; backwards when it ends. This process holds the
lock on the data folder and the owner's role; worker and web server only ever see the web role.
"""

import os
import sys
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from omloop.backup.unfinished import why_unusable
from omloop.cli.port import HOST, PortTaken, answers, require_port
from omloop.cli.processes import (
    LOOK_SECONDS,
    Child,
    StopRequested,
    describe,
    run_to_end,
    stop_all,
    stop_on_signals,
)
from omloop.config.environment import Environment, forget_other_servers
from omloop.postgres.cluster import Cluster
from omloop.postgres.errors import CannotStart

ANSWER_SECONDS = 60.0

OMLOOP = (sys.executable, "-m", "omloop")


class CannotServe(Exception):
    """A part of Omloop did not come up; the message says which, and where to look."""


@dataclass(frozen=True)
class Plan:
    """What this start was asked to do."""

    data: Path
    port: int
    demo: bool
    web_url: str | None
    owner_url: str | None


def add_arguments(parser: ArgumentParser) -> None:
    """Port, and whether to show the demo group of companies."""
    parser.add_argument("--port", type=int, metavar="N", help="port of the web server (OMLOOP_PORT, or 8000)")
    parser.add_argument(
        "--demo", action="store_true", help="load the demo group of companies and sign in freely"
    )


def run(arguments: Namespace) -> int:
    """Run until Ctrl-C or SIGTERM: 0; 1 with a sentence when Omloop cannot run."""
    environment = Environment.load()
    plan = Plan(
        data=environment.data,
        port=environment.port if arguments.port is None else arguments.port,
        demo=arguments.demo or environment.demo,
        web_url=environment.database_url,
        owner_url=environment.database_owner_url,
    )
    try:
        with stop_on_signals() as check_stop:
            serve(plan, check_stop)
    except StopRequested:
        tell("Omloop has stopped.")
        return 0
    except (CannotStart, CannotServe, PortTaken) as error:
        print(error, file=sys.stderr, flush=True)
        return 1


def serve(plan: Plan, check_stop: Callable[[], None]) -> NoReturn:
    """Start everything and keep it running; ends only by an exception, and then stops it all in order."""
    with ExitStack() as stack:
        cluster = Cluster(plan.data)
        stack.callback(cluster.stop)
        cluster.lock.acquire()
        if reason := why_unusable(plan.data):
            raise CannotServe(reason)
        require_port(plan.port)
        tell(f"Omloop keeps its data in {plan.data}")
        if plan.web_url is None:
            start_database(cluster)
        prepare(plan, cluster, check_stop)
        children = [
            Child("Worker", (*OMLOOP, "worker"), environment_of_children(plan, cluster)),
            Child("Web server", web_server(plan.port), environment_of_children(plan, cluster)),
        ]
        stack.callback(stop_all, children)
        stack.callback(tell, "Omloop is stopping ...")
        for child in children:
            child.start()
        await_answer(plan, children[-1], check_stop)
        tell(invitation(plan))
        while True:
            time.sleep(LOOK_SECONDS)
            check_stop()
            look_after(cluster, children)


def start_database(cluster: Cluster) -> None:
    """Start the embedded server and say under whose name, where that is a surprise."""
    began = time.monotonic()
    forget_other_servers()
    cluster.start()
    tell(f"PostgreSQL runs{cluster.remark and ' ' + cluster.remark}", began)


def prepare(plan: Plan, cluster: Cluster, check_stop: Callable[[], None]) -> None:
    """Bring the database up to date, as its owner; in demo mode fill it, as anybody."""
    owner = {"DATABASE_OWNER_URL": plan.owner_url} if plan.owner_url else {}
    if plan.web_url is None:
        owner = {"DATABASE_OWNER_URL": cluster.owner_url}
    environment = environment_of_children(plan, cluster)
    run_step("migrate", environment | owner, check_stop)
    if plan.demo:
        run_step("demo", environment, check_stop)


def run_step(command: str, environment: Mapping[str, str], check_stop: Callable[[], None]) -> None:
    """Run one command of Omloop to its end and pass on what it says; raises CannotServe when it fails."""
    began = time.monotonic()
    status, said = run_to_end((*OMLOOP, command), environment, check_stop)
    if status != 0:
        raise CannotServe(f"{said}`omloop {command}` failed ({describe(status)}); its message is above.")
    tell(said.strip() or f"omloop {command}: done", began)


def environment_of_children(plan: Plan, cluster: Cluster) -> dict[str, str]:
    """The environment of worker and web server: the web role's address, and never the owner's."""
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_OWNER_URL"}
    if plan.web_url is None:
        environment["DATABASE_URL"] = cluster.web_url
    environment |= {"OMLOOP_DATA": str(plan.data), "OMLOOP_PORT": str(plan.port), "PYTHONUNBUFFERED": "1"}
    return environment | ({"OMLOOP_DEMO": "1"} if plan.demo else {})


def web_server(port: int) -> Sequence[str]:
    """The words that start granian: one process, eight requests at a time."""
    options = {
        "--interface": "wsgi",
        "--host": HOST,
        "--port": str(port),
        "--workers": "1",
        "--blocking-threads": "8",
        "--workers-kill-timeout": "8",
        # Its warning about more threads than processors does not hold: they wait for the database.
        "--log-level": "error",
    }
    words = [word for option in options.items() for word in option]
    return (sys.executable, "-m", "granian", *words, "--no-ws", "omloop.config.wsgi:application")


def await_answer(plan: Plan, web: Child, check_stop: Callable[[], None]) -> None:
    """Wait until the web server answers; raises CannotServe when it ends first, or takes too long."""
    began = time.monotonic()
    while not answers(plan.port):
        check_stop()
        if web.exit_status is not None:
            reason = describe(web.exit_status)
            raise CannotServe(f"The web server ended ({reason}) before it answered; its message is above.")
        if time.monotonic() - began > ANSWER_SECONDS:
            raise CannotServe(f"The web server does not answer properly on port {plan.port}; see above.")
        time.sleep(0.05)
    tell("Worker and web server run", began)


def look_after(cluster: Cluster, children: Sequence[Child]) -> None:
    """Start again what ended by itself; raises CannotStart when the database cannot be."""
    if cluster.revive():
        tell("PostgreSQL ended unexpectedly and was started again")
    for child in children:
        if line := child.keep():
            tell(line)


def invitation(plan: Plan) -> str:
    """Where to go, and how to get in."""
    address = f"http://{HOST}:{plan.port}"
    if plan.demo:
        return f"\nOpen {address} and choose a person. Ctrl-C stops Omloop.\n"
    return (
        f"\nOpen {address} and sign in, or register there: the link to go on comes by mail. "
        "Ctrl-C stops Omloop.\n"
    )


def tell(line: str, began: float | None = None) -> None:
    """One line of progress, with the seconds it took."""
    took = "" if began is None else f" ({time.monotonic() - began:.1f} s)"
    print(line + took, flush=True)
