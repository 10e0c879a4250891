"""What the simulated device does beyond the driver: raw commands, wirings, faults, many connections, a log."""

from __future__ import annotations

import os
import socket
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import numpy as np
import pytest

from openevent.kit.errors import Invalid
from openevent.lab.providers.simulator.bench import Bench
from openevent.lab.providers.simulator.capacitor import Capacitor
from openevent.lab.providers.simulator.network import TcpServer
from openevent.lab.providers.simulator.session import COMMANDS, Simulator
from openevent.lab.providers.simulator.signals import Level, Pulse, Table, edges, filtered, sample, scaled
from openevent.lab.providers.simulator.terminal import Terminal
from openevent.lab.providers.simulator.wiring import Fault, wiring_of

VERSION = bytes((11, 5))
SAID = b"PSLab V6\n"
STATES = bytes((9, 2))


@contextmanager
def served(wiring: dict[str, Any] | None = None, log: Any = None) -> Iterator[tuple[Simulator, TcpServer]]:
    simulator = Simulator(wiring_of({"hurry": True, **(wiring or {})}), log)
    server = TcpServer(simulator).start()
    yield simulator, server
    server.stop()


def connected(server: TcpServer) -> socket.socket:
    return socket.create_connection(("127.0.0.1", server.port), timeout=2)


def asked(line: socket.socket, request: bytes, number: int) -> bytes:
    found = b""
    with suppress(ConnectionError):
        line.sendall(request)
        while len(found) < number and (chunk := line.recv(number - len(found))):
            found += chunk
    return found


# What the driver of today does not send, but the protocol has: request, answer.
RAW = [
    (VERSION, SAID),
    (bytes((11, 6)), b"\x03\x00\x05"),
    (bytes((99, 99)) + VERSION, SAID),  # an unknown command is passed over
    (bytes((11, 14)) + struct.pack("<HH", 7, 99), b"\x01"),
    (bytes((11, 12)) + struct.pack("<H", 7), b"c\x00\x01"),
    (bytes((11, 19)) + VERSION, SAID),
    (bytes((11, 23, 1, 2)), b"\x01"),
    (bytes((11, 24)), b"\x01"),
    (bytes((11, 1, 5)), b"\x00\x00\x01"),
    (bytes((11, 8)) + struct.pack("<HH", 9_999, 2), b"\0\0\0\0\x01"),
    (bytes((3, 5)) + struct.pack("<H", 9), b"\x01"),
    (bytes((3, 1, 1, 3, 2, 0x5A)), b"\x5a\x01"),
    (bytes((3, 4, 1, 3, 3, 0x5A, 0x01)), b"\x5a\x01\x01"),
    (bytes((12, 1, 0, 0)) + VERSION, SAID),
    (bytes((11, 2, 2, 0x3F)) + struct.pack("<H", 0), b"\x01\x00\x01"),  # never 0 volts
    (bytes((4, 14)), b"\x01"),
    (bytes((4, 10)), b"\x00\x00\x01"),
    (bytes((4, 1, 0x20 << 1)), b"\x11"),
    (bytes((4, 2, 1)), b"\x11"),
    (bytes((4, 5)), b"\xff\x11"),
    (bytes((4, 12, 0x20, 1, 0)), b"\x11"),
    (bytes((4, 1, 0x48 << 1)), b"\x01"),
    (bytes((4, 2, 0x10)), b"\x01"),  # the register
    (bytes((4, 8, 0x33)) + bytes((4, 2, 0x44)), b"\x01"),
    (bytes((4, 3)), b"\x01"),
    (bytes((4, 1, 0x48 << 1)) + bytes((4, 2, 0x10)), b"\x01\x01"),
    (bytes((4, 4, 0x48 << 1 | 1)), b"\x01"),
    (bytes((4, 5)), b"\x33\x01"),
    (bytes((4, 6)), b"\x44\x01"),
    (bytes((2, 6)), b"\x01\x00\x00\x01"),
    (bytes((10, 9)) + struct.pack("<HB", 2, 0), b"\0" * 8 + b"\x01"),
]


