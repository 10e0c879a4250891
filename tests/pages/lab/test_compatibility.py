import pytest

from cast import actor, ana, bo
from factories import PASSWORD
from openevent.lab.actions.leasing import ask
from openevent.lab.actions.scripts import keep_example
from openevent.people.models import User

# What they ask the database is asked by other tests, of both kinds.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

CODE = "print(get_voltage('CH1'))\n"
ADDRESSES = {
    "/addScript": {"inputTitle": "a", "inputDescription": "1"},
    "/getScriptById": {"id": "1"},
    "/updateCode": {"codeId": "1", "inputTitle": "a", "inputDescription": "1"},
    "/deleteScript": {"scriptId": "1"},
    "/getScriptByFilename": {"Filename": "multimeter.py"},
    "/evalFunctionString": {"function": "get_power()"},
    "/runScriptById": {"Id": "1"},
    "/runScriptByFilename": {"Filename": "multimeter.py"},
}


@pytest.fixture
def old(visitor, shell):
    """An old client, signed in as Ana."""
    with shell.work() as work:
        ana(work)
        keep_example(work, "multimeter.py", CODE)
    client = visitor().client
    signed_in = client.post("/validateLogin", data={"inputEmail": "ana@example.org", "inputPassword": PASSWORD})
    assert signed_in.json == {"status": True}
    return client


def test_an_account_is_made_and_named(visitor):
    client = visitor().client
    fields = {"inputName": "Zoë", "inputEmail": "zoe@example.org", "inputPassword": "a ferry at half past nine"}

    made, named = client.post("/signUp", data=fields), client.get("/getUserName")
    again, empty = client.post("/signUp", data=fields), client.post("/signUp", data={})
    left, nobody = client.post("/logout"), client.get("/getUserName")

    assert (made.status_code, made.json["status"], named.json) == (200, True, {"username": "Zoë"})
    assert "HttpOnly" in made.headers["Set-Cookie"]
    assert "SameSite=Lax" in made.headers["Set-Cookie"]
    assert [(one.status_code, one.json["status"]) for one in (again, empty)] == [(400, False)] * 2
    assert left.json["status"] is True
    assert "error" in nobody.json


def test_a_wrong_password_and_an_unknown_address_are_answered_alike(visitor, shell):
    with shell.work() as work:
        bo(work)
    client = visitor().client

    wrong = client.post("/validateLogin", data={"inputEmail": "bo@example.org", "inputPassword": "wrong"})
    unknown = client.post("/validateLogin", data={"inputEmail": "no@example.org", "inputPassword": "wrong"})

    assert (wrong.status_code, wrong.json) == (unknown.status_code, unknown.json)
    assert (wrong.status_code, wrong.json["status"]) == (400, False)


def test_guessing_is_limited(visitor):
    client = visitor().client

    last = [client.post("/validateLogin", data={"inputEmail": "a@example.org"}).status_code for _ in range(22)][-1]

    assert last == 429


def test_scripts_are_kept_read_changed_and_deleted(old):
    added = old.post("/addScript", data={"inputTitle": "sine.py", "inputDescription": "print(1)\r\n"})
    own, example = old.get("/getScriptList").json
    read = old.post("/getScriptById", data={"id": own["Id"]}).json
    changed = old.post("/updateCode", data={"codeId": own["Id"], "inputTitle": "s.py", "inputDescription": "2"})
    after = old.post("/getScriptById", data={"id": own["Id"]}).json
    deleted = [old.post("/deleteScript", data={"scriptId": own["Id"]}).json["status"] for _ in range(2)]

    assert added.json == {"status": True}
    assert (own["Filename"], own["readonly"]) == ("sine.py", False)
    assert example == {"Filename": "multimeter.py", "readonly": True}
    assert (read["status"], read["Code"], read["Filename"]) == (True, "print(1)\n", "sine.py")
    assert (changed.json["status"], after["Code"], after["Filename"]) == (True, "2", "s.py")
    assert deleted == [True, False]


@pytest.mark.parametrize("name", ["../../etc/passwd", "multimeter.py/../multimeter.py", "/etc/passwd", "", "a\x00b"])
def test_names_are_no_paths(old, name):
    for address in ("/getScriptByFilename", "/runScriptByFilename"):
        answer = old.post(address, data={"Filename": name})
        assert (answer.status_code, answer.json["status"]) == (200, False)
        assert "root:" not in answer.text


@pytest.mark.parametrize("wrong", ["", "x", "-1", "0", "99999999999999999999", "9223372036854775808", "1\x00", "1 "])
def test_odd_ids_find_nothing(old, wrong):
    for address, field in (("/getScriptById", "id"), ("/deleteScript", "scriptId"), ("/runScriptById", "Id")):
        assert old.post(address, data={field: wrong}).json["status"] is False


def test_functions_are_listed_and_called(old, bench):
    listed = old.get("/getFunctionList").json
    number = old.post("/evalFunctionString", data={"function": "set_pv1(1.5)"}).json
    series = old.post("/evalFunctionString", data={"function": "capture1('CH1', 10, 10)"}).json
    python = old.post("/evalFunctionString", data={"function": "open('/etc/passwd').read()"}).json

    assert {"name", "args", "doc_string"} == set(listed["doc_list"][0])
    assert (number["status"], number["stringified"], float(number["result"])) == (
        True,
        True,
        pytest.approx(1.5, abs=0.01),
    )
    assert (series["stringified"], len(series["result"]), len(series["result"][0])) == (False, 2, 10)
    assert (python["status"], python["result"]) == (False, None)


def test_while_somebody_else_has_the_device_one_waits(old, shell, bench):
    with shell.work() as work:
        ask(work, bench.id, by=actor(bo(work)))

    answer = old.post("/evalFunctionString", data={"function": "get_power()"}).json

    assert answer["status"] is False
    assert "queue" in answer["message"]


def test_strangers_get_nothing(visitor, bench):
    client = visitor().client

    answers = {address: client.post(address, data=fields).json["status"] for address, fields in ADDRESSES.items()}

    assert answers == dict.fromkeys(ADDRESSES, False)
    assert client.get("/getScriptList").json == []
    assert client.get("/getFunctionList").json == {"status": False, "doc_list": []}


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_other_sites_are_refused(old, shell, headers):
    answers = [old.post(address, data=fields, headers=headers) for address, fields in ADDRESSES.items()]
    fields = {"inputEmail": "x@example.org", "inputPassword": "a ferry at half past nine"}
    answers += [old.post("/signUp", data=fields, headers=headers), old.get("/getScriptList", headers=headers)]

    assert {(one.status_code, one.json["status"]) for one in answers} == {(403, False)}
    with shell.work() as work:
        assert work.db.query(User).filter_by(email="x@example.org").count() == 0


def test_a_run_that_nobody_begins_is_stopped_and_answered(old, bench, monkeypatch):
    monkeypatch.setattr("openevent.lab.pages.compatibility._LONGEST_WAIT", 0.2)

    answer = old.post("/runScriptByFilename", data={"Filename": "multimeter.py"}).json

    assert (answer["status"], answer["result"], answer["Code"]) == (False, None, CODE)
    assert "in time" in answer["message"]
