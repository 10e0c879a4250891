"""The real thing: `openevent serve` as processes, over real sockets."""

import http.client
import os
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import ExitStack
from datetime import timedelta
from email import message_from_bytes

import httpx
import psutil
import pytest
from sqlalchemy import select

from factories import make_event, make_ticket, make_user
from openevent.kit.clock import SystemClock
from openevent.kit.db import Database
from openevent.kit.jobs import Job
from openevent.kit.jwt import Tokens
from openevent.kit.services import Message
from openevent.kit.work import Shell
from openevent.orders.actions import prove_inventory
from openevent.orders.models import Order
from servers import sqlite_copy
from web import WEB

HOST = "127.0.0.1"
SECRET = "a-secret-key-of-this-test-and-of-no-other"
PATIENCE = 60


def free_port():
    with socket.socket() as found:
        found.bind((HOST, 0))
        return found.getsockname()[1]


def until(check, seconds=PATIENCE):
    end = time.monotonic() + seconds
    while not (found := check()):
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.05)
    return found


class Running:
    """One started installation."""

    def __init__(self, place, *words, **environ):
        self.place = place
        self.port = free_port()
        self.url = f"http://{HOST}:{self.port}"
        self.log = (place / "server.log").open("wb")
        self.environ = {
            "PATH": "/usr/bin:/bin",
            "OPENEVENT_PORT": str(self.port),
            "OPENEVENT_LOG_FORMAT": "json",
            "OPENEVENT_LAB": "no",  # lab
            **{f"OPENEVENT_{name}": value for name, value in environ.items()},
        }
        command = [sys.executable, "-m", "openevent.main.cli", "serve", *words]
        self.process = subprocess.Popen(command, cwd=place, env=self.environ, stdout=self.log, stderr=self.log)  # noqa: S603 -- our own command
        until(self.is_up)

    def is_up(self):
        assert self.process.poll() is None, (self.place / "server.log").read_text()
        try:
            return WEB.get(f"{self.url}/healthz").status_code == 200
        except httpx.TransportError:
            return False

    def ready(self):
        return WEB.get(f"{self.url}/readyz").json()

    def children(self):
        return psutil.Process(self.process.pid).children(recursive=True)

    def stop(self):
        if self.log.closed:
            return None, []
        children = self.children() if self.process.poll() is None else []
        if children:
            self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(PATIENCE)
        psutil.wait_procs(children, PATIENCE)
        self.log.close()
        return code, [child for child in children if child.is_running()]

    def shell(self):
        return Shell(Database(f"sqlite:///{self.place}/data/openevent.db"), SystemClock(), None)


@pytest.fixture(scope="session")
def furnish(_template):
    """Put an empty database at the newest revision into a place: making one takes longer than starting."""

    def furnished(place):
        (place / "data").mkdir()
        sqlite_copy(_template, place / "data")
        return place

    return furnished


@pytest.fixture
def start(tmp_path, furnish):
    running = []

    def begin(*words, is_new=False, **environ):
        if not is_new:
            furnish(tmp_path)
        running.append(Running(tmp_path, *words, **environ))
        return running[-1]

    yield begin
    for one in running:
        one.stop()


@pytest.fixture(scope="module")
def plain(tmp_path_factory, furnish):
    """A server without a worker, for tests that only ask it something."""
    server = Running(furnish(tmp_path_factory.mktemp("plain")), "--no-worker", MAX_BODY="2048")
    yield server
    server.stop()


def test_it_makes_its_database_serves_works_and_stops(start, tmp_path):
    server = start(is_new=True)

    page, api = WEB.get(server.url), WEB.get(f"{server.url}/v1/event-types")
    until(lambda: server.ready()["worker"] == "worker ok")
    shell = server.shell()
    with shell.work() as work:
        work.send(Message("bo@example.org", "Hello", "text", "<p>text</p>"))
    shell.database.close()
    (mail,) = until(lambda: list((tmp_path / "data" / "outbox").glob("*.eml")), 10)
    code, left = server.stop()

    assert message_from_bytes(mail.read_bytes())["Subject"] == "Hello"
    assert (page.status_code, api.status_code) == (200, 200)
    assert len(api.json()["data"]) > 5  # what every installation starts with
    assert (code, left) == (0, [])
    assert "Traceback" not in (tmp_path / "server.log").read_text()


def test_several_processes_count_together_and_one_works(start):
    server = start("--workers", "2")

    for _ in range(20):
        WEB.get(f"{server.url}/v1/event-types")
    counted = 'openevent_requests_total{method="GET",route="/v1/event-types",status="200"} 20.0'
    until(lambda: counted in WEB.get(f"{server.url}/metrics").text)  # a process writes it down a little later

    assert len(server.children()) == 3


