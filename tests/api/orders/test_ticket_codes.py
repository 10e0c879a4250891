"""Signed codes, checked as a third party would: with docs/reference/ticket-codes.md and a library, nothing of ours."""

from __future__ import annotations

import base64
import re
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlalchemy import select, text

from factories import make_event, make_order, make_ticket
from openevent.orders.actions import delete_order
from openevent.orders.actions.issuing import with_codes
from openevent.orders.models import Attendee, Order, TicketKey
from openevent.orders.queries import admissions, holders

JSON = {"Content-Type": "application/json", "Accept": "*/*"}
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"


def unpacked(code):
    """Read a code as the reference page says: event, attendee, issue, the signed bytes and the signature."""
    assert code.startswith("OE1:")
    digits = [ALPHABET.index(sign) for sign in code[4:]]
    data = b""
    for at in range(0, len(digits), 3):
        part = digits[at : at + 3]
        data += sum(digit * 45**place for place, digit in enumerate(part)).to_bytes(len(part) - 1, "big")
    body, signature = data[:-64], data[-64:]
    numbers, number, shift = [], 0, 0
    for byte in body:
        number, shift = number | (byte & 127) << shift, shift + 7
        if byte < 128:
            numbers.append(number)
            number = shift = 0
    return (*numbers, b"OE1:" + body, signature)


def packed(event, attendee, issue, key):
    def leb(number):
        return bytes([number & 127 | 128]) + leb(number >> 7) if number > 127 else bytes([number])

    body = leb(event) + leb(attendee) + leb(issue)
    data, text = body + key.sign(b"OE1:" + body), ""
    for at in range(0, len(data), 2):
        part = data[at : at + 2]
        number = int.from_bytes(part, "big")
        for _ in range(len(part) + 1):
            text, number = text + ALPHABET[number % 45], number // 45
    return "OE1:" + text


def public(text):
    return Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(text + "="))


@pytest.fixture
def bought(shell, people, free):
    with shell.work() as work:
        return make_order(work, free, buyer=people["bo"], quantity=2, identifier="order-1")


@pytest.fixture
def codes(shell):
    """The codes on the tickets of an order, in the order of its attendees."""

    def given(order):
        with shell.work() as work:
            return [
                one.code for one in with_codes(work, admissions(work.db, [h.id for h in holders(work.db, order.id)]))
            ]

    return given


@pytest.fixture
def check(api, event, people):
    def checked(code, *, as_="dee", at=None):
        path = f"/v1/events/{at or event.id}/check-code"
        return api.post(path, json={"code": code}, as_=people[as_] if as_ else None, headers=JSON)

    return checked


@pytest.fixture
def void(api, event, people):
    """The void codes of the event, after checking who has signed the list."""

    def listed(query="", **headers):
        answer = api.get(f"/v1/events/{event.identifier}/revoked-codes{query}", as_=people["dee"], headers=headers)
        if answer.status != 200:
            return answer
        key = api.get(f"/v1/events/{event.id}/ticket-key", as_=people["dee"]).json["public-key"]
        signature = base64.urlsafe_b64decode(answer.json["signature"] + "==")
        public(key).verify(signature, answer.json["list"].encode())
        return answer

    return listed


def people_of(shell, order):
    with shell.work() as work:
        return list(work.db.scalars(select(Attendee).where(Attendee.order_id == order.id).order_by(Attendee.id)))


def test_a_scanner_checks_a_code_with_the_public_key_alone(api, shell, event, people, bought, codes):
    told = api.get(f"/v1/events/{event.identifier}/ticket-key", as_=people["dee"])
    code = codes(bought)[0]

    event_id, attendee_id, issue, message, signature = unpacked(code)

    public(told.json["public-key"]).verify(signature, message)
    assert (event_id, attendee_id, issue) == (event.id, people_of(shell, bought)[0].id, 1)
    assert (told.json["format"], told.json["algorithm"]) == ("OE1", "Ed25519")
    with pytest.raises(InvalidSignature):
        public(told.json["public-key"]).verify(signature, message[:-1] + b"\2")
    assert set(code) <= set(ALPHABET)
    assert len(code) < 122, "fits a QR code of 37 by 37 modules"


def test_the_key_is_for_those_who_check_people_in(api, shell, event, people):
    first = api.get(f"/v1/events/{event.id}/ticket-key", as_=people["ana"])

    again = api.get(
        f"/v1/events/{event.id}/ticket-key", as_=people["ana"], headers={"If-None-Match": first.headers["ETag"]}
    )
    assert (first.status, again.status, again.body) == (200, 304, b"")
    paths = [f"/v1/events/{event.id}/{name}" for name in ("ticket-key", "revoked-codes")]
    assert [api.get(path, as_=who).status for path in paths for who in (people["bo"], people["eve"], None)] == [
        *(404, 404, 401),
        *(404, 404, 401),
    ]
    with shell.work() as work:
        kept = work.db.get_one(TicketKey, event.id)
        assert kept.private_key not in work.db.scalar(text("SELECT private_key FROM ticket_keys"))