def test_raw_commands_are_answered_to_the_byte() -> None:
    with served() as (_, server), connected(server) as line:
        assert [(request, asked(line, request, len(answer))) for request, answer in RAW] == RAW


def test_every_command_survives_any_arguments() -> None:
    rng = np.random.default_rng(7)
    with served() as (_, server), connected(server) as line:
        for (group, number), command in COMMANDS.items():
            if command.more is None:
                size = struct.calcsize("<" + command.takes)
                for arguments in (b"\xff" * size, b"\0" * size, rng.bytes(size)):
                    line.sendall(bytes((group, number)) + arguments)
        line.settimeout(5)
        line.sendall(bytes((11, 24)) + VERSION)
        seen = b""
        while SAID + b"\0" not in seen + b"\0" or not seen.endswith(SAID):
            chunk = line.recv(65_536)
            assert chunk, "the simulator hung up"
            seen += chunk


def test_who_connects_last_has_the_device() -> None:
    with served() as (_, server), connected(server) as first, connected(server) as second:
        assert asked(second, VERSION, 9) == SAID
        assert first.recv(1) == b""


def test_the_log_has_every_byte() -> None:
    seen: list[tuple[str, bytes]] = []
    with served(log=lambda way, raw: seen.append((way, raw))) as (_, server), connected(server) as line:
        asked(line, bytes((6, 3, 3)) + struct.pack("<H", 3_300) + bytes((77, 7)) + VERSION, 10)

    assert seen == [(">", b"\x06\x03\x03\xe4\x0c"), ("<", b"\x01"), ("?", b"\x4d\x07"), (">", VERSION), ("<", SAID)]


FAULTS = [
    ({"do": "drop"}, b"", b"\x00\x01"),
    ({"do": "bad-ack"}, b"\x00\x00", b"\x00\x01"),
    ({"do": "slow", "seconds": 0.05}, b"\x00\x01", b"\x00\x01"),
]


@pytest.mark.parametrize(("fault", "struck", "after"), FAULTS)
def test_a_fault_strikes_once_and_is_over(fault: dict[str, Any], struck: bytes, after: bytes) -> None:
    with served({"faults": [{**fault, "after": 1}]}) as (_, server):
        with connected(server) as line:
            assert asked(line, STATES, 2) == b"\x00\x01"
            begins = time.monotonic()
            assert asked(line, STATES, 2) == struck
            assert time.monotonic() - begins >= fault.get("seconds", 0)
        with connected(server) as line:
            assert asked(line, STATES, 2) == after


def test_garbage() -> None:
    with served() as (simulator, server):
        simulator.faults.add(Fault("garbage", times=0))
        with connected(server) as line:
            assert [len(asked(line, STATES, 1)) for _ in range(3)] == [1, 1, 1]


def test_hanging_and_being_gone() -> None:
    with served() as (simulator, server):
        simulator.faults.add(Fault("hang", seconds=0.05))
        with connected(server) as line:
            assert asked(line, STATES + STATES, 2) == b"\x00\x01"  # the first answer never comes
            simulator.faults.add(Fault("hang"))
            line.settimeout(0.1)
            with pytest.raises(TimeoutError):
                asked(line, STATES + STATES, 1)
        simulator.faults.add(Fault("gone", seconds=60))
        for _ in range(2):
            with connected(server) as line:
                assert asked(line, STATES, 1) == b""
        simulator.faults.clear()
        with connected(server) as line:
            assert asked(line, STATES, 2) == b"\x00\x01"


def test_a_terminal_is_taken_up_again() -> None:
    simulator = Simulator(wiring_of(None))
    terminal = Terminal(simulator).start()
    simulator.faults.add(Fault("drop"))
    for expected in (b"", SAID):
        port = os.open(terminal.path, os.O_RDWR | os.O_NOCTTY)
        os.write(port, VERSION)
        os.set_blocking(port, False)
        assert _soon(port, len(expected)) == expected
        os.close(port)
    terminal.stop()


