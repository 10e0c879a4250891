from __future__ import annotations

import pytest

from openevent.people.rules import MARKS, forbidden_marks, kind_of


@pytest.mark.parametrize("mark", sorted(MARKS))
@pytest.mark.parametrize("kind", ["anonymous", "user"])
def test_nobody_gives_himself_a_mark(kind, mark):
    assert forbidden_marks({mark: True}, {}, kind) == [mark]


@pytest.mark.parametrize("kind", ["anonymous", "user", "staff", "super"])
def test_sending_back_what_is_there_already_is_no_change(kind):
    present = dict.fromkeys(MARKS, True)

    assert forbidden_marks(present, present, kind) == []


def test_taking_a_mark_away_is_a_change_too():
    assert forbidden_marks({"is_blocked": False}, {"is_blocked": True}, "user") == ["is_blocked"]


def test_admins_give_marks_but_do_not_make_admins():
    wanted = dict.fromkeys(MARKS, True)

    assert forbidden_marks(wanted, {}, "staff") == ["is_admin", "is_super_admin", "was_registered_with_order"]


def test_super_admins_make_admins_but_no_second_super_admin():
    wanted = dict.fromkeys(MARKS, True)

    assert forbidden_marks(wanted, {}, "super") == ["is_super_admin", "was_registered_with_order"]


@pytest.mark.parametrize(
    ("is_super_admin", "is_admin", "kind"),
    [(True, False, "super"), (True, True, "super"), (False, True, "staff"), (False, False, "user")],
)
def test_marks_decide_what_an_account_counts_as(is_super_admin, is_admin, kind):
    assert kind_of(is_super_admin=is_super_admin, is_admin=is_admin) == kind