def test_a_good_code_says_whose_ticket_it_is(shell, check, bought, codes):
    second = people_of(shell, bought)[1]

    answers = [check(code) for code in (codes(bought)[1], f"order-1-{second.identifier}", f" order-1-{second.id}\n")]

    assert [(one.status, one.json["attendee"], one.json["name"]) for one in answers] == [
        (200, str(second.id), f"Holder 2 {second.lastname}")
    ] * 3
    assert check(codes(bought)[1], as_="bo").status == 404


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "invalid"),
        ("hello", "ticket-code-unreadable"),
        ("OE1:", "ticket-code-unreadable"),
        ("OE1:a", "ticket-code-unreadable"),
        ("OE1:0", "ticket-code-unreadable"),
        ("OE1:" + ":::" * 30, "ticket-code-unreadable"),
        ("OE1:" + "0" * 400, "ticket-code-unreadable"),
        ("OE1:" + "000" * 34, "ticket-code-unreadable"),
        ("order-1-ffffff", "ticket-code-revoked"),
    ],
)
def test_what_is_no_code_is_refused(check, bought, text, code):
    answer = check(text)

    assert answer.status == 422
    if text:
        assert answer.json["errors"][0]["code"] == code


def test_forged_and_foreign_codes_are_refused(shell, check, event, people, bought, codes):
    own, (first, second) = Ed25519PrivateKey.generate(), people_of(shell, bought)
    with shell.work() as work:
        other = make_event(work, owner=people["ana"])
        theirs = make_order(work, make_ticket(work, other), buyer=people["bo"])
    good, foreign = codes(bought)[0], codes(theirs)[0]
    event_id, _, issue, _, signature = unpacked(good)

    class Copied:
        def sign(self, _message):
            return signature

    def refusal(code):
        answer = check(code)
        return answer.status, answer.json["errors"][0]["code"]

    assert refusal(packed(event_id, first.id, issue, own)) == (422, "ticket-code-forged")
    assert refusal(packed(event_id, second.id, issue, Copied())) == (422, "ticket-code-forged")
    assert refusal(packed(event_id, first.id, issue + 1, Copied())) == (422, "ticket-code-forged")
    assert refusal(foreign) == (422, "ticket-code-foreign")
    assert check(foreign, at=other.id, as_="ana").status == 200
    assert check(good).status == 200


def test_a_ticket_that_gets_a_new_code_leaves_the_old_one_on_the_list(
    api, shell, run_jobs, services, check, void, people, bought, codes
):
    from openevent.orders.actions import make_documents  # noqa: PLC0415 -- only here

    with shell.work() as work:
        make_documents(work, bought.id)
    run_jobs()
    holder, _ = people_of(shell, bought)
    old, sent, file = codes(bought)[0], len(services.mailer.sent), holder.pdf_key
    path = f"/v1/attendees/{holder.id}/reissue"
    assert [api.post(path, as_=people[who], headers=JSON).status for who in ("bo", "dee", "eve")] == [403, 403, 404]
    assert api.post("/v1/attendees/x/reissue", as_=people["ana"], headers=JSON).status == 404

    answer = api.post(path, as_=people["ana"], headers=JSON)
    run_jobs()

    assert (answer.status, answer.json) == (202, {"attendee": str(holder.id), "issue": 2})
    new = codes(bought)[0]
    assert unpacked(new)[:3] == (holder.event_id, holder.id, 2)
    assert check(old).json["errors"][0]["code"] == "ticket-code-revoked"
    assert check(new).status == 200
    assert void().json["list"].splitlines()[1:] == [f"{holder.id}-1"]
    assert [mail.to for mail in services.mailer.sent[sent:]] == [holder.email]
    assert services.storage.get(file) is None
    assert services.storage.get(people_of(shell, bought)[0].pdf_key).startswith(b"%PDF")


def test_codes_of_a_cancelled_order_are_void_even_when_it_is_removed(
    api, shell, check, void, event, people, bought, codes, order, free
):
    order(free, as_=people["bo"])  # has given out no code
    given = codes(bought)
    ids = [one.id for one in people_of(shell, bought)]
    before = void()
    assert (before.json["list"].splitlines()[1:], before.json["total"]) == ([], 0)
    body = {"data": {"type": "order", "id": str(bought.id), "attributes": {"status": "cancelled"}}}

    assert api.patch("/v1/orders/order-1", json=body, as_=people["bo"]).status == 200

    listed = void()
    assert listed.json["list"].splitlines()[1:] == [f"{key}-1" for key in ids]
    assert void("", **{"If-None-Match": listed.headers["ETag"]}).status == 304
    assert void("", **{"If-None-Match": before.headers["ETag"]}).status == 200
    with shell.work() as work:
        delete_order(work, work.db.get_one(Order, bought.id), by=people_actor(people["adm"]))
    assert void().json["list"].splitlines()[1:] == [f"{key}-1" for key in ids]
    assert [check(code).json["errors"][0]["code"] for code in given] == ["ticket-code-revoked"] * 2