def _soon(port: int, number: int) -> bytes:
    found = b""
    for _ in range(100):
        try:
            found += os.read(port, 64)
        except BlockingIOError:
            time.sleep(0.005)
        if number and len(found) >= number:
            break
    return found


BAD_WIRINGS: list[Any] = [
    {"wires": [{"from": "CH1", "to": "CH2"}]},
    {"wires": "all"},
    {"volts": {"CH1": 230}},
    {"capacitor": -1},
    {"chips": [{"address": 128}]},
    {"chips": [{"address": 9, "registers": {"x": [1]}}]},
    {"faults": [{"do": "explode"}]},
    {"colour": "red"},
    {"seed": -1},
    [],
]


@pytest.mark.parametrize("document", BAD_WIRINGS)
def test_a_wiring_that_cannot_be_is_refused(document: Any) -> None:
    with pytest.raises(Invalid, match="cannot be read"):
        wiring_of(document)


def volts(document: dict[str, Any], name: str, **outputs: Any) -> float:
    bench = Bench(wiring_of({"noise": 0, **document}))
    for output, signal in outputs.items():
        bench.drive(output, signal)
    return float(bench.look(name)(np.array([1.0]))[0])


def test_parts_on_wires_do_what_parts_do() -> None:
    wire = {"from": "PV1", "to": "CH1"}
    five = Level(5.0)

    assert volts({"wires": [wire]}, "CH1", PV1=five) == 5.0
    assert volts({"wires": [{**wire, "ohm": 1e6}]}, "CH1", PV1=five) == 2.5
    assert volts({"wires": [{**wire, "ohm": 1_000, "farad": 1e-6, "filter": "high"}]}, "CH1", PV1=five) == 0
    assert volts({"wires": [{"from": "PCS", "to": "CH3", "ohm": 1_000}]}, "CH3", PCS=Level(2e-3)) == 2.0
    assert volts({"wires": [{"from": "PV3", "to": "CAP"}]}, "CAP", PV3=Level(1.0)) == 1.0
    assert volts({"wires": [], "volts": {"CH3": -1.2}}, "CH3") == -1.2
    assert volts({"wires": []}, "VOL") == 0
    assert volts({"resistor": None}, "RES") == 3.3
    assert volts({}, "CAP") == 0


def test_a_high_pass_takes_the_mean_away() -> None:
    passed = filtered(Pulse(0.0, 0.5, 1_000.0), 1e-2, "high")

    assert float(np.mean(sample(passed, np.arange(1_000) * 1e-6))) == pytest.approx(0, abs=0.01)
    assert filtered(Level(2.0), 1.0, "low") == Level(2.0)
    assert isinstance(scaled(passed, 0.5), Table)
    assert scaled(Pulse(0.0, 0.5, 1.0), 0.5).crossings(2.0) == []


def test_a_filtered_pulse_crosses_later() -> None:
    passed = filtered(Pulse(0.0, 0.5, 1_000.0), 1e-4, "low")
    times, rising = edges(passed, 1.65, 0.0, 0.002, 10)

    assert rising.tolist() == [True, False, True, False]
    assert times * 1e6 == pytest.approx([69, 569, 1_069, 1_569], abs=2)
    assert edges(passed, 1.65, 1.0, 0.5, 10)[0].tolist() == []


def test_a_capacitor_remembers() -> None:
    one = Capacitor(1e-6)
    one.drive("high", 0.0)
    one.drive("alone", 1.0)
    one.drive("low", 2.0)

    assert one.volts(np.array([0.5, 1.5, 2.01])) == pytest.approx([3.3, 3.3, 3.3 * np.exp(-1)], rel=1e-3)


def test_a_board_in_no_hurry_takes_its_time() -> None:
    with served({"hurry": False}) as (_, server), connected(server) as line:
        begins = time.monotonic()
        asked(line, bytes((2, 21, 1)) + struct.pack("<H", 30_000), 1)

        assert time.monotonic() - begins >= 0.03
