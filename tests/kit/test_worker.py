import threading
from contextlib import suppress
from datetime import timedelta

import pytest
from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import select, update

from factories import make_user
from openevent.kit.db import Database
from openevent.kit.errors import Unavailable
from openevent.kit.jobs import Job, Lease
from openevent.kit.mailers import MailRefused
from openevent.kit.services import Message
from openevent.kit.work import APART, LATER, Shell, when
from openevent.kit.worker import (
    KEEP_DONE,
    LEASE,
    Periodic,
    Worker,
    count_failed,
    last_heartbeat,
    put_back_failed,
)
from openevent.people.models import User


class Rung(Struct, frozen=True):
    number: int


class Knocked(Struct, frozen=True):
    number: int


class Recorder:
    """A reaction that does what it is told: write a row, and perhaps fail."""

    def __init__(self):
        self.seen = []
        self.fails = 0
        self.first = lambda: None
        self.before = lambda: None

    def __call__(self, work, signal):
        self.seen.append(signal)
        number = len(self.seen)
        self.first()
        make_user(work, email=f"job{number}@example.org")
        self.before()
        if self.fails:
            self.fails -= 1
            raise RuntimeError("the bell is broken")


@pytest.fixture
def recorder():
    return Recorder()


@pytest.fixture
def shell(database, clock, services, recorder):
    def ring(work, signal):
        recorder(work, signal)

    return Shell(database, clock, services, (when(Rung, ring, LATER), when(Knocked, ring, LATER)))


@pytest.fixture
def worker(shell):
    return Worker(shell)


def announce(shell, *signals):
    with shell.work() as work:
        for signal in signals:
            work.announce(signal)


def jobs(shell):
    with shell.database.reading() as db:
        return db.scalars(select(Job).order_by(Job.id)).all()


def emails(shell):
    with shell.database.reading() as db:
        return db.scalars(select(User.email).order_by(User.id)).all()


def test_jobs_run_after_commit_in_order(shell, worker, recorder):
    announce(shell, Rung(1), Knocked(2))

    count = worker.run_due()

    assert (count, recorder.seen) == (2, [Rung(1), Knocked(2)])
    assert [(job.state, job.attempts) for job in jobs(shell)] == [("done", 1), ("done", 1)]


def test_a_job_of_a_rolled_back_transaction_never_existed(shell, worker, recorder):
    with suppress(KeyError), shell.work() as work:
        work.announce(Rung(1))
        raise KeyError

    assert (worker.run_due(), recorder.seen) == (0, [])


def test_what_a_failed_attempt_wrote_is_gone(shell, worker, recorder, clock):
    recorder.fails = 1
    announce(shell, Rung(1))

    worker.run_due()
    after_failure = emails(shell)
    clock.advance(seconds=15)
    worker.run_due()

    assert (after_failure, emails(shell)) == ([], ["job2@example.org"])


def test_failures_wait_longer_each_time_and_then_stay_visible(shell, recorder, clock):
    recorder.fails = 99
    worker = Worker(shell, tries=3)
    announce(shell, Rung(1))

    waits = []
    for _ in range(3):
        worker.run_due()
        (job,) = jobs(shell)
        waits.append((job.state, int((job.run_at - clock.now()).total_seconds())))
        clock.advance(minutes=10)

    (job,) = jobs(shell)
    assert waits[:2] == [("waiting", 15), ("waiting", 30)]
    assert (job.state, job.error) == ("failed", "RuntimeError: the bell is broken")
    assert worker.run_due() == 0


def test_failed_jobs_can_be_put_back(shell, recorder):
    recorder.fails = 1
    worker = Worker(shell, tries=1)
    announce(shell, Rung(1))
    worker.run_due()

    with shell.database.reading() as db:
        failed = count_failed(db)
    with shell.work() as work:
        back = put_back_failed(work)

    assert (failed, back, worker.run_due()) == (1, 1, 1)
    assert [job.state for job in jobs(shell)] == ["done"]


def test_one_bad_job_does_not_stop_the_others(shell, worker, recorder):
    recorder.fails = 1
    announce(shell, Rung(1), Rung(2))

    worker.run_due()

    assert [job.state for job in jobs(shell)] == ["waiting", "done"]


def test_a_dead_workers_job_is_taken_again_after_its_lease(shell, worker, recorder, clock):
    announce(shell, Rung(1))
    with shell.work() as work:  # what a worker does first, and then it is killed
        work.db.execute(update(Job).values(claimed_until=clock.now() + LEASE, attempts=1))

    at_once = worker.run_due()
    clock.advance(minutes=10)
    later = worker.run_due()

    assert (at_once, later, recorder.seen) == (0, 1, [Rung(1)])


