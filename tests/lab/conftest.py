"""Simulated devices, and the driver from the shelf connected with them over TCP and over a pseudo terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import serial
from pslab.connection import SerialHandler, WLANHandler

from openevent.lab.providers.simulator.network import TcpServer
from openevent.lab.providers.simulator.session import Simulator
from openevent.lab.providers.simulator.terminal import Terminal
from openevent.lab.providers.simulator.wiring import wiring_of

HURRY = {"hurry": True, "noise": 0.001}


def serial_handler(path: str) -> SerialHandler:
    """Return the driver's own handler. Its constructor asks who may use serial ports, even for a pseudo terminal that
    is ours, and refuses ordinary accounts: everything but that question is the driver's own code."""
    handler = object.__new__(SerialHandler)
    handler._port = path
    handler._ser = serial.Serial(baudrate=1_000_000, timeout=1.0, write_timeout=1.0)
    return handler


@pytest.fixture(scope="module", params=["tcp", "pty"])
def device(request: pytest.FixtureRequest) -> Iterator[Any]:
    """The driver's own handler, connected."""
    simulator = Simulator(wiring_of(HURRY))
    server: Any = TcpServer(simulator) if request.param == "tcp" else Terminal(simulator)
    server.start()
    handler: Any = WLANHandler("127.0.0.1", server.port) if request.param == "tcp" else serial_handler(server.path)
    handler.connect()
    yield handler
    handler.disconnect()
    server.stop()
