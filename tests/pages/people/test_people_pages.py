from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser

import pytest
from msgspec.structs import force_setattr
from sqlalchemy import select

from cast import actor, ana, bo
from factories import PASSWORD, make_user
from openevent.kit.passwords import is_password
from openevent.people import actions
from openevent.people.models import SignIn, User
from openevent.people.rules import COOKIE

NEW = "a much better password"


class _Page(HTMLParser):
    def __init__(self):
        super().__init__()
        self.labels, self.ids, self.inputs, self.forms = [], [], [], []

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if "id" in found:
            self.ids.append(found["id"])
        if tag == "label" and "for" in found:
            self.labels.append(found["for"])
        if tag == "input":
            self.inputs.append(found)
        if tag == "form":
            self.forms.append(found)


def _parse(response):
    page = _Page()
    page.feed(response.text)
    return page


@pytest.fixture
def user(shell):
    with shell.work() as work:
        return ana(work)


def _get(pages, path):
    return pages.get(path)


def _csrf(pages, path):
    found = re.search(r'name="csrf_token" value="([^"]+)"', pages.get(path).text)
    return found[1] if found else ""


def _post(pages, path, form_at=None, **values):
    given = {name.replace("_", "-"): value for name, value in values.items()}
    return pages.post(path, data={"csrf_token": _csrf(pages, form_at or path)} | given)


def _sign_in(pages, email="ana@example.org", password=PASSWORD, **more):
    return _post(pages, "/sign-in", email=email, password=password, **more)


def _cookie(pages):
    return pages.get_cookie(COOKIE)


def _text(response):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.text)).split())


def _mailed(services, path):
    return [
        re.search(rf"http://127\.0\.0\.1:8000({path}\?token=[\w-]+)", message.text)[1]
        for message in services.mailer.sent
        if f"{path}?token=" in message.text
    ]


# Every page


@pytest.mark.parametrize("path", ["/sign-up", "/sign-in", "/reset-password", "/verify?token=x", "/verify"])
def test_pages_open_without_an_account(pages, path):
    response = _get(pages, path)

    assert response.status_code == 200
    assert response.headers.getlist("Referrer-Policy") == ["same-origin"]
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/sign-up", "/sign-in", "/reset-password", "/account"])
def test_every_field_has_a_label_a_purpose_and_every_form_a_csrf_value(pages, user, path):
    if path == "/account":
        _sign_in(pages)

    page = _parse(_get(pages, path))

    shown = [one for one in page.inputs if one.get("type") not in ("hidden", "checkbox", "radio")]
    assert shown
    assert all(one["id"] in page.labels for one in shown)
    assert all(one.get("autocomplete") for one in shown)
    assert len(page.ids) == len(set(page.ids))
    posts = [form for form in page.forms if form.get("method") == "post"]
    assert len([one for one in page.inputs if one.get("name") == "csrf_token"]) == len(posts)


@pytest.mark.parametrize(
    "path",
    [
        "/sign-up",
        "/sign-in",
        "/sign-out",
        "/reset-password",
        "/verify",
        "/verify/again",
        "/account",
        "/account/email",
        "/account/password",
        "/account/delete",
    ],
)
def test_no_form_works_without_its_csrf_value(pages, user, path):
    _sign_in(pages)

    assert pages.post(path, data={"password": PASSWORD}).status_code == 400


@pytest.mark.parametrize("path", ["/account", "/account/email", "/account/password", "/account/delete"])
def test_the_account_is_for_those_who_are_signed_in(pages, path):
    response = _post(pages, path, form_at="/sign-in", password=PASSWORD) if path != "/account" else _get(pages, path)

    assert (response.status_code, response.headers["Location"]) == (303, "/sign-in?next=/account")


# Signing up, in and out


