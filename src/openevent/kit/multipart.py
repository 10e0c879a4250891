"""Files of a form (multipart/form-data, RFC 7578), read from a body that is in memory already."""

from __future__ import annotations

import io
from typing import NamedTuple


class SentFile(NamedTuple):
    """One file: the form's name for it, the name it has at the sender's, and what is in it."""

    field: str
    name: str
    data: bytes


def files_of(content_type: str, body: bytes, *, most_parts: int) -> list[SentFile]:
    """Return a form's files in their order; none when the body is no such form, or has more parts than allowed."""
    from werkzeug.exceptions import RequestEntityTooLarge  # noqa: PLC0415 -- loads a web framework: not at start
    from werkzeug.formparser import FormDataParser  # noqa: PLC0415 -- same
    from werkzeug.http import parse_options_header  # noqa: PLC0415 -- same

    mimetype, options = parse_options_header(content_type)
    parser = FormDataParser(_in_memory, max_form_parts=most_parts, silent=False)
    try:
        files = parser.parse(io.BytesIO(body), mimetype, len(body), options)[2]
    except (ValueError, RequestEntityTooLarge):
        return []
    return [SentFile(field, one.filename or "", one.stream.read()) for field, one in files.items(multi=True)]


def _in_memory(
    total_content_length: int | None,  # noqa: ARG001 -- as the parser calls it
    content_type: str | None,  # noqa: ARG001 -- same
    filename: str | None,  # noqa: ARG001 -- same
    content_length: int | None = None,  # noqa: ARG001 -- same
) -> io.BytesIO:
    """Return where a file of the form goes: the whole body is in memory already."""
    return io.BytesIO()