def test_without_a_worker_jobs_wait(plain):
    shell = plain.shell()

    with shell.work() as work:
        work.send(Message("bo@example.org", "Hello", "text", "<p>text</p>"))
    time.sleep(1)

    with shell.database.reading() as db:
        states = db.scalars(select(Job.state)).all()
    shell.database.close()
    assert (states, len(plain.children()), plain.ready()["worker"]) == (["waiting"], 1, "no worker is running")


def worker_of(server):
    """Return the worker: it is started first."""
    until(lambda: server.ready()["worker"] == "worker ok")
    return min(server.children(), key=lambda child: child.create_time())


def test_a_worker_that_dies_is_replaced_and_none_outlives_its_supervisor(start):
    server = start()
    worker = worker_of(server)

    worker.kill()
    worker.wait(PATIENCE)
    until(lambda: len(server.children()) == 2)
    children = server.children()
    server.process.kill()
    server.process.wait(PATIENCE)
    _, left = psutil.wait_procs(children, PATIENCE)

    assert left == []


def test_a_chunked_body_beyond_the_limit_is_refused(plain):
    connection = http.client.HTTPConnection(HOST, plain.port, timeout=PATIENCE)
    connection.putrequest("POST", "/v1/users")
    connection.putheader("Transfer-Encoding", "chunked")
    connection.putheader("Content-Type", "application/vnd.api+json")
    connection.endheaders()
    # In one piece: the server needs not wait for what it has refused.
    connection.send((b"400\r\n" + b"x" * 1024 + b"\r\n") * 4 + b"0\r\n\r\n")

    answer = connection.getresponse()

    assert answer.status == 413
    connection.close()


@pytest.mark.parametrize("path", ["/v1/event-types", "/v1/event-types/1", "/v1/nothing", "/healthz", "/", "/nothing"])
def test_head_is_get_without_the_body(plain, path):
    got, head = WEB.get(plain.url + path), WEB.head(plain.url + path)

    assert (head.status_code, head.content) == (got.status_code, b"")
    assert head.headers["Content-Length"] == got.headers["Content-Length"]


def test_an_address_with_other_letters_arrives_as_it_is(plain):
    answer = WEB.get(f"{plain.url}/e/%E6%9D%B1%2F..%2Fx")

    assert answer.status_code == 404


def test_requests_at_hand_are_answered_before_it_stops(start):
    server = start("--no-worker")
    with socket.create_connection((HOST, server.port)) as slow:
        slow.sendall(b"POST /auth/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n")
        slow.sendall(b"Connection: close\r\nContent-Length: 40\r\n\r\n{")
        time.sleep(0.5)
        server.process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        slow.sendall(b'"email": "x", "password": "xxxxxxxxxx"}'.ljust(39))
        answer = slow.recv(1000)

    assert answer.startswith(b"HTTP/1.1 401")
    assert server.process.wait(PATIENCE) == 0


def test_who_was_refused_while_sending_does_not_keep_it_from_stopping(start):
    server = start("--no-worker", MAX_BODY="2048")
    head = b"POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n"
    with ExitStack() as open_:

        def send():
            for _ in range(4):
                sending = open_.enter_context(socket.create_connection((HOST, server.port), timeout=PATIENCE))
                sending.sendall(head)
                assert sending.recv(1000).startswith(b"HTTP/1.1 413")

        threads = [threading.Thread(target=send) for _ in range(20)]
        for one in threads:
            one.start()
        for one in threads:
            one.join(PATIENCE)
        began = time.monotonic()

        assert server.stop() == (0, [])
        assert time.monotonic() - began < 20  # after thirty seconds it is killed


def test_who_sends_slowly_stops_nobody(start):
    server = start("--no-worker")
    head = b"POST /auth/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{"
    with ExitStack() as slow:
        for _ in range(20):
            slow.enter_context(socket.create_connection((HOST, server.port))).sendall(head)
        time.sleep(0.5)
        answer = WEB.post(f"{server.url}/auth/session", json={"email": "nobody@example.org", "password": "x"})

    assert answer.status_code == 401


def test_connections_that_browsers_keep_open_keep_nobody_out(plain):
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, 8192), most))
    with ExitStack() as open_:
        for _ in range(1500):  # a server of this kind lets in 1024, unless it is told otherwise
            open_.enter_context(socket.create_connection((HOST, plain.port), timeout=PATIENCE))

        assert httpx.get(f"{plain.url}/healthz", timeout=PATIENCE / 6).status_code == 200


