"""What the plain endpoints of accounts take and give."""

from __future__ import annotations

from openevent.jsonapi.shapes import DONE, EMAIL, FLAG, MESSAGE, NUMBER, TEXT, WHOLE, Told, maybe, record, rows

_SIGN_IN = record(
    {"email?": TEXT, "username?": TEXT, "password": TEXT, "remember-me?": FLAG, "include-in-response?": FLAG}
)
_TOKENS = record({"access_token": TEXT, "refresh_token?": TEXT})
_TAKEN = Told(record({"email": TEXT}), record({"exists": FLAG}))
_SUMMARY = {"id": WHOLE, "email": EMAIL, "name": maybe(TEXT)}
_SCOPES = {"anyOf": [TEXT, rows(TEXT)]}
_PROVIDED = {"access_token?": TEXT, "token_type?": TEXT, "expires_in?": NUMBER, "scope?": _SCOPES}
_WITH_CODE = record({"code?": TEXT, "state?": TEXT})
_SIGNED_IN = record({"user_id": WHOLE, "email": EMAIL, "oauth_hash": maybe(TEXT), "access_token": TEXT})


def _data(**members: dict[str, object]) -> dict[str, object]:
    return record({"data": record({name.replace("_", "-"): one for name, one in members.items()})})


TOLD = {
    "POST /auth/session": Told(_SIGN_IN, _TOKENS),
    "POST /v1/auth/login": Told(_SIGN_IN, _TOKENS),
    "POST /v1/auth/token/refresh": Told(record({"refresh_token?": TEXT}), record({"access_token": TEXT})),
    "POST /v1/auth/logout": Told(answer=DONE),
    "POST /v1/auth/fresh-login": Told(_SIGN_IN, record({"access_token": TEXT})),
    "POST /v1/auth/blacklist": Told(answer=DONE),
    "POST /v1/auth/verify-password": Told(record({"password": TEXT}), record({"result": FLAG})),
    "GET /v1/users/user-details/get-user-id": Told(answer=record({"user_id": WHOLE})),
    "POST /v1/auth/verify-email": Told(_data(token=TEXT), MESSAGE),
    "POST /v1/auth/resend-verification-email": Told(_data(email=TEXT), MESSAGE),
    "POST /v1/auth/reset-password": Told(_data(email=TEXT), record({"message": TEXT, "email": TEXT})),
    "PATCH /v1/auth/reset-password": Told(_data(token=TEXT, password=TEXT), record(_SUMMARY)),
    "POST /v1/auth/change-password": Told(
        _data(old_password=TEXT, new_password=TEXT), record({**_SUMMARY, "password-changed": FLAG})
    ),
    "POST /v1/users/check_email": _TAKEN,
    "POST /v1/users/checkEmail": _TAKEN,
    "GET /v1/auth/oauth/<provider>": Told(answer=record({"url": TEXT})),
    "GET /v1/auth/oauth/token/<provider>": Told(answer=record({"token": record(_PROVIDED)})),
    "POST /v1/auth/oauth/login/<provider>": Told(_WITH_CODE, _SIGNED_IN),
    "GET /v1/notifications/<id>/relationships/actions": Told(),
    "PATCH /v1/notifications/<id>/relationships/actions": Told(),
}
