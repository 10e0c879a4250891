"""Badges: designing them, and setting them as PDF."""

from __future__ import annotations

import io

import pytest
from pypdf import PdfReader

from api.door.conftest import document, to
from openevent.orders.models import Attendee
from remote import Told, remote

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001"
    "a5f645400000000049454e44ae426082"
)
FIELDS = [
    {"field_identifier": "firstname", "custom_field": "First Name", "sample_text": "Chi", "font_size": 20},
    {"field_identifier": "jobTitle", "custom_field": "Job title", "text_type": "UPPERCASE"},
    {"custom_field": "QR", "qr_custom_field": ["email"]},
]


def words(pdf):
    """Return the text of a PDF without blanks."""
    return "".join("".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages)


@pytest.fixture
def badge(api, people, event):
    attributes = {"badge-id": "badge-1", "badge-size": "A6", "badge-orientation": "Landscape", "badge-fields": FIELDS}
    answer = api.post(
        "/v1/badge-forms", json=document("badge-form", attributes, event=to("event", event)), as_=people["ana"]
    )
    assert answer.status == 201, answer.body
    return answer.json["data"]


def change(badge, **attributes):
    return {"data": {"type": "badge-form", "id": str(badge["id"]), "attributes": attributes}}


def test_a_badge_has_a_number_for_an_id_and_its_fields(api, people, event, badge):
    assert isinstance(badge["id"], int)
    first, second, third = badge["attributes"]["badge-fields"]
    assert (first["font_size"], second["text_type"], third["qr_custom_field"]) == (20, "UPPERCASE", ["email"])
    assert [one["badge_id"] for one in (first, second, third)] == ["badge-1"] * 3
    assert all(isinstance(one["badge_field_id"], int) for one in (first, second, third))
    listed = api.get(f"/v1/events/{event.identifier}/badge-forms?page[size]=0", as_=people["eve"])
    assert listed.json["data"] == [badge]
    for name, found in (("badge-1", [badge]), ("badge-2", [])):
        assert api.get(f"/v1/events/{event.id}/badge-forms/{name}", as_=people["ana"]).json["data"] == found


def test_a_badge_without_a_name_gets_one(api, people, event):
    answer = api.post("/v1/badge-forms", json=document("badge-form", event=to("event", event)), as_=people["ana"])

    assert (answer.status, len(answer.json["data"]["attributes"]["badge-id"])) == (201, 36)


def test_fields_are_changed_added_and_removed_with_the_badge(api, people, badge):
    first, second, third = badge["attributes"]["badge-fields"]
    sent = [{**first, "font_size": 30}, {**second, "is_deleted": True}, {"custom_field": "City"}]

    answer = api.patch(
        f"/v1/badge-forms/{badge['id']}",
        json=change(badge, **{"badge-fields": sent, "badge-color": "#ff0000", "badge-id": "badge-9"}),
        as_=people["ana"],
    )

    found = answer.json["data"]["attributes"]
    assert (answer.status, found["badge-color"], found["badge-id"]) == (200, "#ff0000", "badge-9")
    told = [(one["custom_field"], one["font_size"], one["badge_id"]) for one in found["badge-fields"]]
    assert told == [("First Name", 30, "badge-9"), ("QR", None, "badge-9"), ("City", None, "badge-9")]
    assert third["custom_field"] == "QR"


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({}, ""),
        ([1], "/0"),
        ([{"font_size": "big"}], "/0/font_size"),
        ([{"font_size": 10001}], "/0/font_size"),
        ([{"sample_text": 5}], "/0/sample_text"),
        ([{"sample_text": "\x00"}], "/0/sample_text"),
        ([{"is_deleted": "yes"}], "/0/is_deleted"),
        ([{"qr_custom_field": "email"}], "/0/qr_custom_field"),
        ([{"font_weight": ["bold"]}], "/0/font_weight"),
        ([{"badge_field_id": "x"}], "/0/badge_field_id"),
        ([{"badge_field_id": 999}], "/0/badge_field_id"),
        ([{}] * 61, ""),
    ],
)
def test_bad_fields_are_refused_at_their_place(api, people, badge, fields, pointer):
    answer = api.patch(
        f"/v1/badge-forms/{badge['id']}", json=change(badge, **{"badge-fields": fields}), as_=people["ana"]
    )

    [error] = answer.json["errors"]
    assert answer.status == 422
    assert error["source"]["pointer"] in (f"/data/attributes/badge-fields{pointer}", "/data/attributes/badge-fields")


def test_a_badge_grows_only_so_far(api, people, badge):
    answer = api.patch(
        f"/v1/badge-forms/{badge['id']}", json=change(badge, **{"badge-fields": [{}] * 58}), as_=people["ana"]
    )

    assert answer.status == 422