def test_a_body_that_ends_too_early_is_refused(plain):
    with socket.create_connection((HOST, plain.port), timeout=PATIENCE) as broken:
        broken.sendall(b"POST /auth/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n")
        broken.sendall(b"Content-Length: 99\r\n\r\n{}")
        broken.shutdown(socket.SHUT_WR)
        answer = broken.recv(1000)

    assert answer == b"" or answer.startswith(b"HTTP/1.1 400")


@pytest.mark.parametrize("signal_", [signal.SIGTERM, signal.SIGKILL])
def test_orders_that_wait_for_each_other_are_all_answered_or_not_made(start, signal_):
    server = start("--no-worker", SECRET_KEY=SECRET)
    shell, made, cut_off = server.shell(), [], []
    with shell.work() as work:
        ticket = make_ticket(work, make_event(work), quantity=2000).id
        people = [make_user(work).id for _ in range(60)]
        tokens = [Tokens(SECRET).access(one, now=work.now, lasts=timedelta(hours=1), fresh=True) for one in people]

    def buy(mine):
        try:
            for token in mine * 10:  # fewer than an account may have begun
                body, headers = {"tickets": [{"id": ticket, "quantity": 2}]}, {"Authorization": f"JWT {token}"}
                answer = WEB.post(f"{server.url}/v1/orders/create-order", json=body, headers=headers)
                made.append((answer.status_code, answer.json()["data"]["id"]))
        except httpx.TransportError:
            cut_off.append(mine)

    buyers = [threading.Thread(target=buy, args=(tokens[place::6],)) for place in range(6)]
    for one in buyers:
        one.start()
    until(lambda: len(made) > 60)
    for process in (*server.children(), psutil.Process(server.process.pid)) if signal_ == signal.SIGKILL else ():
        process.kill()
    if signal_ == signal.SIGTERM:
        assert server.stop() == (0, [])
    for one in buyers:
        one.join(PATIENCE)

    assert len(cut_off) == len(buyers), "it was stopped under buyers"
    assert {status for status, _ in made} == {200}
    with shell.database.reading() as db:
        kept = {str(key) for key in db.scalars(select(Order.id))}
        assert prove_inventory(db) == []
    answered = {key for _, key in made}
    assert answered <= kept
    if signal_ == signal.SIGTERM:
        assert kept == answered, "an order was made that nobody was told of"
    assert len(kept - answered) <= len(buyers)


def test_logs_hold_requests_and_no_secrets(plain):
    WEB.get(f"{plain.url}/verify?token=hunter2-hunter2", headers={"Authorization": "JWT hunter3.x.y"})
    WEB.get(f"{plain.url}/v1/event-types", headers={"Authorization": "JWT hunter3.x.y", "Cookie": "a=hunter4"})

    file = plain.place / "server.log"  # in which others have left lines before
    log = until(lambda: (text := file.read_text()).partition("/verify")[2].count("/v1/event-types") and text)
    assert "hunter" not in log


def test_a_port_that_is_taken_is_said_so(tmp_path, furnish):
    furnish(tmp_path)
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        taken.listen()
        environ = {"PATH": os.defpath, "OPENEVENT_PORT": str(taken.getsockname()[1])}
        command = [sys.executable, "-m", "openevent.main.cli", "serve", "--no-worker"]
        found = subprocess.run(  # noqa: S603 -- our own command
            command, cwd=tmp_path, env=environ, capture_output=True, text=True, timeout=PATIENCE, check=False
        )

    assert found.returncode != 0
    assert "in use by another program" in found.stderr
    assert "Traceback" not in found.stderr


@pytest.mark.parametrize(
    ("words", "said"), [((), "is in use by another program"), (("--host=192.0.2.1",), "can listen on")]
)
def test_a_place_that_another_of_its_kind_has_or_nobody_can_have_is_refused(plain, words, said):
    command = [sys.executable, "-m", "openevent.main.cli", "serve", "--no-worker", *words]
    found = subprocess.run(  # noqa: S603 -- our own command
        command, cwd=plain.place, env=plain.environ, capture_output=True, text=True, timeout=PATIENCE, check=False
    )

    assert (found.returncode, said in found.stderr, "Traceback" in found.stderr) == (2, True, False), found.stderr


def test_what_died_keeps_nobody_from_starting_again(start, tmp_path):
    server = start("--no-worker")
    server.process.kill()
    server.process.wait(PATIENCE)
    command = [sys.executable, "-m", "openevent.main.cli", "serve", "--no-worker"]
    again = subprocess.Popen(command, cwd=tmp_path, env=server.environ, stdout=server.log, stderr=server.log)  # noqa: S603 -- our own command

    until(lambda: f"(main PID: {again.pid})" in (tmp_path / "server.log").read_text() or again.poll() is not None)
    server.process = again
    until(server.is_up)

    assert server.stop() == (0, [])
