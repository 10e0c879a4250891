"""What an uploaded file is, by its first bytes, and under which name it is kept."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re

from msgspec import Struct

MEDIA = "media"  # where uploads are kept, and below which they are shown
UNKNOWN = "application/octet-stream"
KILOBYTE = 1024
_LONGEST_NAME = 80
_LONGEST_STEM = 60  # of the name of another size, which says more
_DATA_URL = re.compile(r"data:[\w.+-]*/?[\w.+-]*(?:;[\w=.-]+)*;base64,", re.IGNORECASE)
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_-]+")
_KEY = re.compile(r"/static/[a-z]+/[0-9a-f]{1,64}/[A-Za-z0-9_-][A-Za-z0-9._-]{0,100}")
_ENDING = re.compile(r"[a-z0-9]{1,8}")


class Form(Struct, frozen=True):
    """A form of files that browsers may show: how it starts, what it is called."""

    content_type: str
    ending: str
    start: bytes
    at_eight: bytes = b""  # what stands after the first eight bytes


FORMS = (
    Form("image/png", "png", b"\x89PNG\r\n\x1a\n"),
    Form("image/jpeg", "jpg", b"\xff\xd8\xff"),
    Form("image/gif", "gif", b"GIF87a"),
    Form("image/gif", "gif", b"GIF89a"),
    Form("image/webp", "webp", b"RIFF", b"WEBP"),
    Form("application/pdf", "pdf", b"%PDF-"),
)


def form_of(data: bytes) -> Form | None:
    """Return the form of a file that browsers may show; None for everything else, whatever it calls itself.

    >>> form_of(b"%PDF-1.7 ...").content_type, form_of(b"<html><script>")
    ('application/pdf', None)
    """
    return next(
        (one for one in FORMS if data.startswith(one.start) and data[8:12].startswith(one.at_eight)),
        None,
    )


def content_type_of(data: bytes) -> str:
    """Return the content type under which a file is kept.

    >>> content_type_of(b"GIF89a..."), content_type_of(b"<html>")
    ('image/gif', 'application/octet-stream')
    """
    form = form_of(data)
    return form.content_type if form else UNKNOWN


def is_image(form: Form | None) -> bool:
    """Tell whether a form is one of pictures."""
    return form is not None and form.content_type.startswith("image/")


def key_of(address: str, site: str) -> str | None:
    """Return the storage key of one of our own uploads, None for any other address.

    >>> key_of("https://example.org/static/media/0a1b/picture.png", "https://example.org")
    'media/0a1b/picture.png'
    >>> key_of("https://elsewhere.example/static/media/0a1b/picture.png", "https://example.org")
    """
    path = address.removeprefix(site)
    is_ours = path.startswith(f"/static/{MEDIA}/") and _KEY.fullmatch(path)
    return path.removeprefix("/static/") if is_ours else None


def size_key(key: str, name: str, data: bytes, ending: str) -> str:
    """Return the storage key of another size of a picture: beside it, and another one for other bytes.

    >>> size_key("media/0a1b/picture.png", "icon", b"...", "jpg")
    'media/0a1b/picture-icon-ab5df625.jpg'
    """
    place, _, full = key.rpartition("/")
    stem = full.rpartition(".")[0] or full
    return f"{place}/{stem[:_LONGEST_STEM]}-{name}-{hashlib.sha256(data).hexdigest()[:8]}.{ending}"


def read_data_url(text: str) -> bytes | None:
    """Return what a data URL holds; None for a text that is none.

    >>> read_data_url("data:image/png;base64,SGVsbG8="), read_data_url("https://example.org/a.png")
    (b'Hello', None)
    """
    head = _DATA_URL.match(text)
    if head is None:
        return None
    try:
        return base64.b64decode(text[head.end() :], validate=True)
    except (binascii.Error, ValueError):
        return None


def kept_name(name: str, form: Form | None) -> str:
    r"""Return the name under which a file is kept: harmless everywhere, with the ending of what it really is.

    >>> kept_name("../My slides (final).PDF", FORMS[-1]), kept_name("run.html", None), kept_name("Grüße", FORMS[0])
    ('My-slides-final.pdf', 'run.html', 'Gr-e.png')
    >>> kept_name("", None), kept_name("C:\\fakepath\\x.tar.gz", None)
    ('file', 'x-tar.gz')
    """
    last = name.replace("\\", "/").rpartition("/")[2]
    stem, dot, ending = last.rpartition(".") if "." in last else (last, "", "")
    ending = form.ending if form else ending.lower() if _ENDING.fullmatch(ending.lower()) else ""
    stem = _NOT_IN_NAMES.sub("-", stem or dot)[:_LONGEST_NAME].strip("-") or "file"
    return f"{stem}.{ending}" if ending else stem
