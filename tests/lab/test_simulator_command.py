"""`openevent lab-simulator`: a device on its own, over TCP and at a pseudo terminal."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner

from openevent.lab.commands import lab_simulator

VERSION = bytes((11, 5))


@contextmanager
def running(*options: str) -> Iterator[str]:
    words = [sys.executable, "-c", "from openevent.lab.commands import lab_simulator; lab_simulator()", *options]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 -- ours
        try:
            yield process.stdout.readline().split()[-1]
        finally:
            process.terminate()


def test_it_listens_and_logs(tmp_path: Path) -> None:
    wiring, log = tmp_path / "bench.json", tmp_path / "bytes.log"
    wiring.write_text(json.dumps({"resistor": 100}))
    with running("--port", "0", "--wiring", str(wiring), "--log", str(log)) as address:
        host, port = address.split(":")
        with socket.create_connection((host, int(port)), timeout=5) as line:
            line.sendall(VERSION)
            assert line.recv(9) == b"PSLab V6\n"

    assert log.read_text() == "> 0b 05\n< 50 53 4c 61 62 20 56 36 0a\n"


def test_it_is_a_serial_port() -> None:
    with running("--pty") as path:
        port = os.open(path, os.O_RDWR | os.O_NOCTTY)
        os.write(port, VERSION)
        assert os.read(port, 9) == b"PSLab V6\n"
        os.close(port)


@pytest.mark.parametrize("text", ["{", '{"wires": 3}', "[]"])
def test_a_bench_that_cannot_be_is_refused(tmp_path: Path, text: str) -> None:
    wiring = tmp_path / "bench.json"
    wiring.write_text(text)

    assert CliRunner().invoke(lab_simulator, ["--wiring", str(wiring)]).exit_code == 1
