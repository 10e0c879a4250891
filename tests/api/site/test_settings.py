"""Recorded answer 024 of the reference, and who sees and changes what of the settings."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import select

from openevent.kit.jobs import AuditEntry
from openevent.site.models import Setting
from openevent.site.rules import SECRETS

PUBLIC = 59
OF_ADMINS = 46


def shown(api, who=None, path="/v1/settings"):
    answer = api.get(path, as_=who)
    assert answer.status == 200
    return answer.json["data"]["attributes"]


def test_everybody_sees_the_public_settings_and_no_others(api, people):
    answer = api.get("/v1/settings?cache=true&public=true")

    found = answer.json["data"]["attributes"]
    assert answer.json["data"] | {"attributes": {}} == {
        "type": "setting",
        "id": "1",
        "attributes": {},
        "links": {"self": "/v1/settings/1"},
    }
    assert len(found) == PUBLIC
    assert {name: value for name, value in found.items() if value is not None and name != "cookie-policy"} == {
        "app-name": "Open Event",
        "frontend-url": "http://127.0.0.1:8000",
        "image-size": 10000,
        "is-alipay-activated": False,
        "is-billing-paypal-activated": False,
        "is-omise-activated": False,
        "is-paypal-activated": False,
        "is-paytm-activated": False,
        "is-stripe-activated": False,
        "logo-size": 1000,
        "max-complex-custom-fields": 30,
        "order-expiry-time": 15,
        "slide-size": 20000,
        "start-pg-enabled": "default",
    }


def test_accounts_see_two_more_and_admins_all(api, people):
    everybody, account, admin = (set(shown(api, people[who])) for who in ("nobody", "bo", "adm"))

    assert account - everybody == {"android-app-url", "web-app-url"}
    assert len(admin - account) == OF_ADMINS
    assert {key.replace("_", "-") for key in SECRETS} < admin - account


@pytest.mark.parametrize("path", ["/v1/settings", "/v1/settings/1", "/v1/settings/7", "/v1/settings/any"])
def test_every_address_leads_to_the_one_record(api, people, path):
    assert api.get(path).json["data"]["id"] == "1"


def test_a_secret_is_taken_and_never_shown(api, people, patch, shell):
    secret = {"smtp-password": "hunter2-hunter2", "stripe-secret-key": "sk_live_hunter2"}

    answer = patch("/v1/settings", "setting", secret)

    assert answer.status == 200
    for one in (answer, api.get("/v1/settings", as_=people["adm"]), api.get("/v1/settings")):
        assert b"hunter2" not in one.body
    assert {name: shown(api, people["adm"])[name] for name in (*secret, "aws-secret")} == {
        "smtp-password": "********",
        "stripe-secret-key": "********",
        "aws-secret": None,
    }
    with shell.database.reading() as db:
        assert db.scalars(select(Setting.smtp_password)).all() == ["hunter2-hunter2"]
        trail = db.scalars(select(AuditEntry).where(AuditEntry.action == "setting.update")).one()
    assert trail.details == {"changed": ["smtp_password", "stripe_secret_key"]}


def test_what_a_form_sends_back_leaves_secrets_as_they_are(api, people, patch, shell):
    patch("/v1/settings", "setting", {"smtp-password": "hunter2-hunter2"})
    whole = {name: value for name, value in shown(api, people["adm"]).items() if not name.startswith("is-")}

    assert patch("/v1/settings/1", "setting", whole | {"tagline": "Come!"}).status == 200
    with shell.database.reading() as db:
        assert db.execute(select(Setting.smtp_password, Setting.tagline)).all() == [("hunter2-hunter2", "Come!")]
    assert patch("/v1/settings/1", "setting", {"smtp-password": None}).status == 200
    assert shown(api, people["adm"])["smtp-password"] is None


def test_only_admins_change_settings(api, people, patch):
    refused = {who: patch("/v1/settings", "setting", {"tagline": "Mine"}, as_=who).status for who in ("nobody", "bo")}

    assert refused == {"nobody": 401, "bo": 403}
    assert api.post("/v1/settings", json={"data": {"type": "setting"}}, as_=people["adm"]).status == 405
    assert api.delete("/v1/settings/1", as_=people["adm"]).status == 405


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("order-expiry-time", 0),
        ("order-expiry-time", 61),
        ("max-complex-custom-fields", 31),
        ("image-size", 0),
        ("smtp-port", 70000),
        ("email-service", "pigeon"),
        ("email-from", "nobody"),
        ("frontend-url", "javascript:alert(1)"),
        ("invoice-sending-timezone", "Mars/Olympus"),
        ("is-paytm-activated", None),
    ],
)
def test_a_setting_that_cannot_be_is_refused_at_its_place(api, people, patch, name, value):
    answer = patch("/v1/settings", "setting", {name: value})

    assert (answer.status, answer.json["errors"][0]["source"]) == (422, {"pointer": f"/data/attributes/{name}"})


@pytest.mark.parametrize(
    ("flag", "half", "whole"),
    [
        ("stripe", {}, {"stripe-client-id": "ca_1"}),
        ("paypal", {"paypal-client": "c"}, {"paypal-secret": "s"}),
        ("paypal", {"paypal-sandbox-client": "c", "paypal-sandbox-secret": "s"}, {"paypal-mode": "sandbox"}),
        ("omise", {"omise-mode": "test", "omise-test-public": "p"}, {"omise-test-secret": "s"}),
        ("alipay", {"alipay-publishable-key": "p"}, {"alipay-secret-key": "s"}),
        ("billing-paypal", {}, {"admin-billing-paypal-email": "pay@example.org"}),
    ],
)
def test_a_way_to_pay_is_active_when_its_keys_are_there(api, people, patch, flag, half, whole):
    patch("/v1/settings", "setting", half)
    before = shown(api)[f"is-{flag}-activated"]
    patch("/v1/settings", "setting", whole)

    assert (before, shown(api)[f"is-{flag}-activated"]) == (False, True)


def test_the_public_members_are_those_of_the_recorded_answer(api, people):
    recorded = json.loads((Path(__file__).parent / "settings.json").read_text(encoding="utf-8"))

    assert sorted(shown(api)) == recorded


def test_graphql_has_the_public_settings(api, people):
    query = "query Site { settings { id, appName orderExpiryTime isStripeActivated } }"
    expected = {"settings": {"id": 1, "appName": "Open Event", "orderExpiryTime": 15, "isStripeActivated": False}}

    posted = api.post("/graphql", json={"query": query})
    asked = api.get("/graphql?query=%7Bsettings%7BappName%7D%7D")

    assert (posted.status, posted.json) == (200, {"data": expected})
    assert asked.json == {"data": {"settings": {"appName": "Open Event"}}}


@pytest.mark.parametrize(
    "query", ["{ users { id } }", "{ settings { smtpPassword } }", "{ settings { } }", "mutation { x }", None, 7]
)
def test_graphql_has_nothing_else(api, people, query):
    answer = api.post("/graphql", json={"query": query})

    assert (answer.status, list(answer.json)) == (400, ["errors"])
    assert api.get("/graphql").status == 400


def test_graphql_of_an_installation_without_settings_is_null(api):
    assert api.post("/graphql", json={"query": "{settings{appName}}"}).json == {"data": {"settings": None}}