def test_a_job_that_kills_its_workers_is_given_up(shell, recorder, clock):
    announce(shell, Rung(1))
    with shell.work() as work:
        work.db.execute(update(Job).values(attempts=3))

    Worker(shell, tries=3).run_due()

    (job,) = jobs(shell)
    assert (recorder.seen, job.state, job.error) == ([], "failed", "the worker died at it")


def test_a_slow_worker_that_lost_its_lease_keeps_nothing(shell, worker, recorder, clock):
    announce(shell, Rung(1))

    def take_over():
        recorder.first = lambda: None
        clock.advance(minutes=11)
        Worker(shell).run_due()

    recorder.first = take_over  # before it asks anything of the database: SQLite has one writer
    worker.run_due()

    assert (len(recorder.seen), emails(shell)) == (2, ["job2@example.org"])
    assert [(job.state, job.attempts) for job in jobs(shell)] == [("done", 2)]


def test_a_job_is_run_once_by_many_workers(shell, recorder, database_url, clock, services):
    announce(shell, *(Rung(number) for number in range(20)))
    others = [Database(database_url) for _ in range(3)]
    workers = [Worker(Shell(other, clock, services, shell.reactions)) for other in others]

    threads = [threading.Thread(target=one.run_due) for one in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for other in others:
        other.close()

    assert sorted(signal.number for signal in recorder.seen) == list(range(20))
    assert {(job.state, job.attempts) for job in jobs(shell)} == {("done", 1)}


def test_an_unknown_job_fails_at_once(shell, worker):
    with shell.work() as work:
        work.enqueue("nobody.knows", {})

    worker.run_due()

    assert [(job.state, job.attempts) for job in jobs(shell)] == [("failed", 1)]


def test_a_payload_that_does_not_fit_fails_at_once(shell, worker):
    announce(shell, Rung(1))
    with shell.work() as work:
        work.db.execute(update(Job).values(payload={"number": "one"}))

    worker.run_due()

    assert [job.state for job in jobs(shell)] == ["failed"]


def test_a_job_for_the_world_outside_opens_its_transactions_itself(database, clock, services):
    seen = []

    def ask(open_work, signal):
        with open_work() as work:
            work.announce(Knocked(2))  # something else could be written while nothing is open
        seen.append(signal)

    shell = Shell(database, clock, services, (when(Rung, ask, APART), when(Knocked, lambda *_: seen.append(0), LATER)))
    with shell.work() as work:
        work.announce(Rung(1))

    assert (Worker(shell).run_due(), seen) == (2, [Rung(1), 0])


def test_a_job_waits_for_its_moment(shell, worker, clock):
    with shell.work() as work:
        work.enqueue("nobody.knows", {}, run_at=clock.now() + timedelta(hours=1))

    assert worker.run_due() == 0
    clock.advance(hours=1)
    assert worker.run_due() == 1


MAIL = Message("bo@example.org", "Hello", "text", "<p>text</p>")


def test_a_mail_leaves_after_commit_and_its_words_are_forgotten(shell, worker, services):
    with shell.work() as work:
        work.send(MAIL)
    before = list(services.mailer.sent)

    worker.run_due()

    (job,) = jobs(shell)
    assert (before, services.mailer.sent) == ([], [MAIL])
    assert (job.state, job.payload) == ("done", {})


class Refusing:
    """A mailer that says no, and remembers under which id it was asked."""

    def __init__(self, error):
        self.error = error
        self.ids = []

    def send(self, _message, *, message_id):
        self.ids.append(message_id)
        raise self.error


@pytest.mark.parametrize(
    ("error", "states"), [(Unavailable("later"), ["waiting"]), (MailRefused("no such mailbox"), ["failed"])]
)
def test_a_mail_is_tried_again_unless_it_is_refused_for_good(database, clock, services, error, states):
    mailer = Refusing(error)
    shell = Shell(database, clock, replace(services, mailer=mailer))
    with shell.work() as work:
        work.send(MAIL)

    worker = Worker(shell)
    worker.run_due()
    clock.advance(hours=1)
    worker.run_due()

    assert [job.state for job in jobs(shell)] == states
    assert len(set(mailer.ids)) == 1  # the same Message-ID each time: receivers can tell that it is the same mail


def test_two_reactions_of_one_action_are_two_jobs(shell):
    assert len({reaction.name for reaction in shell.reactions}) == 2


def test_the_same_reaction_twice_is_a_mistake(database, clock, services, shell):
    with pytest.raises(ValueError, match="two deferred reactions"):
        Worker(Shell(database, clock, services, (shell.reactions[0], shell.reactions[0])))


# What happens every so often


def test_a_periodic_job_runs_when_it_is_due_and_once_for_all_workers(shell, clock):
    runs = []
    periodic = Periodic("test.tick", 60, lambda work: runs.append(work.now))
    first, second = Worker(shell, [periodic]), Worker(shell, [periodic])

    first.run_periodics()
    second.run_periodics()
    clock.advance(seconds=59)
    first.run_periodics()
    clock.advance(seconds=1)
    second.run_periodics()
    first.run_periodics()

    assert [(run - runs[0]).total_seconds() for run in runs] == [0, 60]


def test_a_periodic_job_that_fails_is_tried_at_its_next_turn(shell, clock, caplog):
    runs = []

    def tick(work):
        runs.append(work.now)
        raise RuntimeError

    worker = Worker(shell, [Periodic("test.tick", 60, tick)])
    worker.run_periodics()
    worker.run_periodics()
    clock.advance(seconds=60)
    worker.run_periodics()

    assert (len(runs), "a periodic job failed" in caplog.text) == (2, True)


def test_a_dead_workers_turn_ends_with_its_lease(shell, clock):
    runs = []
    worker = Worker(shell, [Periodic("test.tick", 60, lambda work: runs.append(work.now))])
    with shell.work() as work:
        work.db.add(Lease(name="test.tick", holder="dead", until=clock.now() + LEASE, next_at=clock.now()))

    worker.run_periodics()
    clock.advance(minutes=10)
    worker.run_periodics()

    assert len(runs) == 1


def test_a_clock_that_was_wrong_for_a_while_stops_nothing(shell, clock):
    runs = []
    periodic = Periodic("test.tick", 60, lambda work: runs.append(work.now))
    with shell.work() as work:
        job = work.enqueue("mail", {})
    right = clock.now()
    clock.at = right + timedelta(days=365)
    there_already = Worker(shell, [periodic])
    there_already.run_periodics()
    with shell.work() as work:  # a worker took a mail, and died
        work.db.get_one(Job, job).claimed_until = work.now + LEASE
    clock.at = right
    there_already.run_periodics()
    Worker(shell, [periodic]).run_periodics()

    assert [run - right for run in runs] == [timedelta(days=365), timedelta(0)]
    assert there_already.run_one()


def test_clocks_of_two_machines_need_not_agree(shell, clock):
    runs = []
    periodic = Periodic("test.tick", 60, lambda work: runs.append(work.now))
    with shell.work() as work:
        work.db.get_one(Job, work.enqueue("mail", {})).claimed_until = work.now + LEASE
    Worker(shell, [periodic]).run_periodics()
    clock.advance(minutes=-5)
    behind = Worker(shell, [periodic])
    behind.run_periodics()

    assert (len(runs), behind.run_one()) == (1, False)


def test_the_heartbeat_tells_when_a_worker_was_seen(shell, worker, clock):
    worker.run_periodics()

    with shell.database.reading() as db:
        assert last_heartbeat(db) == clock.now()


def test_old_done_jobs_are_removed_and_failed_ones_stay(shell, recorder, clock):
    recorder.fails = 1
    worker = Worker(shell, tries=1)
    announce(shell, Rung(1), Rung(2))
    worker.run_due()

    clock.advance(seconds=KEEP_DONE.total_seconds() + 3600)
    worker.run_periodics()

    assert [job.state for job in jobs(shell)] == ["failed"]


# The loop


def test_it_starts_on_a_job_as_soon_as_one_is_committed_and_stops_when_asked(shell, worker, recorder):
    ran = threading.Event()
    recorder.before = ran.set
    thread = threading.Thread(target=worker.serve)
    thread.start()

    announce(shell, Rung(1))
    was_quick = ran.wait(5)
    worker.stop()
    thread.join(5)

    assert (was_quick, thread.is_alive()) == (True, False)
    assert [job.state for job in jobs(shell)] == ["done"]


def test_it_finishes_the_job_at_hand_before_it_stops(shell, worker, recorder):
    started, go_on = threading.Event(), threading.Event()

    def wait():
        started.set()
        go_on.wait(5)

    recorder.before = wait
    announce(shell, Rung(1), Rung(2))
    thread = threading.Thread(target=worker.serve)
    thread.start()

    started.wait(5)
    worker.stop()
    go_on.set()
    thread.join(5)

    assert [job.state for job in jobs(shell)] == ["done", "waiting"]


def test_it_waits_out_a_database_that_is_away(clock, services, tmp_path, caplog):
    shell = Shell(Database(f"sqlite:///{tmp_path}/no/such/directory.db"), clock, services)
    worker = Worker(shell)
    thread = threading.Thread(target=worker.serve)

    thread.start()
    while "could not reach its jobs" not in caplog.text:
        thread.join(0.01)
    worker.stop()
    thread.join(5)

    assert not thread.is_alive()
