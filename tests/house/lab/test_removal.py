"""The laboratory can be taken out: its folders, and the lines that name it; the rest goes on without."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
MARK = re.compile(r"#\s*lab(:|$)|<!-- lab -->")
PAGES = ("lab.md", "lab-*.md")  # of its own, below docs
TAKEN = ("src", "tests", "pyproject.toml", "docs", "Makefile", *(path.name for path in ROOT.glob("*.md")), "LICENSE")
# What `make permissions` and `make break` write anew is not looked at here; the rest is tested as ever. One process
# does it all: loading everything takes longer than the rest.
LOADED = """
import pathlib, sys, pytest
from openevent.main import app, cli, pages, server
from openevent.main.reference import write
write(pathlib.Path("docs/reference"))
failed = pytest.main(["-q", "-x", "--assert=plain", "-p", "no:cacheprovider", *QUICK])
print([name for name in sys.modules if name.startswith("openevent.lab")])
sys.exit(failed)
""".replace("QUICK", repr(("tests/house/test_docs.py",)))


def without_lab(tree: Path) -> None:
    """Take the laboratory out of a tree, as docs/how-to/lab.md tells people to."""
    shutil.rmtree(tree / "src/openevent/lab")
    for folder in [one for one in (tree / "tests").rglob("lab") if one.is_dir()]:
        shutil.rmtree(folder)
    for page in [page for pattern in PAGES for page in (tree / "docs").rglob(pattern)]:
        page.unlink()
    for path in [*tree.rglob("*.py"), tree / "pyproject.toml", *tree.glob("*.md")]:
        text = path.read_text()
        if any(MARK.search(line) for line in text.splitlines()):
            path.write_text(unmarked(text, is_code=path.suffix == ".py"))


def unmarked(text: str, *, is_code: bool = True) -> str:
    """Return a file without its marked lines; a mark where a function begins takes all of it.

    >>> unmarked("a = 1\\nb = 2  # lab\\ndef c():  # lab: whole\\n    pass\\n")
    'a = 1\\n'
    """
    lines = text.splitlines(keepends=True)
    gone = {number for number, line in enumerate(lines, 1) if MARK.search(line)}
    for node in ast.walk(ast.parse(text)) if is_code else ():
        if isinstance(node, ast.FunctionDef):
            first = min([node.lineno, *(one.lineno for one in node.decorator_list)])
            if first in gone:
                gone |= set(range(first, (node.end_lineno or first) + 1))
    rest = "".join(line for number, line in enumerate(lines, 1) if number not in gone)
    return re.sub(r"\n{4,}", "\n\n\n", rest)


@pytest.fixture(scope="module")
def rest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project without the laboratory."""
    tree = tmp_path_factory.mktemp("rest")
    for name in TAKEN:
        path = ROOT / name
        if path.is_dir():
            shutil.copytree(path, tree / name, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
        else:
            shutil.copy(path, tree / name)
    without_lab(tree)
    return tree


def run(rest: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environ = {"PATH": os.environ["PATH"], "PYTHONPATH": str(rest / "src"), "HOME": str(rest)}  # noqa: TID251 -- the tests' own
    return subprocess.run([sys.executable, *words], cwd=rest, env=environ, capture_output=True, text=True, check=False)  # noqa: S603 -- our own


def test_nothing_names_the_laboratory_any_more(rest: Path) -> None:
    left = [
        f"{path.relative_to(rest)}: {line.strip()}"
        for path in [*(rest / "src").rglob("*.py"), *(rest / "tests").rglob("*.py")]
        for line in path.read_text().splitlines()
        if re.search(r"openevent\.lab\b|from openevent import lab", line)
    ]

    assert left == []


def test_the_rest_can_be_loaded_described_and_tested(rest: Path) -> None:
    done = run(rest, "-c", LOADED)

    assert (done.stdout.splitlines()[-1:], done.returncode) == (["[]"], 0), done.stdout[-3000:] + done.stderr[-3000:]


def test_the_walls_of_the_rest_stand(rest: Path) -> None:
    done = run(rest, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()", "--no-logo")

    assert done.returncode == 0, done.stdout[-2000:]


def test_nothing_is_imported_in_vain(rest: Path) -> None:
    done = run(rest, "-m", "ruff", "check", "--select", "F,E9", "--no-cache", "src", "tests")

    assert done.returncode == 0, done.stdout[-2000:]


if __name__ == "__main__":
    without_lab(Path(sys.argv[1]))