def people_actor(user):
    from cast import actor  # noqa: PLC0415 -- only here

    return actor(user)


def test_the_list_comes_in_pages(api, shell, void, event, people, free, codes):
    with shell.work() as work:
        made = make_order(work, free, buyer=people["bo"], quantity=3)
    ids = [one.id for one in people_of(shell, made)]
    codes(made)
    with shell.work() as work:
        work.db.get_one(Order, made.id).status = "cancelled"

    first = void("?limit=2")
    second = void(f"?limit=2&after={first.json['next']}")

    assert first.json["list"].splitlines() == [
        f"OER1 {event.id} 2026-03-01T12:00:00Z after 0-0 more",
        f"{ids[0]}-1",
        f"{ids[1]}-1",
    ]
    assert (first.json["next"], first.json["total"]) == (f"{ids[1]}-1", 3)
    assert second.json["list"].splitlines() == [
        f"OER1 {event.id} 2026-03-01T12:00:00Z after {ids[1]}-1 end",
        f"{ids[2]}-1",
    ]
    assert second.json["next"] is None
    for query in ("?limit=0", "?limit=5001", "?limit=x", "?after=7", "?after=1-1-1"):
        assert void(query).status == 400


def test_a_void_code_is_never_given_out_again(shell, bought, codes):
    codes(bought)
    holder, _ = people_of(shell, bought)
    from openevent.orders.actions.issuing import keep_revoked  # noqa: PLC0415 -- only here

    with shell.work() as work:
        keep_revoked(work, [work.db.get_one(Attendee, holder.id)])

    assert unpacked(codes(bought)[0])[2] == 2
    with shell.work() as work:
        assert with_codes(work, []) == []


def test_only_what_is_bought_gets_a_new_code(api, shell, order, people, free):
    waiting = int(order(free, as_=people["bo"])["id"])
    with shell.work() as work:
        (holder,) = holders(work.db, waiting)

    answer = api.post(f"/v1/attendees/{holder.id}/reissue", as_=people["ana"], headers=JSON)

    assert (answer.status, answer.json["errors"][0]["code"]) == (409, "ticket-not-valid")


def test_the_scanner_of_the_reference_page_works(api, event, people, void, bought, codes):
    page = (Path(__file__).parents[3] / "docs" / "reference" / "ticket-codes.md").read_text()
    found = {}
    exec(re.search(r"```python\n(.*?)```", page, re.DOTALL)[1], found)  # noqa: S102 -- our own page
    key = api.get(f"/v1/events/{event.id}/ticket-key", as_=people["dee"]).json["public-key"]
    code = codes(bought)[0]

    told = found["admits"](code, event.id, key, set())

    assert told == "{}-{}".format(*unpacked(code)[1:3])
    for wrong in ((code, event.id + 1, key, set()), (code, event.id, key, {told})):
        with pytest.raises(AssertionError):
            found["admits"](*wrong)


def test_a_ticket_that_goes_to_another_address_gets_a_new_code(api, shell, check, void, people, bought, codes):
    holder, _ = people_of(shell, bought)
    old = codes(bought)[0]

    def change(**attributes):
        body = {"data": {"type": "attendee", "id": str(holder.id), "attributes": attributes}}
        assert api.patch(f"/v1/attendees/{holder.id}", json=body, as_=people["ana"]).status == 200

    change(firstname="Renamed")
    assert (check(old).status, codes(bought)[0]) == (200, old)
    change(email="somebody-else@example.org")

    assert check(old).json["errors"][0]["code"] == "ticket-code-revoked"
    assert void().json["list"].splitlines()[1:] == [f"{holder.id}-1"]
    assert check(codes(bought)[0]).json["attendee"] == str(holder.id)


@pytest.mark.parametrize("has_code", [True, False])
@pytest.mark.parametrize("how", ["reissued", "passed on"])
def test_a_ticket_of_v1_is_void_once_there_is_a_new_code(api, shell, check, people, bought, codes, has_code, how):
    holder, other = people_of(shell, bought)
    if has_code:
        codes(bought)
    assert check(f"order-1-{holder.identifier}").status == 200

    if how == "reissued":
        assert api.post(f"/v1/attendees/{holder.id}/reissue", as_=people["ana"], headers=JSON).status == 202
    else:
        body = {"data": {"type": "attendee", "id": str(holder.id), "attributes": {"email": "new@example.org"}}}
        assert api.patch(f"/v1/attendees/{holder.id}", json=body, as_=people["ana"]).status == 200

    for code in (f"order-1-{holder.identifier}", f"order-1-{holder.id}"):
        assert check(code).json["errors"][0]["code"] == "ticket-code-revoked"
    assert check(codes(bought)[0]).json["attendee"] == str(holder.id)
    assert check(f"order-1-{other.identifier}").status == 200
