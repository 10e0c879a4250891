"""Whether the installation is well, for load balancers, for people, and in the form that v1 clients know."""

from __future__ import annotations

from datetime import timedelta
from importlib.metadata import version
from typing import Any
from urllib.parse import urlsplit

from msgspec import Struct
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from openevent.kit.work import Shell
from openevent.kit.worker import last_heartbeat
from openevent.main.database import newest_revision, present_revision

_SILENT = timedelta(seconds=90)  # heartbeats come every ten seconds
_LASTS_SECONDS = 27  # how long v1 clients may keep an answer


class Check(Struct, frozen=True):
    """One thing that was looked at."""

    name: str
    is_passed: bool
    output: str


class Health:
    """Looks at the database, its migrations and the worker."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell

    def checks(self) -> list[Check]:
        """Return what was found; without a database nothing else is looked at."""
        try:
            with self._shell.database.reading() as db:
                db.execute(text("SELECT 1"))
            found = present_revision(self._shell.database)
        except SQLAlchemyError:
            return [Check("db", is_passed=False, output="the database does not answer")]
        is_new = found == newest_revision()
        migrations = Check("migrations", is_new, "database up to date with migrations" if is_new else "run migrate")
        return [Check("db", is_passed=True, output="database ok"), migrations, *([self._worker()] if is_new else [])]

    def _worker(self) -> Check:
        with self._shell.database.reading() as db:
            seen = last_heartbeat(db)
        is_alive = seen is not None and self._shell.clock.now() - seen < _SILENT
        return Check("worker", is_alive, "worker ok" if is_alive else "no worker is running")

    def ready(self) -> tuple[bool, dict[str, str]]:
        """Tell whether requests may be sent here, and why.

        A missing worker is reported, but does not take the site down: pages and orders work without it, mail waits.
        """
        checks = self.checks()
        is_ready = all(check.is_passed for check in checks if check.name != "worker")
        return is_ready, {check.name: check.output for check in checks}

    def report(self) -> tuple[bool, dict[str, Any]]:
        """Return the answer of /health-check (v1 reference 26.3)."""
        checks = self.checks()
        is_well = all(check.is_passed for check in checks)
        now = self._shell.clock.now().timestamp()
        results = [
            {
                "checker": f"health_check_{check.name}",
                "output": check.output,
                "passed": check.is_passed,
                "timestamp": now,
                "expires": now + _LASTS_SECONDS,
            }
            for check in checks
        ]
        host = urlsplit(self._shell.services.site.url).hostname
        status = "success" if is_well else "failure"
        return is_well, {"hostname": host, "status": status, "timestamp": now, "results": results}


def build_info() -> dict[str, Any]:
    """Return the answer of /info."""
    return {"build": {"version": version("openevent")}}
