from __future__ import annotations

from typing import Any

import pytest

from openevent.door.rules.badges import BadgeInvalid, Person, card, cased, is_qr, paper, read_fields, wanted


@pytest.mark.parametrize(
    ("sent", "place"),
    [
        ("name", ""),
        ([{}] * 61, ""),
        (["name"], "/0"),
        ([{"badgeFieldId": "0"}], "/0/badge_field_id"),
        ([{"badgeFieldId": True}], "/0/badge_field_id"),
        ([{"sampleText": 7}], "/0/sample_text"),
        ([{"sampleText": "x" * 2_001}], "/0/sample_text"),
        ([{"font-color": "x" * 41}], "/0/font_color"),
        ([{"sampleText": "bell \x07"}], "/0/sample_text"),
        ([{"fontSize": "big"}], "/0/font_size"),
        ([{"marginTop": 10_001}], "/0/margin_top"),
        ([{"isDeleted": "no"}], "/0/is_deleted"),
        ([{"fontWeight": "bold"}], "/0/font_weight"),
        ([{"fontWeight": ["bold"]}], "/0/font_weight"),
        ([{"qrCustomField": ["email"] * 61}], "/0/qr_custom_field"),
        ([{}, {"qrCustomField": [7]}], "/1/qr_custom_field"),
    ],
)
def test_a_field_that_cannot_be_printed_is_pointed_at(sent: Any, place: str) -> None:
    with pytest.raises(BadgeInvalid) as caught:
        read_fields(sent, "/fields")

    assert caught.value.pointer == f"/fields{place}"


def test_fields_are_read_however_their_members_are_spelled() -> None:
    sent = [
        {"badgeFieldId": "7", "fontSize": "12", "font-weight": [{"name": "bold", "x": 1}], "unheardOf": 1},
        {"font_weight": None, "qrCustomField": ["email", None], "is_deleted": None, "marginTop": None},
    ]

    assert read_fields(sent, "/fields") == [
        {"font_size": 12, "font_weight": [{"name": "bold"}], "id": 7},
        {"font_weight": None, "qr_custom_field": ["email", ""], "is_deleted": None, "margin_top": None},
    ]
    assert read_fields(None, "/fields") == []


@pytest.mark.parametrize(
    ("size", "orientation", "measures"),
    [
        ("a4", "portrait", (210.0, 297.0)),
        ("10 x 15 cm", "Landscape", (150.0, 100.0)),
        ("3 x 4 mm", None, (105.0, 148.0)),  # nobody can read that
        ("5 x 60 in", None, (105.0, 148.0)),
        ("unheard-of", None, (105.0, 148.0)),
        ("7", None, (105.0, 148.0)),
    ],
)
def test_how_large_a_badge_is(size: str, orientation: str | None, measures: tuple[float, float]) -> None:
    assert paper(size, orientation) == measures


def test_what_is_printed() -> None:
    field = {"field_identifier": "firstname", "custom_field": "First Name"}

    assert [wanted(field, shown) for shown in (None, [], ["First name"], ["email"])] == [True, False, True, False]
    assert wanted({**field, "is_deleted": True}, None) is False
    assert (is_qr({"custom_field": "QR"}), is_qr(field)) == (True, False)
    assert (cased("ab c", "title case"), cased("Ab", "as it is")) == ("Ab C", "Ab")


def test_a_card_holds_an_address_and_members_that_no_card_knows() -> None:
    person = Person(7, {"address": "Pier 3; left", "shoesize": "43", "firstname": "Bo"})

    told = card(person, ["address", "Shoe Size", "firstname", "email", "address"]).splitlines()

    assert told == [
        "BEGIN:VCARD",
        "VERSION:3.0",
        "N:;Bo;;;",
        "FN:Bo",
        r"ADR:;;Pier 3\; left;;;;",
        "X-SHOESIZE:43",
        "UID:7",
        "END:VCARD",
    ]
