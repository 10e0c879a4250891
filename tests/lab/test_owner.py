"""The owner process: every function through client, owner and driver to the simulated device; and what goes wrong."""

from __future__ import annotations

import math
import multiprocessing
import signal
import socket
import statistics
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from msgspec import msgpack
from pslab import Multimeter

from lab.owners import Owned, in_thread, is_ready, owned, status, until
from openevent.lab.providers.owner import (
    DeviceAddress,
    DeviceBusy,
    DeviceClient,
    DeviceFailed,
    DeviceOffline,
    WatchSpec,
    serve,
)
from openevent.lab.providers.owner.links import Link, LinkLost, SerialLink, TcpLink, link_to
from openevent.lab.providers.owner.messages import Reply, error_of
from openevent.lab.providers.owner.panel import RESTS_AFTER, Panel
from openevent.lab.providers.owner.queue import Job, Jobs
from openevent.lab.providers.simulator.network import TcpServer
from openevent.lab.providers.simulator.session import Simulator
from openevent.lab.providers.simulator.terminal import Terminal
from openevent.lab.providers.simulator.wiring import Fault, wiring_of
from openevent.lab.rules.functions import FUNCTIONS, ArgumentOutOfRange, ArgumentWrong, FunctionUnknown, checked
from openevent.lab.rules.functions.kinds import MISSING
from openevent.lab.rules.values import Value, as_json, numbers_of

GET_STATES = bytes((9, 2))


@pytest.fixture(scope="module")
def bench() -> Iterator[Owned]:
    """A device that nothing happens to."""
    with owned() as found:
        yield found


@pytest.fixture
def shaky() -> Iterator[Owned]:
    """A device that a test lets down; calls may take a second."""
    with owned(usual=1.0) as found:
        yield found


def asked(client: DeviceClient, name: str, *positional: Any, **named: Any) -> Any:
    return as_json(client.call(name, checked(name, positional, named).arguments, timeout=20))


def columns(client: DeviceClient, name: str, *positional: Any, **named: Any) -> dict[str, list[float]]:
    found = asked(client, name, *positional, **named)
    return dict(zip(found["columns"], found["data"], strict=True))


SOME = {
    "channel": {"waves": "SI1", "pwm": "SQ1"},
    "frequency": 1_000,
    "volts": 1,
    "current": 1,
    "points": [0, 1],
    "address": 0x48,
    "data": [25],
    "prescaler": 9,
}


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_every_function_of_the_table_answers_what_the_table_says(bench: Owned, name: str) -> None:
    function = FUNCTIONS[name]
    given: dict[str, Any] = {
        one.name: SOME[one.name] for one in function.arguments if one.default is MISSING and one.name in SOME
    }
    if "channel" in given:
        given["channel"] = SOME["channel"].get(function.instrument, "CH1")
    if function.instrument == "logic":
        given = {one.name: 0.05 for one in function.arguments if one.name in {"timeout", "interval"}}

    value = bench.client.call(name, checked(name, named=given).arguments)

    assert (value.result, value.unit) == (function.result, function.unit)


def test_waves_come_back_over_the_wires(bench: Owned) -> None:
    client = bench.client
    client.reset()

    assert asked(client, "set_wave", "SI1", 1_000, "triangle") == 1_000
    triangle = columns(client, "capture1", "CH1", 1_000, 2, 0.0)
    assert triangle["CH1"][0] == pytest.approx(0, abs=0.07)
    assert triangle["CH1"][62] == pytest.approx(3.3 * 0.5, abs=0.1)
    assert asked(client, "set_waves", 500, 90) == [500, 500]
    both = columns(client, "capture", 2, 1_000, 2)
    assert list(both) == ["t", "CH1", "CH2"]
    for channel in ("CH1", "CH2"):
        assert columns(client, "capture", 2, 100, 2, 1.0, channel)[channel][0] == pytest.approx(1, abs=0.1)
    assert asked(client, "set_table", "SI2", 100, [0, 2]) == 100
    assert max(columns(client, "capture1", "CH2", 500, 50)["CH2"]) == pytest.approx(2, abs=0.05)
    asked(client, "stop_wave", "SI2")
    assert max(columns(client, "capture1", "CH2", 100, 50)["CH2"]) == pytest.approx(0, abs=0.05)