def test_one_name_one_badge_an_event(api, people, event, badge):
    body = document("badge-form", {"badge-id": "badge-1"}, event=to("event", event))

    answer = api.post("/v1/badge-forms", json=body, as_=people["ana"])

    assert (answer.status, answer.json["errors"][0]["code"]) == (409, "badge-exists")


@pytest.mark.parametrize(("who", "reads", "writes"), [("eve", 200, 403), (None, 401, 401), ("dee", 200, 403)])
def test_badges_are_designed_by_organizers(api, people, event, badge, who, reads, writes):
    path, by = f"/v1/badge-forms/{badge['id']}", people.get(who)
    field = f"/v1/badge-field-forms/{badge['attributes']['badge-fields'][0]['badge_field_id']}"

    assert (api.get(path, as_=by).status, api.get(field, as_=by).status) == (reads, reads)
    assert api.patch(path, json=change(badge, **{"badge-size": "A5"}), as_=by).status == writes
    assert (api.delete(path, as_=by).status, api.delete(field, as_=by).status) == (writes, writes)
    new = document("badge-field-form", {"badge-id": "badge-1"}, badge_form=to("badge-form", badge["id"]))
    assert api.post("/v1/badge-field-forms", json=new, as_=by).status == writes


def test_fields_can_be_written_on_their_own(api, people, badge):
    new = document("badge-field-form", {"badge-id": "x", "custom-field": "City", "font-weight": [{"name": "Bold"}]})
    below = f"/v1/badge-forms/{badge['id']}/badge-field-forms"

    made = api.post(below, json=new, as_=people["ana"])
    key = made.json["data"]["id"]
    body = {"data": {"type": "badge-field-form", "id": key, "attributes": {"sample-text": "Hanoi", "badge-id": "y"}}}
    changed = api.patch(f"/v1/badge-field-forms/{key}", json=body, as_=people["ana"])

    assert (made.status, type(key), made.json["data"]["attributes"]["badge-field-id"]) == (201, str, int(key))
    assert (changed.status, changed.json["data"]["attributes"]["badge-id"]) == (200, "badge-1")
    form = api.get(f"/v1/badge-forms/{badge['id']}", as_=people["ana"]).json["data"]["attributes"]["badge-fields"]
    assert (form[-1]["sample_text"], len(form)) == ("Hanoi", 4)
    assert len(api.get(f"{below}/badge-1", as_=people["ana"]).json["data"]) == 4
    assert api.get(f"{below}/other", as_=people["ana"]).json["data"] == []
    assert api.delete(f"/v1/badge-field-forms/{key}", as_=people["ana"]).status == 200
    form = api.get(f"/v1/badge-forms/{badge['id']}", as_=people["ana"]).json["data"]["attributes"]["badge-fields"]
    assert len(form) == 3
    linked = api.get(f"/v1/badge-field-forms/{form[0]['badge_field_id']}/relationships/badge_form", as_=people["ana"])
    assert linked.json["data"] == {"type": "badge-form", "id": str(badge["id"])}


def test_a_deleted_badge_takes_its_fields_along(api, people, badge):
    key = badge["attributes"]["badge-fields"][0]["badge_field_id"]

    assert api.delete(f"/v1/badge-forms/{badge['id']}", as_=people["ana"]).status == 200
    assert api.get(f"/v1/badge-field-forms/{key}", as_=people["ana"]).status == 404


def test_a_ticket_names_what_its_badges_show(api, people, ticket, badge):
    answer = api.get(f"/v1/tickets/{ticket.id}/badge-forms", as_=people["eve"])

    told = [(one["field_identifier"], one["custom_field"]) for one in answer.json]
    assert told == [("firstname", "First Name"), ("jobTitle", "Job title"), (None, "QR")]
    assert api.get(f"/v1/tickets/{ticket.id}/badge-forms").status == 401
    assert api.get("/v1/tickets/999/badge-forms", as_=people["ana"]).status == 404
    assert badge


def test_a_ticket_without_a_badge_shows_nothing(api, people, ticket):
    assert api.get(f"/v1/tickets/{ticket.id}/badge-forms", as_=people["ana"]).json == []


def test_badges_of_drafts_are_nobodys_business(api, shell, people, event, ticket, badge):
    with shell.work() as work:
        work.db.get_one(type(event), event.id).state = "draft"

    assert api.get(f"/v1/tickets/{ticket.id}/badge-forms", as_=people["eve"]).status == 404
    assert api.get(f"/v1/badge-forms/{badge['id']}", as_=people["eve"]).status == 404


