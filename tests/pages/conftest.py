"""What tests of pages can ask for."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from werkzeug.test import Client

from openevent.main.app import Product
from openevent.people.models import User
from visitors import Visitor


@pytest.fixture
def visitor(application: Product) -> Callable[..., Visitor]:
    """Make a visitor: `visitor()` is anonymous, `visitor(bo)` is signed in."""

    def make(user: User | None = None) -> Visitor:
        found = Visitor(Client(application))
        return found.sign_in(user) if user else found

    return make
