"""What the PDF of a ticket shows, in which language, and that no letter is missing from it."""

from __future__ import annotations

import io
import re
from urllib.parse import quote

import boto3
import pytest
import zxingcpp
from moto.server import ThreadedMotoServer
from PIL import Image
from pypdf import PdfReader

from cast import ana, bo
from factories import make_event, make_order, make_ticket
from kit.test_pdf import missing_glyphs
from openevent.kit.access import SYSTEM
from openevent.kit.storage import open_storage
from openevent.orders.actions import invoice_pdf, logos, make_documents
from openevent.orders.actions.issuing import with_codes
from openevent.orders.documents import qr_code
from openevent.orders.models import Attendee
from openevent.orders.queries import admissions, holders

NAMES = {
    "Latin": "Łucja Þórsdóttir",
    "Arabic": "ليلى الحداد",
    "Devanagari": "क्षितिज शर्मा",
    "Chinese": "王小明",
    "Japanese": "山田 さくら",
    "Korean": "김민준",
}
QR_VERSION_5 = 37  # modules a side


def made(work, **event):
    """Make an order of one ticket for each of the names, and return the PDFs of its tickets."""
    found = make_event(work, owner=ana(work), **event)
    ticket = make_ticket(
        work, found, name="Standard", description="<p>With <b>lunch</b></p>", is_description_visible=True
    )
    order = make_order(work, ticket, buyer=bo(work), quantity=len(NAMES))
    for one, name in zip(holders(work.db, order.id), NAMES.values(), strict=True):
        one.firstname, one.lastname = name, None
    work.db.flush()
    make_documents(work, order.id)
    return [work.services.storage.get(one.pdf_key) for one in holders(work.db, order.id)]


def page(data):
    return PdfReader(io.BytesIO(data)).pages[0].extract_text()


def test_no_name_on_a_ticket_lacks_a_letter(work):
    name = " ".join(NAMES.values())

    found = made(work, name=name, ticket_note=name, location_name=name)

    assert [missing_glyphs(io.BytesIO(data)) for data in found] == [0] * len(NAMES)
    assert NAMES["Latin"] in page(found[0])
    assert NAMES["Chinese"] in page(found[3])


def test_what_is_said_after_an_order_stands_on_tickets_that_have_no_note(work):
    said = "<p>Bring your badge.</p>"

    plain, noted = (made(work, after_order_message=said, ticket_note=note)[0] for note in (None, "No pets."))

    long = made(work, after_order_message="<p>" + "so much " * 500 + "</p>")[0]

    assert "so much ..." in page(long)
    assert "Bring your badge." in page(plain)
    assert ("No pets." in page(noted), "Bring your badge." in page(noted)) == (True, False)


def test_no_name_has_boxes_where_emoji_stood(work):
    found = made(work, name="Party 🎉 Camp ❤️ 👩‍👩‍👧 🇩🇪 1️⃣ ☕ ✅", ticket_note="🎟️", location_name="Hall ⭐ 3")

    assert [missing_glyphs(io.BytesIO(data)) for data in found] == [0] * len(NAMES)
    assert "Party Camp 1" in page(found[0])
    assert "Hall 3" in page(found[0])


def test_a_ticket_is_one_page_however_much_there_is_to_say(work):
    event = make_event(
        work, owner=ana(work), name="Donaudampfschifffahrt" * 12, location_name="W" * 255, ticket_note="so much " * 75
    )
    ticket = make_ticket(work, event, name="X" * 255, description="to be said " * 400, is_description_visible=True)
    order = make_order(work, ticket, buyer=bo(work))
    (holder,) = holders(work.db, order.id)
    holder.firstname, holder.lastname, holder.email = "M" * 255, "Ab " * 85, f"{'a' * 64}@{'b' * 63}.example.org"
    work.db.flush()

    make_documents(work, order.id)

    pdf = PdfReader(io.BytesIO(work.services.storage.get(holder.pdf_key)))
    text = pdf.pages[0].extract_text()
    assert len(pdf.pages) == 1
    assert max(len(line) for line in text.splitlines()) < 150, "a line ends within a word that is longer"
    assert text.replace("\u200b", "").replace("\n", "").count("M" * 255) == 1
    assert text.count("to be said") < 60, "a description that is a book is cut"


def test_a_ticket_speaks_the_language_of_its_event(work):
    place = {"location_name": "Kulturhaus", "online": True}
    german = page(made(work, language="de", ticket_note="Bitte Ausweis mitbringen.", **place)[0])
    english = page(made(work)[0])

    assert ["Wann", "Freitag" in german or "Donnerstag" in german, "Bitte Ausweis mitbringen." in german] == [
        "Wann",
        True,
        True,
    ]
    assert [word in german for word in ("Wann", "Wo", "Zeigen Sie diese Seite", "Gut zu wissen", "With lunch")] == [
        True
    ] * 5
    assert "Kulturhaus, und online" in german
    assert [word in english for word in ("When", "Where", "Show this page", "Good to know")] == [True] * 3 + [False]


