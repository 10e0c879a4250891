import re
from pathlib import Path

import openevent.web
from openevent.web.assets import version

STATIC = Path(openevent.web.__file__).parent / "static"


def test_static_files_are_kept_for_a_year_under_their_digest(visitor):
    answer = visitor().get(f"/static/{version()}/style.css")

    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/css; charset=utf-8"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Set-Cookie" not in answer.headers


def test_under_another_digest_they_are_not_kept(visitor):
    answer = visitor().get("/static/000000000000/style.css")

    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-cache")


def test_everything_that_a_style_sheet_or_module_names_is_there():
    for path in STATIC.glob("*.css"):
        for name in re.findall(r'url\("([^"]+)"\)', path.read_text()):
            assert (STATIC / name).is_file(), f"{path.name} names {name}"
    for name in re.findall(r'"\./([^"]+)"', (STATIC / "enhance.js").read_text()):
        assert (STATIC / name).is_file(), f"enhance.js names {name}"


def test_light_and_dark_have_the_same_names_for_colours():
    """The dark set is written twice (for the system's wish and for the reader's): the two must not drift apart."""
    css = (STATIC / "style.css").read_text()
    by_system = re.search(r':root:not\(\[data-theme="light"\]\) \{(.*?)\}', css, re.DOTALL)[1]
    by_choice = re.search(r'\n:root\[data-theme="dark"\] \{(.*?)\}', css, re.DOTALL)[1]

    assert by_system.split() == by_choice.split()


def test_every_font_has_its_licence():
    families = {re.match(r"[a-z]+", path.name)[0] for path in (STATIC / "fonts").glob("*.woff2")}
    licences = {re.match(r"[a-z]+", path.name)[0] for path in (STATIC / "fonts").glob("*-LICENSE.txt")}

    assert families == licences
