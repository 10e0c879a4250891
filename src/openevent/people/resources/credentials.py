"""Endpoints of addresses and passwords (v1 reference 4.9 to 4.13, 5.7)."""

from __future__ import annotations

from openevent.jsonapi.declare import Call, Endpoint, Reply
from openevent.jsonapi.errors import ApiError, invalid
from openevent.jsonapi.ports import Backend
from openevent.people import actions
from openevent.people.actions import LinkSpent
from openevent.people.models import User
from openevent.people.queries import account_by_email
from openevent.people.resources.bodies import caller, data, needed, open_work, services, text
from openevent.people.rules import clean_email, display_name


def verify_email(call: Call, backend: Backend) -> Reply:
    """Mark an address as verified with the mailed token."""
    try:
        with open_work(backend)() as work:
            actions.verify_email(work, text(data(call), "token"), by=caller(call))
    except LinkSpent:
        raise ApiError(400, "Invalid Token", source={"source": ""}) from None
    return Reply({"message": "Email Verified"})


def resend_verification(call: Call, backend: Backend) -> Reply:
    """Send the verification mail again; the answer does not tell whether there is such an account."""
    email = needed(call, "email")
    with open_work(backend)() as work:
        actions.request_verification(work, email, by=caller(call))
    return Reply({"message": "If this address waits to be verified, a mail is on its way."})


def request_reset(call: Call, backend: Backend) -> Reply:
    """Send a reset mail; the answer does not tell whether there is such an account."""
    email = needed(call, "email")
    with open_work(backend)() as work:
        actions.request_password_reset(work, email, by=caller(call))
    return Reply(
        {"message": "If there is an account with this address, a mail with a link is on its way.", "email": email}
    )


def reset_password(call: Call, backend: Backend) -> Reply:
    """Set a new password with the mailed token."""
    token, password = text(data(call), "token"), text(data(call), "password")
    with open_work(backend)() as work:
        user = actions.reset_password(work, token, password, by=caller(call))
        return Reply(_summary(user))


def change_password(call: Call, backend: Backend) -> Reply:
    """Replace the caller's password; the token that asks for it stays valid, all others end."""
    old, new = text(data(call), "old-password"), text(data(call), "new-password")
    with open_work(backend)() as work:
        user = actions.change_password(work, old, new, by=caller(call))
        return Reply(_summary(user) | {"password-changed": True})


def _summary(user: User) -> dict[str, object]:
    name = display_name(user.public_name, user.first_name, user.last_name)
    return {"id": user.id, "email": user.email, "name": name or None}


def check_email(call: Call, backend: Backend) -> Reply:
    """Tell whether there is an account with this address (sign-up has to, and counts who asks)."""
    text_ = text(call.json(), "email")
    if not text_:
        raise invalid("/email", "Missing data for required field.")
    limiter = services(backend).limiter
    limiter.hit(f"check-email:{caller(call).origin}", times=30, seconds=60)
    email = clean_email(text_)
    return Reply({"exists": email is not None and account_by_email(backend, email) is not None})


ENDPOINTS = (
    Endpoint("POST", "/v1/auth/verify-email", verify_email, auth=False, summary="Verify an address"),
    Endpoint(
        "POST", "/v1/auth/resend-verification-email", resend_verification, auth=False, summary="Send the mail again"
    ),
    Endpoint("POST", "/v1/auth/reset-password", request_reset, auth=False, summary="Ask for a reset mail"),
    Endpoint("PATCH", "/v1/auth/reset-password", reset_password, auth=False, summary="Set a new password"),
    Endpoint("POST", "/v1/auth/change-password", change_password, summary="Change the caller's password"),
    Endpoint("POST", "/v1/users/check_email", check_email, auth=False, summary="Whether an address is taken"),
    Endpoint("POST", "/v1/users/checkEmail", check_email, auth=False, summary="Whether an address is taken"),
)
