"""Command of the laboratory: a simulated device on its own."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from openevent.kit.errors import Invalid

if TYPE_CHECKING:
    from openevent.lab.providers.simulator.session import Simulator


@click.command("lab-simulator")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=7_000, show_default=True, type=click.IntRange(0, 65_535), help="0: any free port.")
@click.option("--pty", "terminal", is_flag=True, help="Be a serial port (a pseudo terminal) instead.")
@click.option("--wiring", type=click.File(), help="JSON: what is on the bench.")
@click.option("--log", "log_file", type=click.Path(dir_okay=False, writable=True), help="Write every byte there.")
def lab_simulator(*, host: str, port: int, terminal: bool, wiring: Any, log_file: str | None) -> None:  # noqa: ANN401 -- a file
    """Be a Pocket Science Lab, until Ctrl-C: a virtual bench behind the wire protocol of the real device."""
    try:
        simulator = _simulator(json.load(wiring) if wiring else None, log_file)
    except (Invalid, ValueError) as error:
        raise click.ClickException(str(error)) from None
    _serve(simulator, host, port, terminal=terminal)


def _simulator(wiring: Any, log_file: str | None) -> Simulator:  # noqa: ANN401 -- JSON
    from openevent.lab.providers.simulator.session import Simulator  # noqa: PLC0415 -- numpy: for this command alone
    from openevent.lab.providers.simulator.wiring import wiring_of  # noqa: PLC0415 -- same

    if log_file is None:
        return Simulator(wiring_of(wiring))
    file = Path(log_file).open("a", encoding="ascii", buffering=1)  # noqa: SIM115 -- open as long as the command runs
    return Simulator(wiring_of(wiring), lambda way, raw: print(way, raw.hex(" "), file=file))


def _serve(simulator: Simulator, host: str, port: int, *, terminal: bool) -> None:
    from openevent.lab.providers.simulator.network import TcpServer  # noqa: PLC0415 -- numpy: for this command alone
    from openevent.lab.providers.simulator.terminal import Terminal  # noqa: PLC0415 -- same

    if terminal:
        port_file = Terminal(simulator).start()
        click.echo(f"A Pocket Science Lab is at {port_file.path}")
    else:
        server = TcpServer(simulator, host, port).start()
        click.echo(f"A Pocket Science Lab is at {host}:{server.port}")
    threading.Event().wait()