def test_signing_up_signs_in_and_asks_to_confirm(pages, run_jobs, services):
    response = _post(
        pages, "/sign-up", email="New@Example.org", password=PASSWORD, first_name="Noa", last_name="", next="/account"
    )
    run_jobs()

    assert (response.status_code, response.headers["Location"]) == (303, "/account")
    account = _text(_get(pages, "/account"))
    assert "new@example.org" in account
    assert "Welcome! Please confirm your address" in account
    assert "This address is not confirmed yet" in account
    assert len(_mailed(services, "/verify")) == 1


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"email": "nope"}, "Not a valid email address."),
        ({"email": "ana@example.org"}, "Email already exists"),
        ({"password": "short"}, "Please use at least 8 characters."),
    ],
)
def test_signing_up_says_what_is_wrong_and_keeps_what_was_typed(pages, user, values, message):
    response = _post(
        pages, "/sign-up", **({"email": "new@example.org", "password": PASSWORD, "first_name": "Noa"} | values)
    )

    assert response.status_code == 422
    assert message in _text(response)
    assert 'value="Noa"' in response.text
    assert PASSWORD not in response.text
    assert 'aria-invalid="true"' in response.text
    assert _cookie(pages) is None


def test_what_was_typed_is_shown_as_text(pages):
    response = _post(pages, "/sign-up", email='"><script>alert(1)</script>', password="x", first_name="<b>")

    assert "<script>alert" not in response.text
    assert "<b>" not in response.text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"first_name": "No\x00a"}, "Control characters"),
        ({"last_name": "x" * 256}, "maximum length 255"),
        ({"email": "x\x00@example.org"}, "mail address"),
    ],
)
def test_what_the_api_refuses_nobody_signs_up_with(pages, shell, typed, said):
    answer = _post(pages, "/sign-up", **{"email": "new@example.org", "password": PASSWORD, **typed})

    assert (answer.status_code, said in answer.text) == (422, True)
    with shell.database.reading() as db:
        assert db.scalars(select(User)).all() == []


def test_joiners_are_part_of_a_name(pages, shell):
    _post(pages, "/sign-up", email="new@example.org", password=PASSWORD, first_name="\u0645\u200c\u06cc")

    with shell.database.reading() as db:
        assert db.scalars(select(User)).one().first_name == "\u0645\u200c\u06cc"


def test_signing_in_sets_a_cookie_that_scripts_cannot_read(pages, user):
    response = _sign_in(pages)

    assert (response.status_code, response.headers["Location"]) == (303, "/")
    cookie = next(one for one in response.headers.getlist("Set-Cookie") if one.startswith(COOKIE))
    assert all(part in cookie for part in ("HttpOnly", "SameSite=Lax", "Path=/"))
    assert "Secure" not in cookie  # plain http: a browser would not send it back


@pytest.mark.parametrize(("email", "password"), [("ana@example.org", "wrong"), ("nobody@example.org", PASSWORD)])
def test_wrong_credentials_are_one_message(pages, user, email, password):
    response = _sign_in(pages, email, password)

    assert response.status_code == 422
    assert "Address and password don't fit together." in _text(response)
    assert _cookie(pages) is None


def test_a_blocked_account_is_told_so(pages, shell):
    with shell.work() as work:
        make_user(work, email="ana@example.org", is_blocked=True)

    assert "This account is blocked" in _text(_sign_in(pages))


def test_guessing_is_told_to_wait(pages, user, services):
    assert _sign_in(pages, password="wrong").status_code == 422
    key = next(key for key, _ in services.limiter.counted if key.startswith("sign-in:"))
    for _ in range(19):
        services.limiter.hit(key, times=20, seconds=600)

    assert _sign_in(pages).status_code == 429


@pytest.mark.parametrize("path", ["/account", "/e/ab12cd34/tickets?x=1"])
def test_one_goes_on_where_one_wanted_to_go(pages, user, path):
    assert _sign_in(pages, next=path).headers["Location"] == path


