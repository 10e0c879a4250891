"""Headers that every answer carries: what browsers may do with it, and who may ask from elsewhere."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from openevent.jsonapi.request import Response

# Pages load style, scripts and fonts from here alone, and nothing inline; organizers name images by address.
# The form that says how to pay ends on a provider's page: browsers count a redirect after a form as its action.
_CASHIERS = "https://checkout.stripe.com https://www.paypal.com https://www.sandbox.paypal.com"
PAGE_POLICY = (
    f"default-src 'self'; img-src 'self' https:; object-src 'none'; base-uri 'none'; form-action 'self' {_CASHIERS}; "
    "frame-ancestors 'none'"
)
API_POLICY = "default-src 'none'; frame-ancestors 'none'"
_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_TLS = {"Strict-Transport-Security": "max-age=31536000"}
_METHODS = "GET, HEAD, POST, PATCH, DELETE, OPTIONS"
_REQUEST_HEADERS = "Accept, Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, X-CSRF-Token"
_PREFLIGHT = {
    "Access-Control-Allow-Methods": _METHODS,
    "Access-Control-Allow-Headers": _REQUEST_HEADERS,
    "Access-Control-Max-Age": "600",
}
_EXPOSED = "ETag, Idempotent-Replayed, Location, Retry-After, X-Request-ID"


def _for_all(policy: str, *, is_secure: bool) -> dict[str, str]:
    return {**_ALWAYS, "Content-Security-Policy": policy, **(_TLS if is_secure else {})}


# What stays on an answer of the API, whoever reads it: no page shows it, so it needs less than a page does.
_API = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Content-Security-Policy": API_POLICY,
    "Cache-Control": "private, no-cache",
}
_API_TLS = {**_API, **_TLS}


def for_page(headers: Sequence[tuple[str, str]], *, is_secure: bool, request_id: str) -> list[tuple[str, str]]:
    """Return the headers that a page still lacks."""
    given = {name.lower() for name, _ in headers}
    more = {
        **_for_all(PAGE_POLICY, is_secure=is_secure),
        "Cache-Control": "private, no-cache",
        "X-Request-ID": request_id,
    }
    return [(name, value) for name, value in more.items() if name.lower() not in given]


def for_api(response: Response, is_secure: bool) -> list[tuple[str, str]]:  # noqa: FBT001 -- called once a request
    """Return an answer's headers, but for the request's id; its own replace ours (the engine writes names as here)."""
    always = _API_TLS if is_secure else _API
    return [  # an answer to HEAD says the length of what GET would get; said twice, the server hangs up
        *{**always, "Content-Length": str(len(response.body)), **response.headers}.items(),
        *(("Set-Cookie", value) for value in response.cookies),
    ]


def preflight() -> Response:
    """Return the answer to OPTIONS."""
    return Response(204, {"Allow": _METHODS}, b"")


def allow_origin(response: Response, origin: str | None, allowed: Sequence[str]) -> Response:
    """Let pages of an allowed origin read the answer (Fetch standard, CORS protocol); credentials never go with `*`.

    Returns an answer of its own: the given one may be remembered, and is for others as well. Where everybody may read
    it, it is the same for all, and says so to who comes from nowhere, too: caches keep one answer, not two.
    """
    if not allowed:
        return response
    more = _TO_ALL if allowed == _ANYBODY else _to_one(response, origin, allowed)
    if "Access-Control-Allow-Origin" in more and response.status == 204 and "Allow" in response.headers:  # noqa: PLR2004 -- the answer to OPTIONS
        more = {**more, **_PREFLIGHT}
    return replace(response, headers={**response.headers, **more})


def _to_one(response: Response, origin: str | None, allowed: Sequence[str]) -> dict[str, str]:
    varies = {"Vary": ", ".join(filter(None, (response.headers.get("Vary"), "Origin")))}
    if origin in allowed:
        return {**varies, **_open_to(str(origin)), "Access-Control-Allow-Credentials": "true"}
    return {**varies, **_TO_ALL} if "*" in allowed else varies


def _open_to(origin: str) -> dict[str, str]:
    return {"Access-Control-Allow-Origin": origin, "Access-Control-Expose-Headers": _EXPOSED}


_ANYBODY = ("*",)
_TO_ALL = _open_to("*")
