import io
import threading

import pypdf
import pytest
from pypdf.generic import ContentStream

from openevent.kit.errors import Unavailable
from openevent.kit.pdf import FONTS, TypstPdf

NAMES = {
    "Latin": "Ana Łukasz Żółć Nguyễn Ðặng Þórr",
    "Cyrillic": "Дмитрий Ковалёв Їжак",
    "Greek": "Ελένη Παπαδοπούλου",
    "Arabic": "أحمد عبد الرحمن",
    "Persian": "پژمان گیلانی",
    "Hebrew": "שרה כהן",
    "Devanagari": "आदित्य शर्मा क्षत्रिय",
    "Chinese": "王小明 陳大文",
    "Japanese": "田中さくら カタカナ",
    "Korean": "김민준",
    "Thai": "สมชาย ใจดี",
    "Tamil": "கார்த்திக்",
    "Bengali": "রবীন্দ্রনাথ",
    "Georgian": "ქართული",
    "Armenian": "Հայկ",
    "Ethiopic": "ኃይለ",
    "Sinhala": "සිංහල",
}


def svg(color):
    shape = f'<rect width="9" height="9" fill="{color}"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">{shape}</svg>'.encode()


def missing_glyphs(data):
    """Count how often glyph 0 ("there is no such glyph") is set: Typst's fonts are all two bytes a glyph."""
    found = 0
    for page in pypdf.PdfReader(data).pages:
        for operands, operator in ContentStream(page["/Contents"].get_object(), page.pdf).operations:
            if operator not in (b"Tj", b"TJ"):
                continue
            shown = operands[0] if operator == b"TJ" else operands
            for piece in shown:
                raw = getattr(piece, "original_bytes", b"")
                found += sum(raw[i : i + 2] == b"\0\0" for i in range(0, len(raw), 2))
    return found


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    place = tmp_path_factory.mktemp("package")
    documents = place / "toy" / "templates" / "documents"
    documents.mkdir(parents=True)
    start = '#import "/prelude.typ": values, picture, fonts\n#set text(font: fonts)\n'
    (documents / "name.typ").write_text(start + "#values.name")
    lines = "#set page(width: 90mm, height: auto, margin: 0mm)\n#set text(size: 24pt)\n#show: readable\n"
    (documents / "lines.typ").write_text(start.replace("fonts\n", "fonts, readable\n", 1) + lines + "#values.name")
    (documents / "image.typ").write_text(start + '#picture("qr.svg")')
    (documents / "escape.typ").write_text('#read("/etc/hostname")')
    (documents / "outside.typ").write_text('#read("../../../../etc/hostname")')
    return place


@pytest.fixture(scope="module")
def pdf(package):
    return TypstPdf(package)


def pages(data):
    return io.BytesIO(data)


@pytest.mark.parametrize("script", NAMES)
def test_no_name_lacks_a_glyph(pdf, script):
    data, warnings = pdf.render_with_warnings("toy/name.typ", {"name": NAMES[script]})

    assert (missing_glyphs(pages(data)), warnings) == (0, [])


def height_of(pdf, text):
    return float(pypdf.PdfReader(pages(pdf.render("toy/lines.typ", {"name": text}))).pages[0].mediabox.height)


@pytest.mark.parametrize("tall", ["محمد\nمحمد", "प्रियंका\nक्षत्रिय", "สุทธิ\nดี้"])
def test_lines_of_tall_letters_do_not_touch(pdf, tall):
    assert height_of(pdf, tall) > 1.2 * height_of(pdf, "Latin\nletters")


def test_a_line_ends_within_a_word_that_is_longer(pdf):
    assert height_of(pdf, "W" * 60) > 4 * height_of(pdf, "W")


def test_emoji_are_left_out(pdf):
    text = (
        pypdf.PdfReader(pages(pdf.render("toy/name.typ", {"name": "Bo 🎉👩‍👩‍👧 Smith ✅ ❤️ 👍🏽 🇩🇪 ★"})))
        .pages[0]
        .extract_text()
    )

    assert text == "Bo Smith ★"


def test_the_test_would_see_a_missing_glyph(pdf):
    data = pdf.render("toy/name.typ", {"name": "\U00012000"})  # a cuneiform sign, which we do not ship

    assert missing_glyphs(pages(data)) == 1


def test_values_are_text_and_never_markup(pdf):
    name = '#read("/etc/hostname") *bold* $x$ \\ <b>'

    data = pdf.render("toy/name.typ", {"name": name})

    assert pypdf.PdfReader(pages(data)).pages[0].extract_text() == name


def test_documents_are_tagged_for_readers_that_speak(pdf):
    data = pdf.render("toy/name.typ", {"name": "Ana"})

    assert pypdf.PdfReader(pages(data)).root_object["/MarkInfo"]["/Marked"] == True  # noqa: E712 -- a PDF boolean


def test_an_image_of_one_call_is_not_seen_by_the_next(pdf):
    red = pdf.render("toy/image.typ", {}, images={"qr.svg": svg("red")})
    blue = pdf.render("toy/image.typ", {}, images={"qr.svg": svg("blue")})

    assert red != blue
    with pytest.raises(Unavailable):
        pdf.render("toy/image.typ", {})


@pytest.mark.parametrize("template", ["toy/escape.typ", "toy/outside.typ"])
def test_a_template_sees_nothing_of_the_machine(pdf, template):
    with pytest.raises(Unavailable):
        pdf.render(template, {})


@pytest.mark.parametrize("name", ["../x.svg", "X.svg", "x.typ", "a/b.png", ".png"])
def test_an_image_has_a_plain_name(pdf, name):
    with pytest.raises(ValueError, match="not an image name"):
        pdf.render("toy/image.typ", {}, images={name: b""})


def test_an_unknown_template_is_a_mistake(pdf):
    with pytest.raises(LookupError):
        pdf.render("toy/../../etc/passwd", {})


def test_threads_set_documents_side_by_side(pdf):
    found = {}

    def run(color):
        found[color] = [pdf.render("toy/image.typ", {}, images={"qr.svg": svg(color)}) for _ in range(10)]

    threads = [threading.Thread(target=run, args=(color,)) for color in ("red", "green", "blue")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len({documents[0][-2000:] for documents in found.values()}) == 3
    assert [len({len(data) for data in documents}) for documents in found.values()] == [1, 1, 1]


def test_fonts_come_with_their_licence():
    assert (FONTS / "OFL.txt").read_text().startswith("Copyright")
    assert (FONTS / "VERSIONS.md").exists()