def test_digital_inputs_are_drawn_and_measured(bench: Owned) -> None:
    client = bench.client

    assert asked(client, "set_pwm", 1_000, 0.25, phase2=0.5) == 1_000
    drawn = columns(client, "logic_capture", 2, 8)
    assert set(drawn["LA1"]) == set(drawn["LA2"]) == {0, 1}
    assert len(drawn["t"]) == len(drawn["LA1"]) == len(drawn["LA2"])
    assert asked(client, "get_duty_cycle") == pytest.approx([1_000, 0.25], rel=1e-3)
    assert asked(client, "get_interval", "LA1", "LA2") == pytest.approx(500, abs=0.2)
    assert asked(client, "get_interval", "LA1", "LA1") == pytest.approx(1_000, abs=0.2)
    asked(client, "set_state", 1, 0, 1, 0)
    assert asked(client, "get_states") == [1, 0, 1, 0]
    assert columns(client, "logic_capture", 1, 1, 0.02) == {"t": [0], "LA1": [1]}
    silent = [client.call(name, checked(name, named={"timeout": 0.02}).arguments) for name in SILENT]
    assert [one.text for one in silent] == ["no signal"] * len(SILENT)


SILENT = ("get_frequency", "get_duty_cycle", "get_interval")


def test_what_is_not_there_is_said(bench: Owned) -> None:
    with owned({"resistor": None}) as other:
        assert other.client.call("get_resistance") == Value("number", "Ω", None, text="infinite")
    assert asked(bench.client, "i2c_read", 0x20) == []
    assert bench.client.call("i2c_write", checked("i2c_write", [0x20, [1]]).arguments).text == "no chip answers"


@pytest.mark.parametrize("farad", [1e-10, 1e-7, 1e-5, 1e-4])
def test_capacitors_small_and_big_are_measured(farad: float) -> None:
    with owned({"capacitor": farad}) as other:
        assert asked(other.client, "get_capacitance") == pytest.approx(farad, rel=0.03)


def test_a_capacitor_that_is_too_big_is_not_measured() -> None:
    with owned({"capacitor": 1e-3}) as other:
        assert other.client.call("get_capacitance") == Value("number", "F", None, text="too big")


def test_a_big_capacitor_is_measured_until_two_measurements_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    found = iter([5e-5, 1e-4, 1.01e-4, math.nan, 1e-4, 1e-4, 5e-5, 2e-4, 8e-5])
    monkeypatch.setattr(Multimeter, "measure_capacitance", lambda _meter: next(found))
    with owned() as other:
        assert [asked(other.client, "get_capacitance") for _ in range(2)] == [1.01e-4, 1e-4]
        assert other.client.call("get_capacitance") == Value("number", "F", None, text="too big")


def test_the_driver_is_loaded_by_owners_alone() -> None:
    code = (
        "import sys, openevent.main.app, openevent.main.cli, openevent.main.server, openevent.main.pages\n"
        "import openevent.lab.actions.calling, openevent.lab.providers.owner\n"
        "print(sorted({'pslab', 'numpy', 'scipy', 'serial'} & {*sys.modules}))"
    )

    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"  # noqa: S603 -- ours


def test_bad_calls_stay_outside_of_the_device(bench: Owned) -> None:
    seen = len(bench.sent)

    for kind, name, arguments in (
        (FunctionUnknown, "explode", {}),
        (ArgumentWrong, "set_pv1", {}),
        (ArgumentOutOfRange, "set_pv1", {"volts": 9}),
    ):
        with pytest.raises(kind):
            bench.client.call(name, arguments)
    assert [raw for raw in bench.sent[seen:] if raw != bytes((11, 5))] == []


def test_a_call_takes_a_few_milliseconds(bench: Owned) -> None:
    spent = []
    for _ in range(100):
        begins = time.perf_counter()
        bench.client.call("get_states")
        spent.append(time.perf_counter() - begins)

    assert statistics.median(spent) < 0.015  # 1.3 ms where nothing else runs


