"""The way to signing in and back, and how much a form may carry."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import quote

from flask import current_app, redirect, request
from werkzeug.wrappers import Response

View = TypeVar("View", bound=Callable[..., Any])
_WITH_FILES: set[str] = set()  # modules and names of views


def takes_files(view: View) -> View:
    """Let the forms of a view carry files: as much as an upload may."""
    _WITH_FILES.add(f"{view.__module__}.{view.__name__}")
    return view


def is_for_files(view: Callable[..., Any] | None) -> bool:
    """Tell whether the forms of a view may carry files."""
    return view is not None and f"{view.__module__}.{view.__name__}" in _WITH_FILES


def sign_in_first(back: str | None = None) -> Response:
    """Send somebody to the sign-in page, and afterwards back: to `back`, else to where he is now."""
    return redirect(f"/sign-in?next={quote(back or _here(), safe='')}", 303)


def _here() -> str:
    """Return the address of this page; of a form that was sent, that of the page which the form is about."""
    if request.method == "GET":
        return request.full_path.removesuffix("?")
    pages, path = current_app.url_map.bind(""), request.path
    while path and not pages.test(path, "GET"):
        path = path.rpartition("/")[0]
    return path or "/"
