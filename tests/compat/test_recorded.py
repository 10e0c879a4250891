"""The answers that the original gave once, asked of us: status, media type, members and what they hold."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from clients import Api
from compat.replay import Replay, steps_of
from conftest import TestServices
from factories import make_role, make_user
from openevent.kit.work import Shell
from openevent.main.seeds import seed

RECORDING = steps_of(Path(__file__).with_name("recorded.jsonl").read_text("utf-8"))

_NO_PAGES = ["media type application/vnd.api+json, not text/html"]
_PRIVATE = ("address", "complex-field-values", "email", "heard-from", "mobile", "sponsorship-required")
_SALES = [f"{state}-order-{what}" for state in ("completed", "pending", "placed") for what in ("sales", "tickets")]
_TEAM = ("moderators", "registrars", "role-invites", "roles", "track-organizers")

# On purpose; docs/reference/v1-differences.md says why, row by row.
DIFFERENT: dict[str, list[str]] = {
    "009-users-me-not-a-route": _NO_PAGES,
    "019-event-sub-topics": _NO_PAGES,
    "029-timezones": _NO_PAGES,
    "031-health-check": ["status 500, not 200"],  # no worker runs beside a test
    "034-event-create-bad-dates": ["status 422, not 201"],
    "038-event-create-bad-json": _NO_PAGES,
    "047-ticket-create-not-organizer": ["no /errors/*/source/parameter"],
    "056-event-get-public-include": ["no /included/user/attributes/email"],
    "080-event-sessions-include": [f"no /included/speaker/attributes/{name}" for name in _PRIVATE],
    "083-event-speakers": [f"no /data/*/attributes/{name}" for name in _PRIVATE],
    "088-session-relationship-speakers": ["/data/*/id is string, not number"],
    "089-session-relationship-track": ["/data/id is string, not number"],
    "107-discount-code-lookup": _NO_PAGES,
    "118-calculate-amount-unknown": ["status 404, not 500"],
    "124-order-complete-free-no-amount": ["status 200, not 500"],
    "134-attendee-create-not-a-route": ["status 201, not 404"],
    "136-order-create-jsonapi-onsite": ["status 201, not 422"],
    "137-create-order-above-max-order": ["status 422, not 200"],
    "140-create-order-12-of-5-single-request-oversell": ["status 422, not 200"],
    "143-order-cancel-by-organizer": ["status 200, not 403"],
    "145-event-orders-forbidden": ["no /errors/*/source/parameter"],
    "148-attendee-detail": [
        *(f"no /included/event/attributes/{name}" for name in _SALES),
        *(f"no /included/event/relationships/{name}" for name in _TEAM),
    ],
    "154-attendee-checkin-by-organizer-forbidden": ["status 200, not 403"],
    "193-user-check-in-again": ["no /errors/*/source/station ", "no /errors/*/source/ticket"],
    "197-ticket-get-deleted": ["no /errors/*/source/pointer"],
    "199-event-delete-with-orders": ["status 403, not 200"],
    "200-method-not-allowed": _NO_PAGES,
}


def test_recorded_requests_get_the_answers_that_were_recorded(
    shell: Shell, api: Api, services: TestServices, run_jobs: Callable[[], int]
) -> None:
    known = {"event-type": "1", "event-topic": "1"}
    with shell.work() as work:
        seed(work)
        known["role"] = str(make_role(work, "coorganizer").id)
        for name, is_admin in {"buy": False, "other": False, "new": False, "adm": True}.items():
            flags = {"is_admin": is_admin, "is_super_admin": is_admin, "is_verified": name != "new"}
            known[name] = str(make_user(work, email=f"{name}302354@example.org", **flags).id)

    def catch_up() -> None:
        run_jobs()
        if "verify-token" not in known and services.mailer.sent:
            known["verify-token"] = re.findall(r"token=([^\s\"&>)]+)", services.mailer.sent[0].text)[0]

    assert Replay(api, known, catch_up=catch_up).run(RECORDING) == DIFFERENT
