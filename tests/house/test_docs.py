"""The docs say what the program does: generated pages are fresh, everything is named, links lead somewhere."""

import re
import shutil
import subprocess
from dataclasses import fields
from pathlib import Path

import pytest

from openevent.kit.config import Settings, variable
from openevent.kit.letters import Letters
from openevent.main.catalogue import JOBS, PERMISSIONS, RESOURCES
from openevent.main.cli import main as command
from openevent.main.reference import error_types, pages
from openevent.main.wiring import REACTIONS

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs" / "reference"
BY_HAND = (
    "lab-compatibility.md",  # lab
    "ticket-codes.md",
    "v1-differences.md",
)
MARKDOWN = sorted({*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")})
LINK = re.compile(r"\]\(([^)\s]+)\)")


def test_every_generated_page_is_there_and_fresh_and_no_other_is_left_over():
    found = {path.name: path.read_text() for path in REFERENCE.iterdir() if path.name not in BY_HAND}
    fresh = pages()

    assert sorted(found) == sorted(fresh)
    assert [name for name in fresh if found[name] != fresh[name]] == [], "run `make docs` and look at the difference"


def test_everything_that_has_a_name_is_documented():
    text = "".join(path.read_text() for path in REFERENCE.iterdir() if path.name not in BY_HAND)  # as fresh as above
    names = [
        *(variable(setting) for setting in fields(Settings)),
        *(f"openevent {name}" for name in command.commands),
        *(kind.code for kind in error_types()),
        *(reaction.signal.__name__ for reaction in REACTIONS),
        *(job.name for job in JOBS),
        *Letters().names(),
        *PERMISSIONS,
    ]

    assert [name for name in names if name not in text] == []


def test_error_codes_are_kebab_case_and_mean_one_thing():
    codes = [kind.code for kind in error_types()]

    assert [code for code in codes if not re.fullmatch(r"[a-z]+(-[a-z]+)*", code)] == []
    assert sorted(codes) == sorted(set(codes))


def test_every_type_has_a_permission_row_and_every_row_a_type():
    assert sorted(PERMISSIONS) == sorted(resource.type for resource in RESOURCES)


@pytest.mark.parametrize("path", MARKDOWN, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_link_leads_somewhere(path):
    text = re.sub(r"```.*?```|`[^`]*`", "", path.read_text(), flags=re.DOTALL)
    targets = [link.partition("#")[0] for link in LINK.findall(text) if "://" not in link and link[0] != "#"]

    assert [target for target in targets if not (path.parent / target).exists()] == []


def test_the_map_of_the_code_names_every_package():
    packages = {path.parent.name for path in (ROOT / "src" / "openevent").glob("*/__init__.py")}

    assert (
        packages - set(re.findall(r"(?:^- |\. )`(\w+)`:", (ROOT / "ARCHITECTURE.md").read_text(), re.MULTILINE))
        == set()
    )


def test_decisions_are_numbered_from_the_first_and_all_listed():
    folder = ROOT / "docs" / "decisions"
    numbers = [int(path.name[:4]) for path in sorted(folder.glob("0*.md"))]
    listed = re.findall(r"^\| \[(\d{4})\]\(\1-", (folder / "README.md").read_text(), re.MULTILINE)

    assert numbers == list(range(1, len(numbers) + 1))
    assert [int(number) for number in listed] == numbers


def test_every_make_target_in_the_docs_exists():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(
        re.findall(r"`make ([a-z-]+)|^\s+make ([a-z-]+)", "\n".join(p.read_text() for p in MARKDOWN), re.MULTILINE)
    )

    assert {one or other for one, other in named} - targets == set()


def test_every_command_in_the_docs_exists():
    text = "\n".join(path.read_text() for path in MARKDOWN)
    named = set(re.findall(r"(?:^\s+|`)(?:\.venv/bin/)?openevent ([a-z][a-z-]+)", text, re.MULTILINE))

    assert named - set(command.commands) == set()


def test_every_setting_in_the_docs_exists():
    named = set(re.findall(r"\bOPENEVENT_[A-Z_]+\b", "\n".join(path.read_text() for path in MARKDOWN)))
    known = {variable(setting) for setting in fields(Settings)}
    tests = {f"OPENEVENT_TEST_{name}" for name in ("DATABASE_URL", "EFFORT", "SEED")}
    others = {*tests, "OPENEVENT_ADMIN_PASSWORD"}

    assert {name.removesuffix("_FILE") for name in named} - known - others == set()


def test_what_make_help_says_is_what_there_is():
    words = [shutil.which("make") or "make", "--no-print-directory", "help"]
    said = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603 -- our own

    named = re.findall(r"^  make (\S+)", said.stdout, re.MULTILINE)
    assert {"run", "test", "check", "bench", "docs", "lock", "help"} <= set(named)


def test_locks_name_no_package_host():
    for path in ROOT.glob("requirements*.lock"):
        assert re.findall(r"https?://|--(?:extra-)?index-url|--find-links|file:", path.read_text()) == []
