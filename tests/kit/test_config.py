import stat
import threading
from dataclasses import fields
from ipaddress import ip_network
from pathlib import Path

import pytest

from openevent.kit.config import Settings, SettingsError, load, prepared, shown, variable

SECRET = "a-secret-that-nobody-may-see-anywhere"


def test_nothing_needs_to_be_set():
    settings = load({})

    assert settings.database_url == "sqlite:///data/openevent.db"
    assert settings.storage_url == "file://data/files"
    assert settings.mail_url == "file://data/outbox"


def test_links_lead_to_where_it_listens():
    assert load({"OPENEVENT_PORT": "9000"}).url == "http://127.0.0.1:9000"


def test_places_follow_the_data_directory():
    settings = load({"OPENEVENT_DATA": "/var/lib/openevent/"})

    assert settings.database_url == "sqlite:////var/lib/openevent/openevent.db"


def test_values_are_typed():
    settings = load(
        {
            "OPENEVENT_PORT": " 9000 ",
            "OPENEVENT_TRUSTED_PROXIES": "10.0.0.0/8, ::1",
            "OPENEVENT_CORS_ORIGINS": "https://a.example https://b.example",
            "OPENEVENT_URL": "https://tickets.example.org/",
        }
    )

    assert settings.port == 9000
    assert settings.trusted_proxies == (ip_network("10.0.0.0/8"), ip_network("::1/128"))
    assert settings.cors_origins == ("https://a.example", "https://b.example")
    assert (settings.url, settings.is_secure) == ("https://tickets.example.org", True)


def test_all_origins_may_ask_unless_told_otherwise():
    assert (load({}).cors_origins, load({"OPENEVENT_CORS_ORIGINS": "none"}).cors_origins) == (("*",), ())


def test_a_secret_may_come_from_a_file(tmp_path):
    path = tmp_path / "key"
    path.write_text(SECRET + "\n")

    assert load({"OPENEVENT_SECRET_KEY_FILE": str(path)}).secret_key == SECRET


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OPENEVENT_PORT", "eighty"),
        ("OPENEVENT_PORT", "0"),
        ("OPENEVENT_PORT", "70000"),
        ("OPENEVENT_DATABASE_URL", f"mysql://root:{SECRET}@host/db"),
        ("OPENEVENT_STORAGE_URL", "ftp://x"),
        ("OPENEVENT_MAIL_URL", "mail.example.org"),
        ("OPENEVENT_SECRET_KEY", "short"),
        ("OPENEVENT_URL", "tickets.example.org"),
        ("OPENEVENT_URL", "https://user:pass@example.org"),
        ("OPENEVENT_NAME", "two\nlines"),
        ("OPENEVENT_TRUSTED_PROXIES", "10.0.0.0/99"),
        ("OPENEVENT_CORS_ORIGINS", "example.org"),
        ("OPENEVENT_LOG_LEVEL", "loud"),
    ],
)
def test_a_bad_value_names_its_variable_and_no_secret(name, value):
    with pytest.raises(SettingsError) as refused:
        load({name: value})

    assert str(refused.value).startswith(f"{name}: ")
    assert SECRET not in str(refused.value)


def test_a_misspelt_name_is_refused_with_a_guess():
    with pytest.raises(SettingsError) as refused:
        load({"OPENEVENT_DATABASE_ULR": "x"})

    assert str(refused.value) == "OPENEVENT_DATABASE_ULR is not a setting. Is OPENEVENT_DATABASE_URL meant?"


def test_a_value_and_its_file_cannot_both_be_given(tmp_path):
    with pytest.raises(SettingsError, match="both set"):
        load({"OPENEVENT_SECRET_KEY": SECRET, "OPENEVENT_SECRET_KEY_FILE": str(tmp_path / "x")})


def test_a_file_that_cannot_be_read_names_its_variable(tmp_path):
    with pytest.raises(SettingsError, match="OPENEVENT_SECRET_KEY_FILE can't be read"):
        load({"OPENEVENT_SECRET_KEY_FILE": str(tmp_path / "none")})


def test_secrets_are_masked_when_printed():
    settings = load(
        {
            "OPENEVENT_SECRET_KEY": SECRET,
            "OPENEVENT_DATABASE_URL": f"postgresql://ana:{SECRET}@db/events",
            "OPENEVENT_MAIL_URL": f"smtp://ana:p@{SECRET}@mail:587",
            "OPENEVENT_REDIS_URL": f"redis://:{SECRET}@cache/0",
            "OPENEVENT_STORAGE_URL": f"s3://bucket?secret_access_key={SECRET}",
        }
    )

    printed = dict(shown(settings))

    assert [name for name, value in printed.items() if SECRET in value] == []
    assert printed["OPENEVENT_DATABASE_URL"] == "postgresql://ana:********@db/events"
    assert list(printed) == [variable(setting) for setting in fields(Settings)]


def test_a_new_data_directory_is_for_its_owner_alone(tmp_path):
    prepared(load({"OPENEVENT_DATA": str(tmp_path / "far" / "data"), "OPENEVENT_SECRET_KEY": SECRET}))

    assert (tmp_path / "far" / "data").stat().st_mode & 0o777 == 0o700


def test_the_secret_key_is_made_once_and_kept_for_its_owner_alone(tmp_path):
    settings = load({"OPENEVENT_DATA": str(tmp_path / "data")})

    first, second = prepared(settings).secret_key, prepared(settings).secret_key

    path = tmp_path / "data" / "secret-key"
    assert first == second == path.read_text()
    assert (len(first) >= 32, stat.S_IMODE(path.stat().st_mode)) == (True, 0o600)
    assert list(path.parent.iterdir()) == [path]


def test_processes_that_start_at_once_agree_on_the_key(tmp_path):
    settings = load({"OPENEVENT_DATA": str(tmp_path)})
    found = []
    threads = [threading.Thread(target=lambda: found.append(prepared(settings).secret_key)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (len(found), len(set(found))) == (8, 1)


def test_a_given_key_is_not_written_down(tmp_path):
    prepared(load({"OPENEVENT_DATA": str(tmp_path), "OPENEVENT_SECRET_KEY": SECRET}))

    assert list(Path(tmp_path).iterdir()) == []


def test_a_spoilt_key_file_is_refused(tmp_path):
    (tmp_path / "secret-key").write_text("short")

    with pytest.raises(SettingsError, match="holds no usable key"):
        prepared(load({"OPENEVENT_DATA": str(tmp_path)}))