def test_clients_at_once_never_mix(bench: Owned) -> None:
    asked(bench.client, "set_pv3", 1.5)

    def work(number: int) -> list[float]:
        if number % 2:
            return [asked(bench.client, "get_resistance") for _ in range(15)]
        return [asked(bench.client, "get_voltage") for _ in range(15)]

    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(work, range(6)))

    for number, values in enumerate(found):
        assert values == pytest.approx([10_000 if number % 2 else 1.5] * 15, rel=0.01)


def test_fifty_watchers_cost_the_device_nothing(bench: Owned) -> None:
    client = bench.client
    asked(client, "set_pv3", 0.5)
    client.watch(WatchSpec("get_voltage", {"channel": "VOL"}, 10))
    until(client.latest)

    def watch(_: int) -> list[int]:
        frames = []
        for _ in range(8):
            frames.append(client.latest().number)
            time.sleep(0.1)
        return frames

    seen, begins = len(bench.sent), time.monotonic()
    with ThreadPoolExecutor(50) as pool:
        frames = list(pool.map(watch, range(50)))
    spent = time.monotonic() - begins

    assert len([raw for raw in bench.sent[seen:] if raw[:2] == bytes((2, 10))]) <= 10 * spent + 2
    assert all(sorted(one) == one for one in frames)
    frame = client.latest()
    assert frame.value.number == pytest.approx(0.5, abs=0.01)
    client.watch(None)
    assert client.latest() is None


def test_a_panel_says_when_it_could_not_look(shaky: Owned) -> None:
    client = shaky.client
    client.watch(WatchSpec("get_voltage", {}, 10))
    until(client.latest)
    shaky.simulator.faults.add(Fault("bad-ack"))

    frame = until(lambda: next((one for one in [client.latest()] if one and one.error), None))
    assert (frame.value, frame.error) == (None, "The device gave no sensible answer (RuntimeError).")
    assert until(lambda: next((one.number for one in [client.latest()] if one and one.value), 0)) > frame.number


def test_a_panel_rests_while_nobody_watches() -> None:
    now = [0.0]
    panel = Panel(lambda: now[0])
    panel.set(WatchSpec("get_states"))
    assert (panel.seconds_to_next(), panel.newest()[1]) == (0, False)

    now[0] += RESTS_AFTER + 1

    assert (panel.seconds_to_next() > 60, panel.take()) == (True, None)
    assert (panel.newest()[1], panel.seconds_to_next()) == (True, 0)


def test_a_job_that_was_taken_too_late_is_put_back() -> None:
    jobs, told = Jobs(), []
    one, other = (Job(checked("get_states"), told.append) for _ in range(2))
    jobs.put(one)
    jobs.put(other)

    assert jobs.get(0) is one
    jobs.put_back(one)
    assert [jobs.get(0), jobs.get(0), jobs.get(0)] == [one, other, None]
    jobs.put(Job(checked("get_states"), told.append, until=0))
    assert jobs.get(0) is None
    assert [type(answer) for answer in told] == [DeviceBusy]


def test_a_panel_only_looks(bench: Owned) -> None:
    for spec, kind in (
        (WatchSpec("set_pv1", {"volts": 1}), ArgumentWrong),
        (WatchSpec("get_states", {}, 11), ArgumentOutOfRange),
        (WatchSpec("nothing"), FunctionUnknown),
    ):
        with pytest.raises(kind):
            bench.client.watch(spec)


LETDOWNS = [Fault("drop"), Fault("bad-ack"), Fault("garbage"), Fault("hang"), Fault("gone", seconds=0.2)]


@pytest.mark.parametrize("fault", LETDOWNS, ids=lambda fault: fault.do)
def test_a_device_that_lets_a_call_down_comes_back_safe(shaky: Owned, fault: Fault) -> None:
    client = shaky.client
    asked(client, "set_pv1", 4)
    assert shaky.volts("PV1") == pytest.approx(4, abs=0.01)

    shaky.simulator.faults.add(fault)
    begins = time.monotonic()
    with suppress(DeviceFailed):  # garbage may look like an answer
        client.call("get_states", timeout=5)
    assert time.monotonic() - begins < 2

    until(lambda: is_ready(client) and shaky.volts("PV1") == 0)
    assert asked(client, "get_states") == [0, 0, 0, 0]