@pytest.mark.parametrize("path", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"])
@pytest.mark.parametrize("form", ["/sign-in", "/sign-up"])
def test_nobody_is_sent_to_another_site(pages, user, form, path):
    values = {"email": "ana@example.org"} if form == "/sign-in" else {"email": "new@example.org"}

    assert _post(pages, form, **values, password=PASSWORD, next=path).headers["Location"] == "/"
    assert _get(pages, f"{form}?next={path}").headers["Location"] == "/"


@pytest.mark.parametrize("form", ["/sign-in", "/sign-up"])
def test_who_is_signed_in_is_sent_on(pages, user, form):
    _sign_in(pages)

    assert _get(pages, f"{form}?next=/account").headers["Location"] == "/account"


def test_a_cookie_that_was_there_before_is_not_signed_in(pages, user):
    pages.set_cookie(COOKIE, "planted-by-somebody-else")

    _sign_in(pages)

    assert _cookie(pages).value != "planted-by-somebody-else"
    pages.set_cookie(COOKIE, "planted-by-somebody-else")
    assert _get(pages, "/account").status_code == 303


def test_signing_in_again_ends_the_sign_in_before(pages, shell, user):
    _sign_in(pages)
    csrf = _csrf(pages, "/account")
    first = _cookie(pages).value

    pages.post("/sign-in", data={"csrf_token": csrf, "email": "ana@example.org", "password": PASSWORD})

    assert _cookie(pages).value != first
    with shell.database.reading() as db:
        assert len(list(db.scalars(select(SignIn)))) == 1


def test_signing_out_ends_the_sign_in_for_good(pages, user):
    _sign_in(pages)
    token = _cookie(pages).value

    response = _post(pages, "/sign-out", form_at="/account")

    assert (response.status_code, response.headers["Location"]) == (303, "/")
    assert _cookie(pages) is None
    pages.set_cookie(COOKIE, token)
    assert _get(pages, "/account").status_code == 303


def test_signing_out_twice_is_fine(pages):
    assert _post(pages, "/sign-out", form_at="/sign-in").status_code == 303


# Passwords and addresses


def test_a_forgotten_password_is_replaced(pages, shell, user, run_jobs, services):
    asked = _post(pages, "/reset-password", email="ana@example.org")
    run_jobs()
    (link,) = _mailed(services, "/reset-password")
    form = _get(pages, link)
    token = link.partition("token=")[2]
    answer = _post(pages, "/reset-password", form_at=link, token=token, password=NEW)

    assert (asked.status_code, asked.headers["Location"]) == (303, "/reset-password")
    assert (form.status_code, 'autocomplete="new-password"' in form.text) == (200, True)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in")
    assert "Your new password is set" in _text(_get(pages, "/sign-in"))
    assert _sign_in(pages, password=NEW).status_code == 303


def test_asking_tells_nothing_about_accounts(pages, user, clock):
    answers = []
    for email in ("ana@example.org", "nobody@example.org", "no address"):
        response = _post(pages, "/reset-password", email=email)
        answers.append(
            (response.status_code, response.headers["Location"], "on its way" in _text(_get(pages, "/reset-password")))
        )
        clock.advance(minutes=1)

    assert set(answers) == {(303, "/reset-password", True)}


def test_asking_too_often_is_told(pages, user):
    _post(pages, "/reset-password", email="ana@example.org")

    assert _post(pages, "/reset-password", email="ana@example.org").status_code == 429


def test_a_spent_link_says_so_and_offers_a_new_one(pages, user, run_jobs, services):
    _post(pages, "/reset-password", email="ana@example.org")
    run_jobs()
    (link,) = _mailed(services, "/reset-password")
    token = link.partition("token=")[2]
    _post(pages, "/reset-password", form_at=link, token=token, password=NEW)

    shown = _get(pages, link)
    posted = _post(pages, "/reset-password", token=token, password="yet another one")

    for response in (shown, posted):
        assert response.status_code == 422
        assert "This link doesn't work any more" in _text(response)
        assert 'name="email"' in response.text


def test_a_short_new_password_is_told_and_the_link_still_works(pages, user, run_jobs, services):
    _post(pages, "/reset-password", email="ana@example.org")
    run_jobs()
    (link,) = _mailed(services, "/reset-password")
    token = link.partition("token=")[2]

    short = _post(pages, "/reset-password", form_at=link, token=token, password="short")

    assert (short.status_code, "at least 8 characters" in _text(short)) == (422, True)
    assert _post(pages, "/reset-password", form_at=link, token=token, password=NEW).status_code == 303


def test_an_address_is_confirmed_by_a_button_not_by_opening_a_link(pages, shell, run_jobs, services):
    _post(pages, "/sign-up", email="new@example.org", password=PASSWORD)
    run_jobs()
    (link,) = _mailed(services, "/verify")

    _get(pages, link)
    with shell.database.reading() as db:
        assert not db.scalars(select(User)).one().is_verified
    answer = _post(pages, "/verify", form_at=link, token=link.partition("token=")[2])

    assert (answer.status_code, answer.headers["Location"]) == (303, "/account")
    assert "not confirmed" not in _text(_get(pages, "/account"))


def test_a_spent_confirmation_says_so(pages, user):
    response = _post(pages, "/verify", form_at="/verify?token=x", token="x")

    assert response.status_code == 422
    assert "This link doesn't work any more" in _text(response)


def test_the_confirmation_mail_can_be_had_again(pages, shell, run_jobs, services):
    with shell.work() as work:
        make_user(work, email="ana@example.org", is_verified=False)
    _sign_in(pages)

    answers = [_post(pages, "/verify/again", form_at="/account") for _ in range(4)]
    run_jobs()

    assert [answer.headers["Location"] for answer in answers] == ["/account"] * 4
    assert len(_mailed(services, "/verify")) == 3
    assert "Too many" in _text(_get(pages, "/account"))


# The account


def test_names_are_changed(pages, shell, user):
    _sign_in(pages)

    response = _post(pages, "/account", first_name=" Anna ", last_name="", public_name="Ana O.", is_profile_public="1")

    assert response.status_code == 303
    with shell.database.reading() as db:
        row = db.get_one(User, user.id)
    assert (row.first_name, row.last_name, row.public_name, row.is_profile_public) == ("Anna", None, "Ana O.", True)


def test_a_name_that_cannot_be_is_refused_and_changes_nothing(pages, shell, user):
    _sign_in(pages)

    answers = [_post(pages, "/account", first_name=wrong) for wrong in ("A\x07na", "x" * 300)]

    assert [(one.status_code, "not allowed" in one.text, "maximum" in one.text) for one in answers] == [
        (422, True, False),
        (422, False, True),
    ]
    with shell.database.reading() as db:
        assert db.get_one(User, user.id).first_name == user.first_name


def test_a_form_that_cannot_be_read_takes_no_name_away(pages, shell, user):
    _sign_in(pages)
    csrf = {"X-CSRFToken": _csrf(pages, "/account")}

    answers = [pages.post("/account", data=b"{", content_type=kind, headers=csrf) for kind in ("text/plain", "x/y")]

    assert [answer.status_code for answer in answers] == [400, 400]
    with shell.database.reading() as db:
        assert db.get_one(User, user.id).first_name == user.first_name


def test_a_form_that_is_too_old_is_refused_by_a_page_that_knows_its_reader(pages, user):
    _sign_in(pages)

    answer = pages.post("/account", data={"csrf_token": "old", "first-name": "A"})

    assert answer.status_code == 400
    assert ('href="/account"' in answer.text, 'href="/sign-up"' in answer.text) == (True, False)


def test_a_form_of_names_changes_nothing_else(pages, shell, user):
    _sign_in(pages)

    _post(pages, "/account", first_name="Ana", is_admin="1", email="x@example.org", id="1")

    with shell.database.reading() as db:
        row = db.get_one(User, user.id)
    assert (row.is_admin, row.email) == (False, "ana@example.org")


def test_the_address_is_changed_with_the_password(pages, shell, user, run_jobs, services):
    with shell.work() as work:
        bo(work)
    _sign_in(pages)

    wrong = _post(pages, "/account/email", form_at="/account", email="new@example.org", password="wrong")
    taken = _post(pages, "/account/email", form_at="/account", email="bo@example.org", password=PASSWORD)
    right = _post(pages, "/account/email", form_at="/account", email="new@example.org", password=PASSWORD)
    run_jobs()

    assert (wrong.status_code, "Wrong Password" in _text(wrong)) == (422, True)
    assert (taken.status_code, "Email already exists" in _text(taken)) == (422, True)
    assert right.status_code == 303
    assert sorted(message.to for message in services.mailer.sent) == ["ana@example.org", "new@example.org"]


def test_the_password_is_changed_and_only_this_browser_stays(pages, shell, user):
    _sign_in(pages)
    with shell.work() as work:
        actions.open_sign_in(work, user.id, by=actor(user))
    before = _cookie(pages).value

    wrong = _post(pages, "/account/password", form_at="/account", old_password="wrong", new_password=NEW)
    short = _post(pages, "/account/password", form_at="/account", old_password=PASSWORD, new_password="short")
    right = _post(pages, "/account/password", form_at="/account", old_password=PASSWORD, new_password=NEW)

    assert [response.status_code for response in (wrong, short, right)] == [422, 422, 303]
    assert "Please use at least 8 characters." in _text(short)
    assert _cookie(pages).value != before
    assert "Your password is changed" in _text(_get(pages, "/account"))
    with shell.database.reading() as db:
        assert len(list(db.scalars(select(SignIn)))) == 1
        assert is_password(NEW, db.get_one(User, user.id).password_hash)


def test_the_account_is_deleted_with_the_password(pages, shell, user):
    _sign_in(pages)

    wrong = _post(pages, "/account/delete", form_at="/account", password="wrong")
    right = _post(pages, "/account/delete", form_at="/account", password=PASSWORD)

    assert (wrong.status_code, "Wrong Password" in _text(wrong)) == (422, True)
    assert (right.status_code, right.headers["Location"]) == (303, "/")
    assert _cookie(pages) is None
    assert "Your account is deleted." in _text(_get(pages, "/sign-in"))
    assert _get(pages, "/account").status_code == 303
    with shell.database.reading() as db:
        assert db.get_one(User, user.id).email == "ana@example.org.deleted"


def test_a_session_that_ended_meanwhile_asks_to_sign_in(pages, shell, user):
    _sign_in(pages)
    csrf = _csrf(pages, "/account")
    with shell.work() as work:
        actions.void_refresh_tokens(work, user.id, by=actor(user))

    response = pages.post("/account", data={"csrf_token": csrf, "first-name": "Anna"})

    assert (response.status_code, response.headers["Location"]) == (303, "/sign-in?next=/account")


def test_forms_work_over_https_as_a_browser_sends_them(pages, user):
    site = "https://localhost"
    csrf = re.search(r'name="csrf_token" value="([^"]+)"', pages.get("/sign-in", base_url=site).text)[1]
    values = {"csrf_token": csrf, "email": "ana@example.org", "password": PASSWORD}

    strange = pages.post("/sign-in", base_url=site, data=values, headers={"Referer": "https://evil.example/"})
    ours = pages.post("/sign-in", base_url=site, data=values, headers={"Referer": f"{site}/sign-in"})

    assert (strange.status_code, ours.status_code) == (400, 303)


def test_behind_https_the_cookie_is_for_https_alone(pages, application, user):
    services = application.shell.services
    force_setattr(services, "site", type(services.site)(url="https://events.example.org"))

    response = _sign_in(pages)

    cookie = next(one for one in response.headers.getlist("Set-Cookie") if one.startswith(COOKIE))
    assert "Secure" in cookie
