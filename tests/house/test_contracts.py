"""The walls: who may import whom."""

from importlinter import cli


def test_the_import_contracts_are_kept(capsys):
    assert cli.lint_imports(no_cache=True) == 0, capsys.readouterr().out
