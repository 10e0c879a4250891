from clients import Api
from openevent.kit.db import Database
from openevent.kit.work import Shell
from openevent.main.app import build
from openevent.main.database import migrate_down


def test_it_lives(api):
    assert (api.get("/healthz").status, api.get("/healthz").json) == (200, {"status": "ok"})


def test_it_is_ready_once_database_and_migrations_are(api):
    answer = api.get("/readyz")

    assert (answer.status, answer.json) == (
        200,
        {
            "status": "ready",
            "db": "database ok",
            "migrations": "database up to date with migrations",
            "worker": "no worker is running",
        },
    )


def test_it_says_when_a_worker_is_there_and_when_it_has_gone_silent(api, application, clock):
    application.worker().run_periodics()
    alive = api.get("/readyz").json["worker"]
    clock.advance(minutes=2)

    assert (alive, api.get("/readyz").json["worker"]) == ("worker ok", "no worker is running")


def test_it_is_not_ready_before_migrations(api, database):
    migrate_down(database)

    answer = api.get("/readyz")

    assert (answer.status, answer.json) == (
        503,
        {"status": "not ready", "db": "database ok", "migrations": "run migrate"},
    )


def test_it_is_not_ready_without_a_database(settings, clock, services, tmp_path):
    shell = Shell(Database(f"sqlite:///{tmp_path}/no/such/place.db"), clock, services)
    api = Api(build(settings, shell), shell)

    assert (api.get("/readyz").status, api.get("/readyz").json["db"]) == (503, "the database does not answer")
    assert api.get("/healthz").status == 200


def test_v1_clients_get_the_report_they_know(api, application):
    failing = api.get("/health-check")
    application.worker().run_periodics()
    well = api.get("/health-check")

    assert (failing.status, failing.json["status"]) == (500, "failure")
    assert (well.status, well.json["status"]) == (200, "success")
    assert list(well.json) == ["hostname", "status", "timestamp", "results"]
    assert [sorted(result) for result in well.json["results"]] == [
        ["checker", "expires", "output", "passed", "timestamp"]
    ] * 3
