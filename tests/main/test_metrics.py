import re
import subprocess
import sys

from clients import Api
from factories import make_event, make_order, make_ticket
from openevent.kit.db import Database
from openevent.kit.work import Shell
from openevent.main.app import build


def numbers(text):
    return {
        match[1]: float(match[2])
        for line in text.splitlines()
        if (match := re.fullmatch(r"(openevent\S*) (\S+)", line))
    }


LOCAL = {"REMOTE_ADDR": "127.0.0.1"}


def test_requests_are_counted_by_route_and_status(api):
    api.get("/v1/events/11/tickets")
    api.get("/v1/events/12/tickets")
    api.get("/v1/unicorns/7")
    api.get("/nothing-here")
    api.get("/")

    found = numbers(api.get("/metrics", environ=LOCAL).body.decode())

    counts = {name: value for name, value in found.items() if name.startswith("openevent_requests_total")}
    assert counts == {
        'openevent_requests_total{method="GET",route="none",status="404"}': 4.0,
        'openevent_requests_total{method="GET",route="/",status="200"}': 1.0,
    }
    assert found['openevent_request_seconds_count{route="/"}'] == 1.0


def test_the_address_of_a_route_holds_no_ids(api, shell):
    with shell.work() as work:
        event = make_event(work)

    api.get(f"/v1/events/{event.id}")
    api.get(f"/v1/events/{event.identifier}/tickets")

    text = api.get("/metrics", environ=LOCAL).body.decode()
    assert 'route="/v1/events/<id>"' in text
    assert 'route="/v1/events/<id>/tickets"' in text
    assert event.identifier not in text


def test_jobs_and_orders_are_what_the_database_says(api, shell, application):
    with shell.work() as work:
        ticket = make_ticket(work, make_event(work))
        make_order(work, ticket)
        make_order(work, ticket, status="initializing")
        work.enqueue("nobody.knows", {})
        work.enqueue("nobody.knows", {})
    worker = application.worker()
    worker.run_one()
    worker.run_periodics()

    found = numbers(api.get("/metrics", environ=LOCAL).body.decode())

    assert found['openevent_jobs{state="waiting"}'] == 1.0
    assert found['openevent_jobs{state="failed"}'] == 1.0
    assert found['openevent_orders{status="completed"}'] == 1.0
    assert found["openevent_worker_heartbeat_age_seconds"] == 0.0
    assert found["openevent_database_up"] == 1.0


def test_methods_that_strangers_make_up_are_counted_as_one(api):
    for method in ("BREW", "WHEN", "PROPFIND"):
        api.call(method, "/nothing-here")

    found = numbers(api.get("/metrics", environ=LOCAL).body.decode())

    assert found['openevent_requests_total{method="other",route="none",status="404"}'] == 3.0
    assert "BREW" not in str(found)


def test_what_was_counted_is_told_without_a_database(settings, clock, services, tmp_path):
    shell = Shell(Database(f"sqlite:///{tmp_path}/no/such/place.db"), clock, services)
    api = Api(build(settings, shell), shell)
    api.get("/v1/event-types")

    found = numbers(api.get("/metrics", environ=LOCAL).body.decode())

    assert found["openevent_database_up"] == 0.0
    assert [value for name, value in found.items() if name.startswith("openevent_requests_total")] == [1.0]


def test_strangers_do_not_see_them(api):
    assert api.get("/metrics").status == 404


COUNTING = """
import sys
from openevent.kit.clock import FixedClock
from openevent.kit.db import Database
from openevent.kit.logs import Answered
from openevent.kit.work import Shell
from openevent.main.metrics import Metrics
metrics = Metrics(Shell(Database(sys.argv[1]), FixedClock(), None))
metrics.count([Answered(0.0, "", "GET", "/", "/", 200, 0.01, "")])
print(metrics.render().decode())
"""


def test_one_process_answers_for_all(_template, tmp_path):  # noqa: PT019 -- its value is the template's path
    (tmp_path / "counts").mkdir()
    command = [sys.executable, "-c", COUNTING, f"sqlite:///{_template}"]
    environ = {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path / "counts")}

    for _ in range(2):
        found = subprocess.run(  # noqa: S603 -- our own command
            command, env=environ, capture_output=True, text=True, check=True
        )

    assert numbers(found.stdout)['openevent_requests_total{method="GET",route="/",status="200"}'] == 2.0
