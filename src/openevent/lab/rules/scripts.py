"""What a script may look like."""

from __future__ import annotations

from typing import Final, Literal

Visibility = Literal["private", "class", "public"]
VISIBILITIES: Final = ("private", "class", "public")
LONGEST_CODE: Final = 64_000  # letters
LONGEST_TITLE: Final = 200
MOST_SCRIPTS: Final = 200  # of one person
MOST_VERSIONS: Final = 500  # of one script


def title_fault(title: str) -> str | None:
    r"""Return the sentence that says what is wrong with a title; None when nothing is.

    >>> title_fault("multimeter.py"), title_fault("  "), title_fault("a\nb")
    (None, 'A script needs a name.', 'A name is one line of text.')
    >>> title_fault("a" * 201)
    'A name has 200 letters at most.'
    """
    if not title.strip():
        return "A script needs a name."
    if not title.isprintable():
        return "A name is one line of text."
    return f"A name has {LONGEST_TITLE} letters at most." if len(title) > LONGEST_TITLE else None


def code_fault(code: str) -> str | None:
    r"""Return the sentence that says what is wrong with a script's text; whether Python takes it, a run will show.

    >>> code_fault("print(1)"), code_fault("a\0b"), code_fault("x" * 64_001)
    (None, 'A script is text.', 'A script has 64,000 letters at most.')
    """
    if "\0" in code or any(0xD800 <= ord(one) < 0xE000 for one in code):  # noqa: PLR2004 -- halves of letters, UTF-16
        return "A script is text."
    return f"A script has {LONGEST_CODE:,} letters at most." if len(code) > LONGEST_CODE else None
