"""Cookies of the API (RFC 6265), written and read by Werkzeug, which is loaded by whoever needs one."""

from __future__ import annotations

from datetime import timedelta


def cookie(name: str, value: str, *, path: str, lasts: timedelta, is_secure: bool, is_for_scripts: bool = False) -> str:
    """Return a Set-Cookie header that is sent along from our own pages alone; one that lasts no time is taken away."""
    from werkzeug.http import dump_cookie  # noqa: PLC0415 -- loads a web framework: not at start

    return dump_cookie(
        name,
        value,
        max_age=lasts,
        expires=None if lasts else 0,
        path=path,
        secure=is_secure,
        httponly=not is_for_scripts,
        samesite="Lax",
    )


def cookie_in(header: str, name: str) -> str | None:
    """Return a cookie of a Cookie header, None when it is not there."""
    from werkzeug.http import parse_cookie  # noqa: PLC0415 -- loads a web framework: not at start

    return parse_cookie(header).get(name)
