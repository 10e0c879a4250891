"""Pictures of others: measured without being decoded, cut to size, refused when they are none."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image

from openevent.kit.pictures import MOST_PIXELS, Frame, NoPicture, measure, resized


def _bytes(picture, form="PNG", **options):
    kept = io.BytesIO()
    picture.save(kept, form, **options)
    return kept.getvalue()


def _plain(size=(400, 300), mode="RGB", colour="#336699"):
    return Image.new(mode, size, colour)


def _claiming(width, height):
    """Return a PNG of a few bytes that says it is this large."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def _open(data):
    return Image.open(io.BytesIO(data))


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "WEBP"])
def test_the_forms_of_the_web_are_measured_and_resized(form):
    data = _bytes(_plain(), form)

    made, ending = resized(data, Frame(100, 100))

    assert measure(data) == (400, 300)
    assert (_open(made).size, _open(made).format, ending) == ((100, 100), "JPEG", "jpg")


@pytest.mark.parametrize(
    ("frame", "size"),
    [
        (Frame(100, 100), (100, 100)),
        (Frame(200, 50), (200, 50)),
        (Frame(800, 300), (400, 150)),
        (Frame(200, 1, keeps_aspect=True), (200, 150)),
        (Frame(900, 1, keeps_aspect=True), (400, 300)),
    ],
)
def test_a_frame_is_filled_and_never_stretched(frame, size):
    assert _open(resized(_bytes(_plain()), frame)[0]).size == size


@pytest.mark.parametrize("size", [(1, 1), (1, 3000), (3000, 1)])
def test_odd_shapes_keep_a_pixel(size):
    for frame in (Frame(75, 30), Frame(75, 30, keeps_aspect=True)):
        assert min(_open(resized(_bytes(_plain(size)), frame)[0]).size) >= 1


def test_the_middle_is_kept():
    picture = _plain((300, 100), colour="#ff0000")
    picture.paste("#0000ff", (100, 0, 200, 100))

    made = _open(resized(_bytes(picture), Frame(100, 100))[0])

    assert all(made.getpixel((x, 50))[2] > 200 for x in (5, 50, 95))


def test_what_is_see_through_stays_so():
    made, ending = resized(_bytes(_plain(mode="RGBA", colour=(0, 0, 0, 0))), Frame(40, 40))

    assert (ending, _open(made).mode, _open(made).getpixel((20, 20))[3]) == ("png", "RGBA", 0)


@pytest.mark.parametrize("mode", ["L", "P", "1", "CMYK"])
def test_every_kind_of_colour_is_understood(mode):
    data = _bytes(_plain().convert(mode), "JPEG" if mode == "CMYK" else "PNG")

    assert _open(resized(data, Frame(40, 40))[0]).mode == "RGB"


def test_a_camera_held_upright_is_obeyed_and_its_notes_are_left_out():
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010E] = "taken at home"
    data = _bytes(_plain((400, 200)), "JPEG", exif=exif)

    made = resized(data, Frame(100, 1, keeps_aspect=True))[0]

    assert _open(made).size == (100, 200)
    assert b"taken at home" in data
    assert b"taken at home" not in made
    assert not _open(made).getexif()


def test_a_lower_quality_is_a_smaller_file():
    data = _bytes(Image.effect_noise((400, 300), 80).convert("RGB"))
    large, small = (resized(data, Frame(300, 200, quality=quality))[0] for quality in (90, 10))

    assert len(small) < len(large) / 2


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no picture",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"%PDF-1.7",
        _bytes(_plain(), "BMP"),  # a picture, but none that is shown here
        _bytes(_plain(), "TIFF"),
        b"\x89PNG\r\n\x1a\n and then nonsense",
        b"\xff\xd8\xff and then nonsense",
        b"GIF89a",
        b"RIFF\x10\x00\x00\x00WEBPVP8 nonsense",
    ],
)
def test_what_is_no_picture_is_said_to_be_none(data):
    with pytest.raises(NoPicture):
        measure(data)
    with pytest.raises(NoPicture):
        resized(data, Frame(10, 10))


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_a_file_that_is_cut_off_is_no_picture(form):
    data = _bytes(Image.effect_noise((300, 300), 80).convert("RGB"), form)

    with pytest.raises(NoPicture):
        resized(data[: len(data) // 2], Frame(10, 10))


@pytest.mark.parametrize("size", [(MOST_PIXELS, 2), (10_000, 5_001), (2**31 - 1, 2**31 - 1)])
@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_a_picture_that_claims_to_be_huge_is_not_decoded(size):
    with pytest.raises(NoPicture):
        measure(_claiming(*size))
    with pytest.raises(NoPicture):
        resized(_claiming(*size), Frame(10, 10))
