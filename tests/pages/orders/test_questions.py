"""An event's own questions in the checkout, from choosing tickets to an order that is completed."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from cast import ana, bo
from factories import make_event, make_ticket
from openevent.events.models import Event
from openevent.forms.models import CustomForm, CustomFormOption, CustomFormTranslate
from openevent.kit.work import Shell
from openevent.orders.models import Attendee, Order
from openevent.people.models import User
from visitors import Visitor, elements_of, harmful, text_of

# Every kind of question: identifier, type, what is chosen from, what is typed, what is kept.
KINDS: tuple[tuple[str, str, tuple[str, ...], str | list[str], Any], ...] = (
    ("company", "text", (), " ACME ", "ACME"),
    ("jobTitle", "text", (), "Diver", "Diver"),
    ("phone", "text", (), "+49 40 12345", "+49 40 12345"),
    ("website", "text", (), "https://example.org/bo", "https://example.org/bo"),
    ("homeAddress", "paragraph", (), "Pier 3\r\nHamburg", "Pier 3\nHamburg"),
    ("gender", "select", (), "Non-binary", "Non-binary"),
    ("ageGroup", "select", (), "25-34", "25-34"),
    ("acceptReceiveEmails", "checkbox", (), "Yes", True),
    ("nick", "text", (), "Bo<b>", "Bo<b>"),
    ("story", "paragraph", (), "One\r\ntwo", "One\ntwo"),
    ("shoeSize", "number", (), "43,5", 43.5),
    ("children", "number", (), "0", 0),
    ("otherMail", "email", (), "bo@home.example", "bo@home.example"),
    ("born", "year", (), "1984", "1984"),
    ("link", "richtextlink", (), "https://example.org", "https://example.org"),
    ("meal", "select", ("Fish", "No fish, please"), "No fish, please", "No fish, please"),
    ("days", "checkbox", ("Friday", "Saturday", "Sunday"), ["Sunday", "Friday"], "Friday, Sunday"),
    ("rules", "checkbox", (), "Yes", "Yes"),
    ("parking", "boolean", (), "No", False),
)


@dataclass
class Scene:
    """An event that asks, a buyer in front of its checkout, and where that is."""

    shell: Shell
    event: Event
    browser: Visitor
    organizer: User
    page: str = ""

    def choose(self, **quantities: int) -> None:
        wanted = {f"quantity-{key.removeprefix('ticket')}": str(number) for key, number in quantities.items()}
        answer = self.browser.post(f"/e/{self.event.identifier}/tickets", wanted)
        assert answer.status_code == 303, text_of(answer)
        self.page = answer.location

    def holders(self) -> list[Attendee]:
        with self.shell.database.reading() as db:
            return list(db.scalars(select(Attendee).order_by(Attendee.id)))

    def named(self) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for one in self.holders():
            values |= {f"firstname-{one.id}": "Bo", f"lastname-{one.id}": "O", f"email-{one.id}": "bo@example.org"}
        return values

    def answers(self, said: dict[str, Any]) -> dict[str, Any]:
        """Return the fields of the form that ask for these, for every holder."""
        with self.shell.database.reading() as db:
            keys = {name: key for name, key in db.execute(select(CustomForm.field_identifier, CustomForm.id))}  # noqa: C416 -- rows
        return {f"answer-{one.id}-{keys[name]}": value for one in self.holders() for name, value in said.items()}

    def send(
        self, said: dict[str, Any], files: dict[str, tuple[bytes, str]] | None = None, **more: Any
    ) -> TestResponse:
        values = {**self.named(), **self.answers(said), **more}
        if files is None:
            return self.browser.post(self.page, values)
        brought = self.answers({name: FileStorage(BytesIO(data), called) for name, (data, called) in files.items()})
        token = {"csrf_token": self.browser.token(self.page)}
        boundary, body = encode_multipart({**values, **token, **{f"{at}-file": file for at, file in brought.items()}})
        return self.browser.client.post(self.page, data=body, content_type=f"multipart/form-data; boundary={boundary}")

    def status(self) -> str | None:
        with self.shell.database.reading() as db:
            return db.scalar(select(Order.status))


def ask(work: Any, event: Event, identifier: str, type_: str = "text", options: tuple[str, ...] = (), **values: Any):
    built_in = identifier in {"company", "jobTitle", "phone", "website", "homeAddress", "gender", "ageGroup"}
    is_complex = not (built_in or identifier in {"acceptReceiveEmails", "lastname"})
    known = {"form": "attendee", "is_included": True, "name": f"What of {identifier}?", "is_complex": is_complex}
    row = CustomForm(event_id=event.id, field_identifier=identifier, type=type_, **(known | values))
    work.db.add(row)
    work.db.flush()
    for value in options:
        work.db.add(CustomFormOption(event_id=event.id, custom_form_id=row.id, value=value))
    return row


@pytest.fixture
def scene(shell: Shell, visitor: Callable[..., Visitor]) -> Scene:
    with shell.work() as work:
        organizer, buyer = ana(work), bo(work)
        event = make_event(work, owner=organizer, is_ticket_form_enabled=True)
    return Scene(shell, event, visitor(buyer), organizer)


def sell(scene: Scene, **values: Any) -> str:
    with scene.shell.work() as work:
        return f"ticket{make_ticket(work, work.db.get_one(Event, scene.event.id), price=0, **values).id}"


def test_required_questions_of_every_kind_from_choosing_to_a_completed_order(
    scene: Scene, visitor: Callable[..., Visitor]
):
    with scene.shell.work() as work:
        for identifier, type_, options, _typed, _kept in KINDS:
            ask(work, scene.event, identifier, type_, options, is_required=True, description="So that we <b>know</b>.")
    scene.choose(**{sell(scene): 2})

    refused = scene.send({})
    answer = scene.send({name: typed for name, _type, _options, typed, _kept in KINDS})

    assert (refused.status_code, refused.text.count('class="error"')) == (422, 2 * len(KINDS))
    assert f"{2 * len(KINDS)} answers need another look." in refused.text
    assert (answer.status_code, scene.status()) == (303, "completed")
    first, _second = scene.holders()
    own = first.complex_field_values or {}
    columns = {name: re.sub("([A-Z])", r"_\1", name).lower() for name, *_ in KINDS}
    found = {name: own.get(column, getattr(first, column, None)) for name, column in columns.items()}
    assert found == {name: kept for name, *_, kept in KINDS}
    for page in (scene.browser.get(scene.page), visitor(scene.organizer).get(scene.page)):
        assert text_of(page).count("What of parking? No") == 2
        assert text_of(page).count("What of nick? Bo<b>") == 2
        assert harmful(page) == []


BAD = {
    "phone": ("call me", "Please enter a phone number"),
    "website": ("example", "Please enter a whole address"),
    "ageGroup": ("99", "Please choose from what is offered."),
    "company": ("A\x00B", "Control characters are not allowed."),
    "nick": ("x" * 256, "At most 255 characters"),
    "story": ("x" * 5001, "At most 5000 characters"),
    "shoeSize": ("1e400", "Please enter a number"),
    "otherMail": ("bo@", "Please enter an e-mail address"),
    "born": ("84", "Please enter a year"),
    "meal": ("Pork", "Please choose from what is offered."),
    "days": (["Friday", "Monday"], "Please choose from what is offered."),
    "parking": ("maybe", "Please choose from what is offered."),
}


def test_what_is_wrong_is_told_at_the_question_and_what_was_typed_stays(scene: Scene):
    with scene.shell.work() as work:
        for identifier, type_, options, *_ in KINDS:
            ask(work, scene.event, identifier, type_, options)
    scene.choose(**{sell(scene): 1})

    answer = scene.send({name: typed for name, (typed, _told) in BAD.items()} | {"jobTitle": "Kept"})

    elements = elements_of(answer)
    marked = [attributes for _tag, attributes in elements if attributes.get("aria-invalid")]
    ids = {attributes.get("id") for _tag, attributes in elements}
    described = [one["aria-describedby"] for _tag, one in elements if "answer-" in (one.get("aria-describedby") or "")]
    assert (answer.status_code, scene.status(), scene.holders()[0].company) == (422, "initializing", None)
    assert {name for name, (_typed, told) in BAD.items() if told not in answer.text} == set()
    assert len(described) == len(BAD)
    assert {name for one in described for name in (one or "").split()} <= ids
    assert len(marked) == len(BAD) - 2 + 3 + 3  # three boxes of one question, three of another
    assert 'value="Kept"' in answer.text
    assert re.search(r'value="Friday" checked', answer.text)
    labelled = {one.get("for") for tag, one in elements if tag == "label"}
    fields = {one["id"] for tag, one in elements if tag in ("input", "select", "textarea") and "id" in one}
    assert fields <= labelled


def test_a_ticket_asks_its_own_set_and_an_optional_question_can_be_left_out(scene: Scene):
    with scene.shell.work() as work:
        ask(work, scene.event, "company", is_required=True)
        ask(work, scene.event, "diet", form_id="short", description="Vegan?")
        ask(work, scene.event, "cv", "file", form_id="short")
        ask(work, scene.event, "gone", is_included=False, form_id="short")
        ask(work, scene.event, "lastname", is_required=True, form_id="short")
    scene.choose(**{sell(scene, form_id="short"): 1})

    shown = text_of(scene.browser.get(scene.page))
    nameless = scene.browser.post(scene.page, {**scene.named(), f"lastname-{scene.holders()[0].id}": " "})
    answer = scene.send({"diet": ""})

    assert "What of diet? optional Vegan?" in shown
    assert "What of cv? optional" in shown
    assert [text for text in ("company", "What of gone") if text in shown] == []
    assert (nameless.status_code, nameless.text.count("Please fill this in.")) == (422, 1)
    assert (answer.status_code, scene.holders()[0].complex_field_values) == (303, None)


def test_a_question_is_put_in_a_language_that_the_reader_has(scene: Scene):
    with scene.shell.work() as work:
        row = ask(work, scene.event, "size", name="Shirt size", main_language="en")
        named = {"event_id": row.event_id, "custom_form_id": row.id, "form_id": ""}
        work.db.add(CustomFormTranslate(name="Größe", language_code="de", **named))
    scene.choose(**{sell(scene): 1})

    german = scene.browser.client.get(scene.page, headers={"Accept-Language": "fr, de-AT;q=0.8, en;q=0.5"})
    english = scene.browser.get(scene.page)

    assert '<span lang="de">Größe</span>' in german.text
    assert '<span lang="en">Shirt size</span>' in english.text


PICTURE = b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")


def hidden_of(answer: TestResponse) -> dict[str, str]:
    """Return what a browser sends back of a page without showing it."""
    found = (one for tag, one in elements_of(answer) if tag == "input" and one.get("type") == "hidden")
    return {str(one["name"]): str(one["value"]) for one in found}


def test_files_are_handed_in_with_the_form_and_read_by_the_organizer(scene: Scene, visitor: Callable[..., Visitor]):
    with scene.shell.work() as work:
        cv, face = ask(work, scene.event, "cv", "file", is_required=True), ask(work, scene.event, "face", "image")
        fields = [(one.field_identifier, one.id) for one in (cv, face)]
    scene.choose(**{sell(scene): 1})

    assert "Please choose a file." in text_of(scene.send({}))
    wrong = scene.send({}, {"cv": (b"%PDF-1.7" + bytes(1_500_000), "My CV.pdf"), "face": (b"no picture", "me.png")})
    assert (wrong.status_code, "That is no picture that can be used" in wrong.text) == (422, True)
    kept = {name: value for name, value in hidden_of(wrong).items() if name.endswith(f"-{dict(fields)['cv']}")}
    assert [address.rpartition("/")[2] for address in kept.values()] == ["My-CV.pdf"]

    sent = scene.send({}, {"face": (PICTURE, "me.png")}, **kept)

    assert (sent.status_code, scene.status()) == (303, "completed")
    answers = scene.holders()[0].complex_field_values or {}
    assert [answers[name].rpartition("/")[2] for name in ("cv", "face")] == ["My-CV.pdf", "picture.png"]
    page = visitor(scene.organizer).get(scene.page)
    assert f'<a href="{answers["cv"]}">My-CV.pdf</a>' in page.text


def test_a_file_that_was_not_handed_in_here_is_no_answer(scene: Scene):
    with scene.shell.work() as work:
        ask(work, scene.event, "cv", "file")
    scene.choose(**{sell(scene): 1})

    answer = scene.send({"cv": "javascript:alert(1)"})

    assert (answer.status_code, "Please upload the file here" in answer.text, harmful(answer)) == (422, True, [])


def test_what_only_the_order_knows_to_be_missing_is_told_at_the_question(scene: Scene):
    with scene.shell.work() as work:
        ask(work, scene.event, "shoeSize", is_required=True)
        ask(work, scene.event, "shoe_size")  # kept under the same name
    scene.choose(**{sell(scene): 1})

    answer = scene.send({"shoeSize": "43", "shoe_size": ""})

    assert (answer.status_code, scene.status()) == (422, "initializing")
    assert answer.text.count("Missing required fields: shoeSize</p>") == 2


def test_more_own_answers_than_are_kept_are_refused_as_a_whole(scene: Scene):
    with scene.shell.work() as work:
        for number in range(31):
            ask(work, scene.event, f"question{number}")
    scene.choose(**{sell(scene): 1})

    answer = scene.send({f"question{number}": "x" for number in range(31)})

    assert (answer.status_code, "At most 30 answers to own questions are kept." in answer.text) == (422, True)
    assert answer.text.count('value="x"') == 31


def test_nothing_is_asked_where_the_form_is_off(scene: Scene):
    with scene.shell.work() as work:
        work.db.get_one(Event, scene.event.id).is_ticket_form_enabled = False
        ask(work, scene.event, "company", is_required=True)
    scene.choose(**{sell(scene): 1})

    assert "answer-" not in scene.browser.get(scene.page).text
    assert scene.send({}).status_code == 303
