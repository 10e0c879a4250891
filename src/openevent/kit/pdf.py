"""PDF documents: our own Typst templates fed with values, by one kept compiler a thread."""

from __future__ import annotations

import re
import shutil
import tempfile
import threading
import weakref
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec
import typst

from openevent.kit.errors import Unavailable

_PACKAGE = Path(__file__).parent.parent
FONTS = Path(__file__).parent / "fonts"
_PRELUDE = Path(__file__).parent / "fonts" / "prelude.typ"
_IMAGE = re.compile(r"[a-z0-9][a-z0-9_-]*\.(png|jpg|svg|gif|webp)")


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
        inputs = {"values": msgspec.json.encode(values).decode()}
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