def test_a_device_that_vanishes_in_the_middle_of_a_capture(shaky: Owned) -> None:
    shaky.simulator.faults.add(Fault("gone", after=20, seconds=60))

    with pytest.raises(DeviceFailed):
        asked(shaky.client, "capture1", "CH1", 10_000, 1)
    state = shaky.client.state()
    assert (state.status, bool(state.reason)) == ("offline", True)
    with pytest.raises(DeviceOffline):
        asked(shaky.client, "get_states")
    with pytest.raises(DeviceOffline):
        shaky.client.reset()
    shaky.simulator.faults.clear()
    until(lambda: is_ready(shaky.client))
    assert len(columns(shaky.client, "capture1", "CH1", 10_000, 1)["CH1"]) == 10_000


def test_a_device_that_talks_without_being_asked_is_taken_anew(shaky: Owned) -> None:
    shaky.simulator.faults.add(Fault("garbage", times=3))

    for _ in range(3):
        with suppress(DeviceFailed, DeviceOffline):
            asked(shaky.client, "get_voltage")
    until(lambda: is_ready(shaky.client))
    assert asked(shaky.client, "get_resistance") == pytest.approx(10_000, rel=0.01)


def test_an_idle_device_is_looked_at(shaky: Owned) -> None:
    shaky.simulator.faults.add(Fault("gone", seconds=60))

    until(lambda: shaky.client.state().status == "offline")

    shaky.simulator.faults.clear()
    until(lambda: is_ready(shaky.client))


def test_a_reset_ends_what_is_at_work_and_what_waits(shaky: Owned) -> None:
    client = shaky.client
    asked(client, "set_pv2", 2)
    client.watch(WatchSpec("get_states"))
    with ThreadPoolExecutor(3) as pool:
        running = pool.submit(client.call, "get_edges", checked("get_edges", named={"timeout": 8}).arguments)
        until(lambda: client.state().status == "busy")
        waiting = pool.submit(client.call, "get_states")
        time.sleep(0.1)
        begins = time.monotonic()
        client.reset()

        assert time.monotonic() - begins < 3
        for one in (running, waiting):
            with pytest.raises(DeviceFailed, match="was reset"):
                one.result(5)
    assert shaky.volts("PV2") == 0
    assert client.latest() is None


def test_a_turn_that_is_over_reaches_the_device_no_more(shaky: Owned) -> None:
    client = shaky.client
    client.reset(after=20)

    with pytest.raises(DeviceBusy, match="over"):
        client.call("set_pv1", {"volts": 5}, turn=19)
    with pytest.raises(DeviceBusy, match="over"):
        client.watch(WatchSpec("get_states"), turn=19)
    client.reset(after=10)  # an older word does not open it again
    with pytest.raises(DeviceBusy, match="over"):
        client.call("set_pv1", {"volts": 5}, turn=19)
    assert client.call("set_pv1", {"volts": 5}, turn=20).number == client.call("set_pv1", {"volts": 5}).number == 5


def test_time_is_up_for_who_waits_too_long(shaky: Owned) -> None:
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(asked, shaky.client, "count_pulses", interval=0.5)
        until(lambda: shaky.client.state().status == "busy")

        with pytest.raises(DeviceBusy):
            shaky.client.call("get_states", timeout=0.1)
        assert running.result(5) == 0
    assert asked(shaky.client, "get_states") == [0, 0, 0, 0]


def test_too_many_calls_are_refused(shaky: Owned) -> None:
    def call(_: int) -> str:
        try:
            shaky.client.call("count_pulses", {"interval": 0.2}, timeout=1)
        except (DeviceBusy, DeviceFailed) as error:
            return error.detail
        return "done"

    with ThreadPoolExecutor(80) as pool:
        found = set(pool.map(call, range(80)))

    assert {"Too many calls are waiting for this device.", "done"} <= found


