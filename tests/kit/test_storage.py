import threading
from urllib.parse import quote

import boto3
import pytest
from moto.server import ThreadedMotoServer

from openevent.kit.errors import Unavailable
from openevent.kit.storage import ObjectStorage, open_storage


@pytest.fixture(scope="module")
def s3():
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    keys = {"aws_access_key_id": "key", "aws_secret_access_key": "secret", "region_name": "us-east-1"}
    boto3.client("s3", endpoint_url=endpoint, **keys).create_bucket(Bucket="files")
    yield endpoint
    server.stop()


@pytest.fixture(params=["file", "s3", "memory"])
def storage(request, tmp_path):
    if request.param == "file":
        return open_storage(f"file://{tmp_path}/files")
    if request.param == "memory":
        return open_storage("memory://")
    endpoint = quote(request.getfixturevalue("s3"), safe="")
    return open_storage(f"s3://key:secret@files/{tmp_path.name}?endpoint={endpoint}")


def test_a_file_is_what_was_put_last(storage):
    storage.put("tickets/a.pdf", b"one", content_type="application/pdf")
    storage.put("tickets/a.pdf", b"two", content_type="application/pdf")

    assert storage.get("tickets/a.pdf") == b"two"


def test_what_is_not_there_is_none(storage):
    assert storage.get("tickets/none.pdf") is None


def test_deleting_twice_is_fine(storage):
    storage.put("a.pdf", b"x", content_type="application/pdf")

    storage.delete("a.pdf")
    storage.delete("a.pdf")

    assert storage.get("a.pdf") is None


def test_keys_start_with_the_prefix_and_are_sorted(storage):
    for key in ("b/2.pdf", "a/1.pdf", "b/1.pdf", "bb/1.pdf"):
        storage.put(key, b"", content_type="application/pdf")

    assert storage.keys("b/") == ["b/1.pdf", "b/2.pdf"]
    assert storage.keys() == ["a/1.pdf", "b/1.pdf", "b/2.pdf", "bb/1.pdf"]


@pytest.mark.parametrize(
    "key", ["", "/etc/passwd", "../x", "a/../b", "a//b", ".hidden", "a/.b", "a\0b", "a b", "a" * 600]
)
def test_a_key_cannot_leave_its_place(storage, key):
    for act in (lambda: storage.put(key, b"", content_type="x"), lambda: storage.get(key), lambda: storage.delete(key)):
        with pytest.raises(ValueError, match="not a storage key"):
            act()


def test_a_reader_never_sees_half_a_file(tmp_path):
    storage = open_storage(f"file://{tmp_path}")
    halves = [b"a" * 1_000_000, b"b" * 1_000_000]
    storage.put("big", halves[0], content_type="x")
    seen = set()
    done = threading.Event()

    def read():
        while not done.is_set():
            seen.add(storage.get("big"))

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(40):
        storage.put("big", halves[number % 2], content_type="x")
    done.set()
    reader.join()

    assert seen <= set(halves)


def test_s3_keeps_the_content_type(s3):
    storage = open_storage(f"s3://key:secret@files/typed?endpoint={quote(s3, safe='')}")

    storage.put("a.pdf", b"x", content_type="application/pdf")

    keys = {"aws_access_key_id": "key", "aws_secret_access_key": "secret", "region_name": "us-east-1"}
    found = boto3.client("s3", endpoint_url=s3, **keys).get_object(Bucket="files", Key="typed/a.pdf")
    assert found["ContentType"] == "application/pdf"


def test_a_storage_that_is_down_is_unavailable():
    storage = open_storage("s3://key:secret@files/?endpoint=http%3A%2F%2F127.0.0.1%3A9")

    acts = [
        lambda: storage.put("a", b"", content_type="x"),
        lambda: storage.get("a"),
        lambda: storage.delete("a"),
        storage.keys,
    ]
    for act in acts:
        with pytest.raises(Unavailable):
            act()


def test_an_unknown_scheme_is_refused():
    with pytest.raises(ValueError, match="expected file://"):
        open_storage("ftp://somewhere")


def test_files_lie_below_the_directory(tmp_path):
    storage = open_storage(f"file://{tmp_path}/deep/files")

    storage.put("a/b.pdf", b"x", content_type="application/pdf")

    assert isinstance(storage, ObjectStorage)
    assert (tmp_path / "deep" / "files" / "a" / "b.pdf").read_bytes() == b"x"
