"""A seeded installation, an admin, and somebody who is none."""

from __future__ import annotations

import pytest

from cast import adm, ana, bo
from openevent.main.seeds import seed


@pytest.fixture
def people(shell):
    with shell.work() as work:
        seed(work)
        return {"nobody": None, "adm": adm(work), "ana": ana(work), "bo": bo(work)}


@pytest.fixture
def patch(api, people):
    """Change a record as the admin: patch("/v1/modules", "module", {"ticket-include": False})."""

    def send(path, type_, attributes, *, id_="1", as_="adm"):
        body = {"data": {"type": type_, "id": id_, "attributes": attributes}}
        return api.patch(path, json=body, as_=people[as_])

    return send
