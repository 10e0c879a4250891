"""What tests of pages can ask for."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from werkzeug.test import Client

from cast import actor
from openevent.main.app import Product
from openevent.people.actions import open_sign_in
from openevent.people.models import User
from openevent.people.rules import COOKIE
from visitors import Visitor


@pytest.fixture
def visitor(application: Product) -> Callable[..., Visitor]:
    """Make a visitor: `visitor()` is anonymous, `visitor(bo)` is signed in.

    Who is signed in has the cookie that the form would give: the password was checked long ago, at some length.
    """

    def make(user: User | None = None) -> Visitor:
        client = Client(application)
        if user is not None:
            with application.shell.work() as work:
                client.set_cookie(COOKIE, open_sign_in(work, user.id, by=actor(user)))
        return Visitor(client)

    return make