def frame(body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + body


NONSENSE = [
    b"\xff\xff\xff\xff",
    frame(b"\xc1"),
    frame(msgpack.encode({"do": "explode"})),
    frame(msgpack.encode([])),
    frame(msgpack.encode({"do": "call", "function": 3})),
    b"\0\0",
    struct.pack(">I", 100) + b"x",
]


@pytest.mark.parametrize("nonsense", NONSENSE)
def test_nonsense_from_a_client_ends_its_connection_alone(bench: Owned, nonsense: bytes) -> None:
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(5)
        line.connect(bench.path)
        line.sendall(nonsense)
        line.shutdown(socket.SHUT_WR)
        assert line.recv(1) == b""

    assert is_ready(bench.client)


def test_a_client_that_dies_in_a_call_takes_nothing_with_it(shaky: Owned) -> None:
    slow = frame(msgpack.encode({"do": "call", "function": "count_pulses", "arguments": {"interval": 0.3}}))
    queued = frame(msgpack.encode({"do": "call", "function": "set_pv1", "arguments": {"volts": 5}}))
    for request in (slow, queued):
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(shaky.path)
            line.sendall(request)
            until(lambda: shaky.client.state().status == "busy")

    assert asked(shaky.client, "get_states") == [0, 0, 0, 0]
    assert shaky.volts("PV1") == 0  # nobody waited for it any more


def test_one_connection_may_ask_again_and_again(bench: Owned) -> None:
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(5)
        line.connect(bench.path)
        for _ in range(3):
            line.sendall(frame(msgpack.encode({"do": "call", "function": "get_states"})))
            (length,) = struct.unpack(">I", line.recv(4, socket.MSG_WAITALL))
            found = msgpack.decode(line.recv(length, socket.MSG_WAITALL), type=Reply)
            assert found.value is not None


class Stuck(Link):
    """A way to a device on which reading never comes back, whatever the time limit says."""

    def __init__(self, server: TcpServer, sticks: threading.Event) -> None:
        super().__init__()
        self._way = TcpLink("127.0.0.1", server.port)
        self._sticks = sticks

    def open(self) -> None:
        self._way.open()

    def close(self) -> None:
        self._way.close()

    def send(self, data: bytes, seconds: float) -> None:
        self._way.send(data, seconds)

    def receive(self, seconds: float) -> bytes:
        if self._sticks.is_set():
            self._sticks.clear()
            threading.Event().wait()
        return self._way.receive(seconds)

    def has_bytes(self) -> bool:
        return self._way.has_bytes()


def test_the_watchdog_gives_up_what_never_comes_back() -> None:
    server = TcpServer(Simulator(wiring_of({"hurry": True}))).start()
    sticks = threading.Event()
    with in_thread(lambda: Stuck(server, sticks), usual=0.5) as path:
        client = DeviceClient(path)
        until(lambda: is_ready(client))
        sticks.set()

        with pytest.raises(DeviceFailed, match="too long"):
            client.call("get_states", timeout=8)
        until(lambda: is_ready(client))
        assert asked(client, "get_states") == [0, 0, 0, 0]
    server.stop()


def test_a_device_at_a_serial_port() -> None:
    terminal = Terminal(Simulator(wiring_of({"hurry": True}))).start()
    with in_thread(lambda: SerialLink(terminal.path)) as path:
        client = DeviceClient(path)
        until(lambda: is_ready(client))

        assert asked(client, "set_pv3", 2) == 2
        assert asked(client, "get_voltage") == pytest.approx(2, abs=0.02)
        client.reset()
        assert asked(client, "get_power") == [0, 0, 0, 0]
    terminal.stop()


def test_a_device_that_is_nowhere_is_offline() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    for address in (f"127.0.0.1:{port}", "nowhere"):
        device = DeviceAddress(1, "tcp", address)
        with in_thread(lambda device=device: link_to(device)) as path:
            state = until(lambda path=path: DeviceClient(path).state())
            assert state.status == "offline"
    with pytest.raises(LinkLost):
        link_to(DeviceAddress(1, "serial", "/dev/null")).begin(1)


def test_something_else_at_the_address_is_no_device() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:

        def greet() -> None:
            with suppress(OSError):
                while True:
                    line, _ = other.accept()
                    with line:
                        line.sendall(b"HTTP/1.1 400\r\n\r\n")

        threading.Thread(target=greet, daemon=True).start()
        with in_thread(lambda: TcpLink("127.0.0.1", other.getsockname()[1])) as path:
            client = DeviceClient(path)
            until(lambda: client.state().reason != "Not connected yet.")

            assert client.state().status == "offline"
        other.shutdown(socket.SHUT_RDWR)


def test_nobody_at_the_socket_is_offline(tmp_path: Path) -> None:
    client = DeviceClient(str(tmp_path / "none.sock"))
    with pytest.raises(DeviceOffline):
        client.state()

    with socket.socket(socket.AF_UNIX) as deaf:
        deaf.bind(str(tmp_path / "d.sock"))
        deaf.listen()
        with pytest.raises(DeviceFailed, match="too long"):
            DeviceClient(str(tmp_path / "d.sock")).call("get_states", timeout=0.05)


LIES = [
    (b"\xff\xff\xff\xff", DeviceOffline),
    (frame(b"\xc1"), DeviceOffline),
    (b"\0", DeviceOffline),
    (frame(msgpack.encode(Reply())), DeviceFailed),
]


@pytest.mark.parametrize(("answer", "kind"), LIES)
def test_an_owner_that_talks_nonsense_is_none(tmp_path: Path, answer: bytes, kind: type[Exception]) -> None:
    path = str(tmp_path / "d.sock")
    with socket.socket(socket.AF_UNIX) as liar:
        liar.bind(path)
        liar.listen()

        def lie() -> None:
            line, _ = liar.accept()
            with line:
                line.recv(1_000)
                line.sendall(answer)

        thread = threading.Thread(target=lie)
        thread.start()
        with pytest.raises(kind):
            DeviceClient(path).state()
        thread.join()


def test_a_refusal_of_unknown_kind_is_a_failure() -> None:
    assert isinstance(error_of(Reply(error="something-new", detail="x")), DeviceFailed)


def test_the_process_serves_alone_and_leaves_politely(tmp_path: Path) -> None:
    path = str(tmp_path / "device.sock")
    simulator = Simulator(wiring_of({"hurry": True}))
    server = TcpServer(simulator).start()
    address = DeviceAddress(7, "tcp", f"127.0.0.1:{server.port}")
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(address, path))
    process.start()
    client = DeviceClient(path)
    until(lambda: is_ready(client), 30)
    asked(client, "set_pv1", 3)

    with pytest.raises(DeviceBusy):
        serve(DeviceAddress(7, "simulator"), path)
    process.terminate()
    process.join(10)

    assert (process.exitcode, Path(path).exists()) == (0, False)
    assert simulator.board.bench.output("PV1").volts == 0
    server.stop()


def test_a_bench_that_cannot_be_is_offline_and_says_why(tmp_path: Path) -> None:
    path = str(tmp_path / "device.sock")
    wiring = {"wires": "all"}
    process = multiprocessing.get_context("spawn").Process(
        target=serve, args=(DeviceAddress(9, "simulator", wiring=wiring), path)
    )
    process.start()
    client = DeviceClient(path)
    until(lambda: status(client) == "offline" and "wiring" in client.state().reason, 30)
    process.terminate()
    process.join(10)

    assert process.exitcode == 0


def test_a_simulated_device_needs_nothing_else(tmp_path: Path) -> None:
    path = str(tmp_path / "device.sock")
    wiring = {"resistor": 470, "noise": 0}
    process = multiprocessing.get_context("spawn").Process(
        target=serve, args=(DeviceAddress(8, "simulator", wiring=wiring), path)
    )
    process.start()
    client = DeviceClient(path)
    until(lambda: is_ready(client), 30)

    assert client.call("get_resistance").number == pytest.approx(470, rel=0.01)
    assert numbers_of(client.call("capture", {"channels": 1}).series.data[0])[1] == 10
    process.kill()
    process.join(10)
    assert -process.exitcode == signal.SIGKILL
