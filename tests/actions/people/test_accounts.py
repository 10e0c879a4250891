from __future__ import annotations

import pytest
from msgspec.structs import replace
from sqlalchemy import select

from cast import actor, adm, ana, bo, eve
from factories import PASSWORD, make_user
from openevent.kit.access import NOBODY, STAFF, allows
from openevent.kit.errors import Forbidden, Invalid, Malformed, Unauthenticated
from openevent.kit.jobs import AuditEntry
from openevent.kit.passwords import is_password
from openevent.kit.work import NOW, Shell, when
from openevent.people import actions
from openevent.people.actions import EmailTaken, FreshSignInRequired
from openevent.people.models import SignIn, User
from openevent.people.permissions import KEEPER, ONESELF, PERMISSIONS, PUBLIC_PROFILE
from openevent.people.signals import AccountClosing, EmailChanged


def _last_entry(work):
    return work.db.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()


# Changing


def test_only_what_was_sent_is_changed(work):
    user = ana(work)
    user.is_profile_public = True

    actions.update_profile(work, user, {"first_name": "Anna", "last_name": "Ortiz"}, by=actor(user))

    assert (user.first_name, user.last_name, user.is_profile_public) == ("Anna", "Ortiz", True)
    entry = _last_entry(work)
    assert (entry.action, entry.subject, entry.details) == (
        "user.update",
        f"user:{user.id}",
        {"changed": ["first_name"]},
    )


def test_the_own_profile_is_changed(work):
    user = ana(work)

    actions.update_own_profile(work, {"public_name": "Ana O."}, by=actor(user))

    assert user.public_name == "Ana O."


def test_nobody_has_no_profile(work):
    with pytest.raises(Unauthenticated):
        actions.update_own_profile(work, {"public_name": "Ana O."}, by=NOBODY)


def test_the_whole_record_may_come_back_unchanged(work):
    user = ana(work)
    whole = {"email": "ANA@example.org", "is_admin": False, "is_verified": True, "is_blocked": False, "password": None}

    actions.update_profile(work, user, whole, by=replace(actor(user), is_fresh=False))

    assert (user.email, user.is_verified, work.announced) == ("ana@example.org", True, [])


@pytest.mark.parametrize("mark", ["is_admin", "is_sales_admin", "is_marketer", "is_blocked", "is_super_admin"])
def test_nobody_marks_himself(work, mark):
    user = ana(work)

    with pytest.raises(Forbidden) as caught:
        actions.update_profile(work, user, {mark: True}, by=actor(user))

    assert caught.value.pointer == f"/data/attributes/{mark.replace('_', '-')}"
    assert getattr(user, mark) is False


def test_nobody_verifies_himself(work):
    user = make_user(work, is_verified=False)

    with pytest.raises(Forbidden):
        actions.update_profile(work, user, {"is_verified": True}, by=actor(user))


def test_an_admin_verifies_and_blocks_and_blocking_signs_out(work):
    user = make_user(work, is_verified=False)
    actions.open_sign_in(work, user.id, by=actor(user))
    by = replace(actor(adm(work)), kind=STAFF)

    actions.update_profile(work, user, {"is_verified": True, "is_blocked": True}, by=by)

    assert (user.is_verified, user.is_blocked) == (True, True)
    assert list(work.db.scalars(select(SignIn))) == []


def test_an_admin_makes_no_admins(work):
    with pytest.raises(Forbidden):
        actions.update_profile(work, ana(work), {"is_admin": True}, by=replace(actor(adm(work)), kind=STAFF))


def test_a_super_admin_makes_and_unmakes_admins(work):
    user, by = ana(work), actor(adm(work))

    actions.update_profile(work, user, {"is_admin": True}, by=by)
    assert user.is_admin
    actions.update_profile(work, user, {"is_admin": True}, by=by)
    assert user.is_admin
    actions.update_profile(work, user, {"is_admin": False}, by=by)
    assert not user.is_admin


def test_the_password_is_changed_by_who_is_freshly_signed_in(work):
    user = ana(work)
    with pytest.raises(FreshSignInRequired):
        actions.update_profile(work, user, {"password": "another password"}, by=replace(actor(user), is_fresh=False))
    with pytest.raises(Invalid) as caught:
        actions.update_profile(work, user, {"password": "short"}, by=actor(user))
    assert caught.value.pointer == "/data/attributes/password"

    actions.update_profile(work, user, {"password": "another password"}, by=replace(actor(user), token="mine"))

    assert is_password("another password", user.password_hash)
    work.db.refresh(user)
    assert user.spared_token == "mine"


# Changing the address


def test_a_new_address_is_not_verified_and_both_are_told(shell, run_jobs, services):
    with shell.work() as work:
        user = ana(work)
        actions.update_profile(work, user, {"email": "Ana.New@example.org"}, by=actor(user))
        assert (user.email, user.is_verified) == ("ana.new@example.org", False)
        assert work.announced == [EmailChanged(user.id, old="ana@example.org", new="ana.new@example.org")]
    run_jobs()

    assert sorted((message.to, message.subject) for message in services.mailer.sent) == [
        ("ana.new@example.org", "Please confirm your address"),
        ("ana@example.org", "The address of your account was changed"),
    ]


def test_an_address_that_has_changed_again_is_not_asked_to_be_verified(shell, run_jobs, services):
    with shell.work() as work:
        user = ana(work)
        for email in ("second@example.org", "third@example.org"):
            actions.update_profile(work, user, {"email": email}, by=actor(user))
    run_jobs()

    assert sorted(message.to for message in services.mailer.sent) == [
        "ana@example.org",
        "second@example.org",
        "third@example.org",
    ]


