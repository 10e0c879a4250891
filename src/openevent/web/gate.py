"""The way to signing in and back."""

from __future__ import annotations

from urllib.parse import quote

from flask import redirect, request
from werkzeug.wrappers import Response


def sign_in_first(back: str | None = None) -> Response:
    """Send somebody to the sign-in page, and afterwards back: to `back`, else to where he is now."""
    here = request.full_path.removesuffix("?") if request.method == "GET" else request.path
    return redirect(f"/sign-in?next={quote(back or here, safe='')}", 303)
