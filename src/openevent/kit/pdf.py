"""PDF documents: our own Typst templates fed with values, by one kept compiler a thread."""

from __future__ import annotations

import re
import shutil
import tempfile
import threading
import weakref
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, cast

import msgspec
import typst

from openevent.kit.errors import Unavailable

_PACKAGE = Path(__file__).parent.parent
FONTS = Path(__file__).parent / "fonts"
_PRELUDE = Path(__file__).parent / "fonts" / "prelude.typ"
_IMAGE = re.compile(r"[a-z0-9][a-z0-9_-]*\.(png|jpg|svg|gif|webp)")
# Emoji, of which no font of ours has a picture, with what joins and colours them; each would be an empty box.
_EMOJI = (
    "\U0001f1e6-\U0001f1ff\U0001f300-\U0001f6ff\U0001f7e0-\U0001f7f0\U0001f900-\U0001faff"
    "\u231a\u231b\u23cf\u23e9-\u23fa\u25fd\u25fe\u2614\u2615\u2618\u2620\u2622\u2623\u267b\u267e\u267f\u26a1\u26aa\u26ab"
    "\u26bd\u26be\u26c4\u26c5\u26c8\u26ce-\u26d4\u2702\u2705\u2708-\u2712\u2714\u2716\u2728\u2733\u2734\u274c\u274e\u2753-\u2757"
    "\u2763\u2764\u2795-\u2797\u27b0\u27bf\u2934\u2935\u2b1b\u2b1c\u2b50\u2b55"
)
_PICTOGRAMS = re.compile(f" ?[{_EMOJI}](?:[{_EMOJI}\ufe0f\u200d\u20e3\U000e0020-\U000e007f])*|[\ufe0e\ufe0f\u20e3]")


class TypstPdf:
    """Sets documents. Templates are `openevent/<domain>/templates/documents/<name>.typ`, named `<domain>/<name>.typ`.

    A template starts with `#import "/prelude.typ": values, picture, fonts`. It sees nothing of the machine but
    the templates and the images of this very call, and values reach it as data, never as markup.
    """

    def __init__(self, package: Path = _PACKAGE) -> None:
        self._local = threading.local()
        self._package = package

    @cached_property
    def _fonts(self) -> typst.Fonts:
        return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])

    def render(self, template: str, values: dict[str, Any], *, images: dict[str, bytes] | None = None) -> bytes:
        """Return PDF bytes; raises LookupError for an unknown template, Unavailable when one cannot be set."""
        return self.render_with_warnings(template, values, images=images)[0]

    def render_with_warnings(
        self, template: str, values: dict[str, Any], *, images: dict[str, bytes] | None = None
    ) -> tuple[bytes, list[str]]:
        """Return PDF bytes and what the typesetter complained about."""
        desk = self._desk()
        source = desk.place / template
        if template not in desk.templates:
            raise LookupError(f"no document template {template!r}")
        desk.lay_out(images or {})
        inputs = {"values": msgspec.json.encode(_drawable(values)).decode()}
        try:
            data, warnings = desk.compiler.compile_with_warnings(source, format="pdf", sys_inputs=inputs)
        except typst.TypstError as error:
            raise Unavailable(f"The document {template} could not be set: {error.message}") from error
        if not isinstance(data, bytes):
            raise Unavailable(f"The document {template} has no pages.")
        return data, [warning.message for warning in warnings]

    def _desk(self) -> _Desk:
        desk = getattr(self._local, "desk", None)
        if desk is None:
            desk = self._local.desk = _Desk(self._fonts, self._package)
        return desk


def _drawable(value: Any) -> Any:  # noqa: ANN401 -- JSON values
    """Return values without emoji: a name without its party hat is better than one with boxes."""
    if isinstance(value, str):
        return value if value.isascii() else _PICTOGRAMS.sub("", value).strip()
    if isinstance(value, dict):
        return {name: _drawable(one) for name, one in cast("dict[str, Any]", value).items()}
    if isinstance(value, (list, tuple)):
        return [_drawable(one) for one in cast("Sequence[Any]", value)]
    return value


class _Desk:
    """One thread's compiler, and the directory that is all it can see."""

    def __init__(self, fonts: typst.Fonts, package: Path) -> None:
        self.place = Path(tempfile.mkdtemp(prefix="openevent-pdf-"))
        weakref.finalize(self, shutil.rmtree, self.place, ignore_errors=True)  # when the thread or the program ends
        self._images = self.place / "images"
        self._images.mkdir()
        self.templates = frozenset(_copy_templates(package, self.place))
        self.compiler = typst.Compiler(root=self.place, font_paths=fonts, ignore_system_fonts=True)

    def lay_out(self, images: dict[str, bytes]) -> None:
        """Put the images of one document, and none of an earlier one, where the template can see them."""
        for left_over in self._images.iterdir():
            left_over.unlink()
        for name, data in images.items():
            if not _IMAGE.fullmatch(name):
                raise ValueError(f"not an image name: {name!r}")
            (self._images / name).write_bytes(data)


def _copy_templates(package: Path, place: Path) -> list[str]:
    shutil.copy(_PRELUDE, place / "prelude.typ")
    names: list[str] = []
    for source in sorted(package.glob("*/templates/documents/*.typ")):
        domain = source.parts[-4]
        (place / domain).mkdir(exist_ok=True)
        shutil.copy(source, place / domain / source.name)
        names.append(f"{domain}/{source.name}")
    return names
