import threading

import pytest
from sqlalchemy import delete, select

from openevent.kit.db import Database
from openevent.kit.errors import TooManyRequests
from openevent.kit.jobs import RateHit
from openevent.kit.limits import DatabaseLimiter, FileLimiter, MemoryLimiter, RedisLimiter


@pytest.fixture
def limiter(database, clock):
    return DatabaseLimiter(database, clock)


def refusals(limiter, key, count, *, times, seconds=60):
    found = []
    for _ in range(count):
        try:
            limiter.hit(key, times=times, seconds=seconds)
            found.append(None)
        except TooManyRequests as error:
            found.append(error.retry_after)
    return found


def test_what_is_beyond_the_limit_is_refused_until_the_window_ends(limiter, clock):
    assert refusals(limiter, "a", 4, times=2) == [None, None, 60, 60]

    clock.advance(seconds=59)
    assert refusals(limiter, "a", 1, times=2) == [1]

    clock.advance(seconds=1)
    assert refusals(limiter, "a", 1, times=2) == [None]


def test_no_minute_has_more_than_the_limit_wherever_it_starts(limiter, clock):
    assert refusals(limiter, "a", 1, times=2) == [None]
    clock.advance(seconds=59)  # two fixed windows would meet here
    assert refusals(limiter, "a", 2, times=2) == [None, 1]

    clock.advance(seconds=2)
    assert refusals(limiter, "a", 2, times=2) == [None, 58]


def test_keys_and_windows_count_apart(limiter):
    assert refusals(limiter, "a", 2, times=1) == [None, 60]
    assert refusals(limiter, "b", 1, times=1) == [None]
    assert refusals(limiter, "a", 1, times=1, seconds=3600) == [None]


def test_two_processes_share_one_count(database, clock, database_url):
    other = Database(database_url)
    first, second = DatabaseLimiter(database, clock), DatabaseLimiter(other, clock)

    found = refusals(first, "a", 1, times=2) + refusals(second, "a", 2, times=2)

    other.close()
    assert found == [None, None, 60]


def test_hits_at_once_are_all_counted(limiter):
    found = []
    threads = [threading.Thread(target=lambda: found.extend(refusals(limiter, "a", 5, times=7))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found.count(None) == 7


def test_keys_are_kept_as_digests(limiter, database):
    limiter.hit("reset:bo@example.org", times=3, seconds=60)

    with database.reading() as db:
        keys = db.scalars(select(RateHit.key)).all()
    assert (len(keys), "bo" in keys[0]) == (1, False)


def test_memory_counts_alike(clock):
    assert refusals(MemoryLimiter(clock), "a", 3, times=2) == [None, None, 60]


def test_redis_counts_through_the_limits_library():
    assert refusals(RedisLimiter("memory://"), "a", 3, times=2) == [None, None, 60]


def test_people_get_in_while_redis_is_away(caplog):
    limiter = RedisLimiter("redis://127.0.0.1:9/0")  # nobody listens on the discard port

    assert refusals(limiter, "a", 2, times=1) == [None, None]
    assert "an attempt was not counted" in caplog.text


def test_a_file_counts_alike_for_everybody_who_opens_it(clock, tmp_path):
    first, second = (FileLimiter(str(tmp_path / "limits"), clock) for _ in range(2))

    found = refusals(first, "a", 1, times=2) + refusals(second, "a", 2, times=2)
    clock.advance(minutes=5)

    assert found == [None, None, 60]
    assert refusals(first, "a", 1, times=2) == [None]


def test_a_file_counts_while_somebody_writes_to_the_database(clock, tmp_path, database):
    limiter = FileLimiter(str(tmp_path / "limits"), clock)

    with database.session() as db:
        db.execute(delete(RateHit))
        assert refusals(limiter, "a", 2, times=1) == [None, 60]