def test_a_ticket_shows_the_logo_that_was_uploaded(work, services):
    picture, small = io.BytesIO(), "media/aa/logo.png"
    Image.new("RGB", (2000, 500), "#b3202c").save(picture, "PNG")
    services.storage.put(small, picture.getvalue(), content_type="image/png")
    services.storage.put("media/bb/logo.png", b"no picture", content_type="image/png")

    def pictures(address):
        return [image.image.size for image in PdfReader(io.BytesIO(made(work, logo_url=address)[0])).pages[0].images]

    assert pictures(services.site.link(f"/static/{small}")) == [(640, 160)]
    assert pictures(services.site.link("/static/media/bb/logo.png")) == []
    assert pictures(services.site.link("/static/media/cc/none.png")) == []
    assert pictures("https://elsewhere.example/logo.png") == []


def test_a_storage_that_is_away_costs_the_logo_alone(work, services, monkeypatch):
    from openevent.kit.errors import Unavailable  # noqa: PLC0415 -- only here

    def away(_key):
        raise Unavailable

    address = services.site.link("/static/media/dd/logo.png")
    monkeypatch.setattr(services.storage, "get", away)
    assert logos.logo_of(services, address) is None


def test_logos_that_are_remembered_are_few(services, monkeypatch):
    monkeypatch.setattr(logos, "_MOST", 2)
    for name in "abcd":
        logos.logo_of(services, services.site.link(f"/static/media/{name}{name}{name}/logo.png"))

    assert len(logos._made) <= 64  # noqa: SLF001 -- what is remembered is seen nowhere else


def test_the_code_is_small_enough_for_a_camera(work):
    order = make_order(work, make_ticket(work, make_event(work)), buyer=bo(work))
    (found,) = with_codes(work, admissions(work.db, [one.id for one in holders(work.db, order.id)]))

    assert f'viewBox="0 0 {QR_VERSION_5} {QR_VERSION_5}"'.encode() in qr_code(found.code)


def test_the_code_is_read_as_it_was_written():
    text = "OE1:6BF5A1B2.Łucja"

    drawn = qr_code(text).decode()

    side = int(re.search(r'viewBox="0 0 (\d+)', drawn)[1])
    picture = Image.new("L", (side + 8, side + 8), 255)
    for start, row, length in re.findall(r"M(\d+) (\d+)\.5h(\d+)", drawn):
        picture.paste(0, (int(start) + 4, int(row) + 4, int(start) + 4 + int(length), int(row) + 5))
    assert [one.text for one in zxingcpp.read_barcodes(picture.resize((4 * side, 4 * side)))] == [text]


def test_an_invoice_speaks_the_language_of_its_event(work):
    event = make_event(work, owner=ana(work), language="de", name="Tage der offenen Quellen")
    order = make_order(work, make_ticket(work, event, price=4250, name="Standard"), buyer=bo(work), status="placed")

    text = page(invoice_pdf(work, order, by=SYSTEM))

    assert [word in text for word in ("Rechnung", "Anzahl", "Zu zahlen", "42.50 EUR", "Bo Lindqvist")] == [True] * 5
    assert "Tage der offenen Quellen" in text


def test_an_invoice_says_how_it_is_paid_and_taxed_in_the_language_of_its_event(work):
    event = make_event(work, owner=ana(work), language="de", online=True, location_name="Kulturhaus")
    order = make_order(work, make_ticket(work, event, price=4250, name="Standard"), buyer=bo(work), status="placed")
    order.payment_mode, order.tax_rate, order.is_tax_included = "bank", 19, True
    work.db.flush()

    text = page(invoice_pdf(work, order, by=SYSTEM))

    assert [word in text for word in ("Überweisung", "Steuer 19%, enthalten", "placed", "bank,")] == [True, True] + [
        False
    ] * 2


@pytest.fixture
def bucket():
    """The address of a bucket of a server that speaks S3."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    keys = {"aws_access_key_id": "key", "aws_secret_access_key": "secret", "region_name": "us-east-1"}
    boto3.client("s3", endpoint_url=endpoint, **keys).create_bucket(Bucket="tickets")
    yield f"s3://key:secret@tickets/here?endpoint={quote(endpoint, safe='')}"
    server.stop()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_tickets_lie_in_a_bucket_and_leave_it(shell, run_jobs, services, bucket):
    from msgspec.structs import replace  # noqa: PLC0415 -- only here

    from openevent.kit.services import Services  # noqa: PLC0415 -- same
    from openevent.kit.work import Shell  # noqa: PLC0415 -- same
    from openevent.kit.worker import Worker  # noqa: PLC0415 -- same
    from openevent.orders.actions import reissue_code  # noqa: PLC0415 -- same

    storage = open_storage(bucket)
    there: Services = replace(services, storage=storage)
    distant = Shell(shell.database, shell.clock, there, shell.reactions)
    with distant.work() as work:
        order = make_order(work, make_ticket(work, make_event(work)), buyer=bo(work))
        make_documents(work, order.id)
    before = storage.keys("tickets/")
    with distant.work() as work:
        (holder,) = holders(work.db, order.id)
        assert storage.get(holder.pdf_key).startswith(b"%PDF")
        reissue_code(work, work.db.get_one(Attendee, holder.id), by=SYSTEM)
    Worker(distant).run_due()

    after = storage.keys("tickets/")
    assert (len(before), len(after), set(before) & set(after)) == (1, 1, set())
