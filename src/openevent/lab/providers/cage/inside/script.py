"""Runs the text of a script: its names, its prints, its errors in words that help."""

from __future__ import annotations

import builtins
import linecache
import os
import sys
import traceback
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any, NoReturn

from openevent.lab.providers.cage.inside.bench import Bench, Refused, plain
from openevent.lab.providers.cage.inside.channel import Channel, ChannelClosed
from openevent.lab.providers.cage.inside.widgets import Widgets

FILE = "script.py"
_DEEPEST = 20  # places of a traceback that are told
_LONGEST = 1_000
_HINTS = {
    "ModuleNotFoundError": "A script has Python's own library, numpy and scipy where they are installed, and lab.",
    "PermissionError": "A script has no files and no network: it has the device, by the functions of lab.",
    "MemoryError": "The script wanted more memory than it may have.",
    "RecursionError": "A function calls itself without end.",
}
_WIDGETS = ("label", "print_", "text", "markdown", "table", "plot", "number", "slider", "select", "checkbox", "button")


class Lines:
    """Standard output of a script: whole lines leave as they come."""

    encoding = "utf-8"

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._begun = ""

    def write(self, text: str) -> int:
        """Take text; show what is whole."""
        self._begun += str(text)
        whole, newline, self._begun = self._begun.rpartition("\n")
        if newline:
            self._bench.say(whole + newline)
        return len(text)

    def flush(self) -> None:
        """Show what has been begun."""
        begun, self._begun = self._begun, ""
        if begun:
            self._bench.say(begun)

    def isatty(self) -> bool:
        """Nobody types here."""
        return False


def run(channel: Channel, job: dict[str, Any]) -> NoReturn:
    """Run the script to its end, and the buttons that it has made until somebody stops it."""
    bench = Bench(channel)
    bench.on_error = lambda error: bench.tell({"do": "error", "error": described(error)})
    sys.stdout = sys.stderr = Lines(bench)  # pyright: ignore[reportAttributeAccessIssue] -- what print needs of a stream
    names = _names(bench, job)
    try:
        reason = _ended(bench, job["source"], names)
        sys.stdout.flush()
        bench.tell({"do": "end", "reason": reason})
    except ChannelClosed:
        os._exit(1)
    os._exit(0)


def _ended(bench: Bench, source: str, names: dict[str, Any]) -> str:
    linecache.cache[FILE] = (len(source), None, source.splitlines(keepends=True), FILE)
    try:
        exec(compile(source, FILE, "exec", dont_inherit=True), names)  # noqa: S102 -- it is what a cage is for
        sys.stdout.flush()
        if bench.has_inputs:
            bench.loop()
    except SystemExit as leaving:
        if leaving.code in {None, 0}:
            return "done"
        bench.on_error(leaving)
        return "failed"
    except ChannelClosed:
        raise
    except MemoryError as error:
        names.clear()
        bench.on_error(error)
        return "memory"
    except BaseException as error:  # noqa: BLE001 -- whatever a script raises is its author's to read
        bench.on_error(error)
        return "failed"
    return "done"


def described(error: BaseException) -> dict[str, Any]:
    """Return an error for people: what, in which line, and how it came there, in lines of the script alone."""
    if isinstance(error, SyntaxError) and error.filename == FILE:
        line: int | None = error.lineno
        places = [{"line": line or 1, "code": (error.text or "").strip()[:_LONGEST], "in": ""}]
        text = f"{type(error).__name__}: {error.msg}"
    else:
        frames = [one for one in traceback.extract_tb(error.__traceback__) if one.filename == FILE][-_DEEPEST:]
        places = [
            {"line": one.lineno or 1, "code": (one.line or "")[:_LONGEST], "in": one.name.replace("<module>", "")}
            for one in frames
        ]
        line = frames[-1].lineno if frames else None
        text = _said(error)
    hint = _HINTS.get(type(error).__name__)
    return {"text": f"{text}\n{hint}" if hint else text, "line": line, "traceback": places}


def _said(error: BaseException) -> str:
    try:
        text = str(error)[:_LONGEST]
    except Exception:  # noqa: BLE001 -- an error of a script's own making
        text = ""
    kind = "The laboratory refused" if isinstance(error, Refused) else type(error).__name__
    return f"{kind}: {text}" if text else kind


def _names(bench: Bench, job: Mapping[str, Any]) -> dict[str, Any]:
    """Return the globals of a script: what `lab` has is there without import too, as scripts of old expect it."""
    lab = ModuleType("lab", "The laboratory: the functions of the device, and widgets.")
    widgets = Widgets(bench)
    for function in job["functions"]:
        setattr(lab, function["name"], _function(bench, function))
    for name in _WIDGETS:
        setattr(lab, name, getattr(widgets, name))
    lab.sleep, lab.loop = bench.sleep, bench.loop  # pyright: ignore[reportAttributeAccessIssue] -- a module is open
    lab.call = bench.call_text  # pyright: ignore[reportAttributeAccessIssue] -- same
    lab.parameters = dict(job["parameters"])  # pyright: ignore[reportAttributeAccessIssue] -- same
    lab.print = print  # pyright: ignore[reportAttributeAccessIssue] -- same
    lab.Refused = Refused  # pyright: ignore[reportAttributeAccessIssue] -- same
    sys.modules["lab"] = lab
    builtins.input = _no_input
    public = {name: value for name, value in vars(lab).items() if not name.startswith("_")}
    return {**public, "lab": lab, "__name__": "__main__", "__builtins__": builtins}


def _no_input(*_question: object) -> NoReturn:
    raise RuntimeError("Nobody types here: ask with number(), select() or checkbox().")


def _function(bench: Bench, function: Mapping[str, Any]) -> Callable[..., Any]:
    name: str = function["name"]

    def call(*positional: Any, **named: Any) -> Any:  # noqa: ANN401 -- what the device takes and says
        return bench.call(name, plain(positional), named)

    call.__name__ = call.__qualname__ = name
    call.__doc__ = function.get("doc", "")
    return call