def test_a_new_address_needs_a_fresh_sign_in(work):
    user = ana(work)

    with pytest.raises(FreshSignInRequired):
        actions.update_profile(work, user, {"email": "new@example.org"}, by=replace(actor(user), is_fresh=False))


@pytest.mark.parametrize("taken", ["bo@example.org", "BO@example.org"])
def test_a_taken_address_is_refused(work, taken):
    user = ana(work)
    bo(work)

    with pytest.raises(EmailTaken):
        actions.update_profile(work, user, {"email": taken}, by=actor(user))


def test_what_is_no_address_is_refused(work):
    user = ana(work)

    with pytest.raises(Invalid):
        actions.update_profile(work, user, {"email": "nope"}, by=actor(user))


def test_the_page_asks_for_the_password(work):
    user = ana(work)
    by = replace(actor(user), is_fresh=False)

    with pytest.raises(Malformed):
        actions.change_email(work, "new@example.org", "wrong", by=by)
    actions.change_email(work, "new@example.org", PASSWORD, by=by)

    assert user.email == "new@example.org"


# Deleting


def test_a_deleted_account_frees_its_address_and_is_signed_out(work):
    user = ana(work)
    actions.open_sign_in(work, user.id, by=actor(user))

    actions.delete_account(work, user, by=actor(user))

    assert (user.email, user.deleted_at) == ("ana@example.org.deleted", work.now)
    assert list(work.db.scalars(select(SignIn))) == []
    assert work.announced == [AccountClosing(user.id)]
    assert ana(work).id != user.id


def test_an_address_can_be_deleted_over_and_over(work):
    hidden = []
    for _ in range(3):
        user = ana(work)
        actions.delete_account(work, user, by=actor(user))
        hidden.append(user.email)

    assert hidden == [
        "ana@example.org.deleted",
        "ana@example.org.deleted.deleted",
        "ana@example.org.deleted.deleted.deleted",
    ]


def test_another_domain_may_object(database, clock, services):
    def object_(_work, _signal):
        raise Forbidden("There are orders.")

    shell = Shell(database, clock, services, (when(AccountClosing, object_, NOW),))
    with shell.work() as work:
        user = ana(work)

    with pytest.raises(Forbidden, match=r"There are orders\."), shell.work() as work:
        actions.delete_account(work, work.db.get_one(User, user.id), by=actor(user))

    with shell.database.reading() as db:
        assert db.get_one(User, user.id).deleted_at is None


def test_the_super_admin_stays(work):
    user = adm(work)

    with pytest.raises(Forbidden):
        actions.delete_account(work, user, by=actor(user))


def test_only_a_super_admin_removes_for_good(work):
    user, by = ana(work), actor(adm(work))

    with pytest.raises(Forbidden):
        actions.delete_account(work, user, by=actor(user), permanent=True)
    actions.delete_account(work, user, by=by, permanent=True)

    assert work.db.scalar(select(User).where(User.email == "ana@example.org")) is None


def test_the_page_asks_for_the_password_before_deleting(work):
    user = ana(work)

    with pytest.raises(Malformed):
        actions.delete_own_account(work, "wrong", by=actor(user))
    actions.delete_own_account(work, PASSWORD, by=actor(user))

    assert user.deleted_at == work.now


def test_a_restored_account_has_its_address_back(work):
    user = ana(work)
    actions.delete_account(work, user, by=actor(user))

    actions.restore_account(work, user, by=actor(adm(work)))

    assert (user.email, user.deleted_at) == ("ana@example.org", None)


def test_an_account_is_not_restored_over_another_one(work):
    user = ana(work)
    actions.delete_account(work, user, by=actor(user))
    ana(work)

    with pytest.raises(EmailTaken):
        actions.restore_account(work, user, by=actor(adm(work)))


# Permissions


def _may(work, who, by, row):
    return allows(work.db, who, by, User.__table__, row.id)


def test_oneself_is_oneself_or_staff(work):
    me, other, root = ana(work), eve(work), adm(work)

    assert [_may(work, ONESELF, by, me) for by in (NOBODY, actor(other), actor(me), actor(root))] == [
        False,
        False,
        True,
        True,
    ]


def test_a_public_profile_is_seen_by_everybody(work):
    shy, open_ = ana(work), make_user(work, is_profile_public=True)

    assert [_may(work, PUBLIC_PROFILE, NOBODY, row) for row in (shy, open_)] == [False, True]


def test_accounts_are_kept_by_their_owners_and_by_admins(work):
    me, other = ana(work), eve(work)
    staff = make_user(work, is_admin=True)
    root = adm(work)
    keepers = (NOBODY, actor(me), actor(staff), actor(root))

    assert [_may(work, KEEPER, by, me) for by in keepers] == [False, True, True, True]
    assert [_may(work, KEEPER, by, other) for by in keepers] == [False, False, True, True]


def test_an_admin_cannot_take_over_another_admin(work):
    one, other, root = make_user(work, is_admin=True), make_user(work, is_admin=True), adm(work)

    assert [_may(work, KEEPER, actor(one), row) for row in (one, other, root)] == [True, False, False]
    assert [_may(work, KEEPER, actor(root), row) for row in (one, other, root)] == [True, True, True]


def test_the_table_says_what_it_should():
    row = PERMISSIONS["user"]

    assert [str(cell) for cell in (row.list, row.read, row.create, row.update, row.delete)] == [
        "oneself or everyone, when the profile is public",  # below an event; the list of everybody is for admins
        "oneself or everyone, when the profile is public",
        "everyone",
        "oneself or admin; admins' accounts: super admin",
        "oneself or admin; admins' accounts: super admin",
    ]
