"""Size budgets (style rule 8), and words that mean that something is unfinished."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "src").rglob("*.py"))
CODE = [path for path in SOURCES if "migrations" not in path.parts]
LONGEST_FILE = 400
LONGEST_FUNCTION = 40
MEDIAN_FUNCTION = 10


def functions(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, node.end_lineno - node.lineno + 1


def test_no_file_is_longer_than_people_read_at_once():
    long = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in CODE}

    assert {name: lines for name, lines in long.items() if lines > LONGEST_FILE} == {}


def test_no_function_is_longer_than_a_page():
    long = {f"{path.relative_to(ROOT)}:{name}": lines for path in CODE for name, lines in functions(path)}

    assert {name: lines for name, lines in long.items() if lines > LONGEST_FUNCTION} == {}


def test_most_functions_are_short():
    lengths = sorted(lines for path in CODE for _, lines in functions(path))

    assert lengths[len(lengths) // 2] < MEDIAN_FUNCTION


UNFINISHED = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|X" + r"XX|HACK)\b|NotImplemented")


@pytest.mark.parametrize("folder", ["src", "bench", "docs"])
def test_nothing_is_left_for_later(folder):
    found = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in sorted((ROOT / folder).rglob("*"))
        if path.suffix in {".py", ".md", ".html", ".css", ".js", ".typ", ".toml"}
        for line in path.read_text().splitlines()
        if UNFINISHED.search(line)
    ]

    assert found == []


def test_every_exception_to_a_rule_says_why():
    bare = re.compile(r"#\s*(noqa|type: ignore|pyright: ignore)(?!.*--)")
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in (*CODE, *sorted((ROOT / "tests").rglob("*.py")))
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if bare.search(line)
    ]

    assert found == []


def test_every_module_says_what_it_holds():
    assert [str(path) for path in CODE if not ast.get_docstring(ast.parse(path.read_text()))] == []


def test_no_test_is_skipped_or_expected_to_fail():
    words = re.compile(r"pytest\.(mark\.)?(skip|xfail|importorskip)|mock\.patch|MagicMock")
    found = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in sorted((ROOT / "tests").rglob("*.py"))
        if path != Path(__file__)
        for line in path.read_text().splitlines()
        if words.search(line)
    ]

    assert found == []