def test_a_design_is_previewed_with_its_samples(api, people):
    fields = [{"customField": "Name", "sampleText": "Nguyễn", "textType": "lowercase"}, {"customField": "QR"}]
    body = {"badgeForms": [{"badgeSize": "4 x 3 in", "badgeColor": "#eee", "badgeFields": fields}]}

    answer = api.post("/v1/badge-forms/preview-badge-pdf", json=body, as_=people["eve"])

    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/pdf")
    assert words(answer.body) == "nguyễn"
    box = PdfReader(io.BytesIO(answer.body)).pages[0].mediabox
    assert (round(box.width), round(box.height)) == (288, 216)


@pytest.mark.parametrize(
    "sent", [{}, {"badgeForms": []}, {"badgeForms": [1]}, {"badgeForms": [{}] * 21}, {"badgeForms": [{"badgeSize": 4}]}]
)
def test_what_is_no_badge_is_not_previewed(api, people, sent):
    assert api.post("/v1/badge-forms/preview-badge-pdf", json=sent, as_=people["eve"]).status == 422


def test_previews_are_for_people_with_an_account(api):
    assert api.post("/v1/badge-forms/preview-badge-pdf", json={"badgeForms": [{}]}).status == 401


def test_a_badge_is_printed_for_somebody(api, shell, people, holder, badge):
    with shell.work() as work:
        attendee = work.db.get_one(Attendee, holder.id)
        attendee.firstname, attendee.job_title = "Zoë", "Captain"

    path = f"/v1/badge-forms/print-badge-pdf?attendee_id={holder.id}&list_field_show=firstname,job-title"
    asked = api.get(path, as_=people["ana"])
    state = api.get(asked.json["task_url"])
    download = api.get(state.json["result"]["download_url"].removeprefix("http://127.0.0.1:8000"))

    assert (asked.status, state.json["state"], download.status) == (200, "SUCCESS", 200)
    assert words(download.body) == "ZoëCAPTAIN"
    printed = api.get(f"/v1/attendees/{holder.id}", as_=people["ana"]).json["data"]["attributes"]
    assert (printed["is-badge-printed"], printed["badge-printed-at"]) == (True, "2026-03-01T12:00:00+00:00")
    assert badge


def test_a_badge_comes_as_the_answer_where_that_is_asked_for(api, people, holder, badge):
    body = {"attendee_id": holder.id, "list_field_show": ["firstname"]}

    answer = api.post("/v1/badge-forms/print-badge-pdf", json=body, as_=people["ana"])

    assert (answer.status, words(answer.body)) == (200, "Holder1")
    assert badge


def test_a_picture_is_printed_below_the_fields_if_it_can_be_had(api, people, holder, badge):
    def printed(url):
        api.patch(f"/v1/badge-forms/{badge['id']}", json=change(badge, **{"badge-image-url": url}), as_=people["ana"])
        answer = api.post("/v1/badge-forms/print-badge-pdf", json={"attendee_id": holder.id}, as_=people["ana"])
        return len(PdfReader(io.BytesIO(answer.body)).pages[0].images)

    with remote(lambda asked: Told(PNG if asked.path == "/b.png" else b"<svg>")) as server:
        without = printed(f"{server.url}/b.svg")
        assert printed(f"{server.url}/b.png") == without + 1
    assert printed("http://10.0.0.1/x.png") == without


@pytest.mark.parametrize(
    ("query", "who", "status"),
    [
        ("attendee_id={holder}", "dee", 403),
        ("attendee_id={holder}", "eve", 403),
        ("attendee_id={holder}", None, 401),
        ("attendee_id=999", "ana", 404),
        ("attendee_id=x", "ana", 422),
        ("", "ana", 422),
        ("attendee_id={holder}", "ana", 404),
    ],
)
def test_badges_are_printed_by_organizers_for_tickets_that_have_one(api, people, holder, query, who, status):
    path = f"/v1/badge-forms/print-badge-pdf?{query.format(holder=holder.id)}"

    assert api.get(path, as_=people.get(who)).status == status


@pytest.mark.parametrize("shown", [5, [1], ["a"] * 101])
def test_fields_to_show_are_names(api, people, holder, badge, shown):
    body = {"attendee_id": holder.id, "list_field_show": shown}

    assert api.post("/v1/badge-forms/print-badge-pdf", json=body, as_=people["ana"]).status == 422
    assert badge


def test_a_print_is_had_with_its_signature_and_not_for_ever(api, people, holder, badge, clock, services):
    path = f"/v1/badge-forms/print-badge-pdf?attendee_id={holder.id}"
    task = api.get(path, as_=people["ana"]).json["task_url"]
    pdf = task.replace("/state", "/badge.pdf")

    assert api.get(pdf).status == 200
    assert api.get(pdf.replace("prints/", "prints/0")).status == 404
    services.storage.files.clear()
    assert api.get(pdf).status == 404
    clock.advance(hours=2)
    assert api.get(task).status == 404
    assert badge
