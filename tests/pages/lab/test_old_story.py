"""The story of the first laboratory's clients: from an account to what a script shows, run by the real service."""

import threading
from contextlib import suppress

import pytest

from lab.owners import until
from openevent.lab.actions.scripts import keep_example
from openevent.lab.processes.service import Service
from openevent.lab.providers.cage.selftest import Report
from openevent.lab.providers.service_client import ServiceAway, ServiceClient

SCRIPT = """print("hello")
label(str(get_version()), name="version")
button("CH1", "get_voltage('CH1')", target="version")
"""
HUNGRY = "label('before')\nfound = bytearray(3 << 30)\n"


@pytest.fixture
def service(shell):
    """The laboratory's service, with cages of the tier that needs no other program."""
    found = Service(shell, report=Report("B", "tried elsewhere", ()), with_owners=False)
    thread = threading.Thread(target=found.serve)
    thread.start()
    until(lambda: answers(ServiceClient(shell.services.lab)))
    yield
    found.stop()
    thread.join(20)


def answers(client):
    with suppress(ServiceAway):
        return bool(client.tiers())
    return False


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_from_an_account_to_what_a_script_shows(visitor, shell, bench, service):
    with shell.work() as work:
        keep_example(work, "multimeter.py", "print(1 + 1)\n")
    client = visitor().client
    client.post("/signUp", data={"inputName": "Zoë", "inputEmail": "z@example.org", "inputPassword": "half past nine!"})

    client.post("/addScript", data={"inputTitle": "hungry.py", "inputDescription": HUNGRY})
    hungry = client.post("/runScriptById", data={"Id": client.get("/getScriptList").json[0]["Id"]}).json
    evaluated = client.post("/evalFunctionString", data={"function": "get_voltage('CH3')"}).json
    client.post("/addScript", data={"inputTitle": "mine.py", "inputDescription": SCRIPT})
    own = client.get("/getScriptList").json[0]
    mine = client.post("/runScriptById", data={"Id": own["Id"]}).json
    example = client.post("/runScriptByFilename", data={"Filename": "multimeter.py"}).json

    assert evaluated["status"] is True
    assert (hungry["status"], "more memory" in hungry["result"]) == (False, True)
    shown = {one["type"]: one for one in mine["result"]}
    assert (mine["status"], shown["text"]["value"], shown["label"]["value"]) == (True, ["hello\n"], "PSLab V6")
    assert shown["button"]["action"]["endpoint"] == "get_voltage('CH1')"
    assert (example["status"], example["result"][0]["value"]) == (True, ["2\n"])
