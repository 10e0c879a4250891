"""How a letter is written: one Markdown template, one set of values, rendered into text and HTML that say the same.

A template is `openevent/<domain>/templates/mails/<name>.md`, named `<domain>/<name>`: a line `Subject: ...`, an empty
line, then Markdown with Jinja expressions. Values are text: whatever they hold reaches the reader as it is, and can
make no link, no markup, no header. `{{ note|lines }}` keeps the line breaks of a value. A link is written
`[label]({{ address }})`; a paragraph that is nothing but one link becomes a button. What stands between
`{% trans %}` and `{% endtrans %}` is looked up in the catalogue of the reader's language.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from string import punctuation
from typing import Any

from jinja2 import Environment, FileSystemLoader, PrefixLoader, StrictUndefined, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markdown_it import MarkdownIt
from markdown_it.token import Token
from msgspec import Struct, field

from openevent.kit.letter import Letter, one_line
from openevent.kit.services import Site
from openevent.kit.translations import ENGLISH, texts

_PACKAGE = Path(__file__).parent.parent
_LAYOUT = Path(__file__).parent / "templates"
_ESCAPES = {ord(sign): f"\\{sign}" for sign in punctuation}  # CommonMark 2.4: any ASCII punctuation may be escaped


class _Lines(str):
    """Text whose line breaks are wanted."""

    __slots__ = ()


class _Said(str):
    """A text of ours, Markdown and all, with places for values: those that are put in are text and nothing more."""

    __slots__ = ()

    def __mod__(self, values: Any) -> str:  # noqa: ANN401 -- what the template puts in, by name
        return _Said(str.__mod__(self, {name: _as_markdown(value) for name, value in values.items()}))


def _as_markdown(value: object) -> str:
    """Return a value as Markdown that shows exactly it, on one line unless its lines were asked for."""
    if isinstance(value, _Said):
        return str(value)
    if isinstance(value, Undefined):
        return str(value)  # which raises
    lines = (one_line(line) for line in (value.splitlines() if isinstance(value, _Lines) else [str(value)]))
    return "\\\n".join(line.translate(_ESCAPES) for line in lines if line)


class Letters:
    """Renders letters from the templates of all domains."""

    def __init__(self, package: Path = _PACKAGE) -> None:
        self._package = package
        places = sorted(package.glob("*/templates/mails"))
        self._loader = PrefixLoader({place.parts[-3]: FileSystemLoader(place) for place in places})
        self._sources = self._reading(ENGLISH)
        self._others: dict[str, Environment] = {}
        self._layout = Environment(loader=FileSystemLoader(_LAYOUT), autoescape=True, undefined=StrictUndefined)
        self._markdown = MarkdownIt("commonmark", {"html": False}).enable("table")

    def _reading(self, language: str) -> Environment:
        """Return what reads the templates in a language."""
        sources = ImmutableSandboxedEnvironment(
            loader=self._loader,
            undefined=StrictUndefined,
            finalize=_as_markdown,
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=["jinja2.ext.i18n"],
        )
        said = texts(language)

        def gettext(text: str) -> str:
            return _Said(said.gettext(text))

        def ngettext(one: str, many: str, number: int) -> str:
            return _Said(said.ngettext(one, many, number))

        sources.install_gettext_callables(gettext, ngettext, newstyle=True)  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType] -- the extension adds it
        sources.policies["ext.i18n.trimmed"] = True
        sources.filters["lines"] = _Lines
        return sources

    def _in(self, language: str) -> Environment:
        if language == ENGLISH:
            return self._sources
        if language not in self._others:
            self._others[language] = self._reading(language)
        return self._others[language]

    def names(self) -> list[str]:
        """Return every template's name."""
        return sorted(name.removesuffix(".md") for name in self._sources.list_templates(extensions=["md"]))

    def source(self, template: str) -> tuple[str, str]:
        """Return what a template says before it gets its values: subject and text; both empty for an unknown one."""
        place, _, name = template.partition("/")
        path = self._package / place / "templates" / "mails" / f"{name}.md"
        head, _, body = path.read_text(encoding="utf-8").partition("\n\n") if path.is_file() else ("", "", "")
        return head.removeprefix("Subject: "), body

    def render(self, template: str, values: Mapping[str, Any], site: Site, language: str = ENGLISH) -> Letter:
        """Return the letter; raises jinja2.TemplateNotFound or jinja2.UndefinedError for what does not fit."""
        source = self._in(language).get_template(f"{template}.md").render({**values, "site": site})
        head, _, body = source.partition("\n\n")
        if not head.startswith("Subject: "):
            raise ValueError(f"{template}: the first line must be the subject")
        subject = one_line(_plain_inline(self._markdown.parseInline(head.removeprefix("Subject: "))))
        tokens = _with_buttons(self._markdown.parse(body))
        html = self._markdown.renderer.render(tokens, self._markdown.options, {})
        page = self._layout.get_template("letter.html").render(subject=subject, body=html, site=site, language=language)
        return Letter(subject, _Plain().render(tokens), page, template, language)


def _with_buttons(tokens: list[Token]) -> list[Token]:
    for opening, inline, _ in zip(tokens, tokens[1:], tokens[2:], strict=False):
        children = inline.children or []
        kinds = [child.type for child in children]
        if opening.type == "paragraph_open" and kinds == ["link_open", "text", "link_close"]:
            opening.attrSet("class", "button")
    return tokens


def _plain_inline(tokens: Iterable[Token]) -> str:
    found: list[str] = []
    for token in tokens:
        if token.type == "inline":
            found.append(_plain_inline(token.children or []))
        elif token.type == "link_open":
            found.append(f"\x02{token.attrGet('href')}\x03")
        elif token.type == "link_close":
            found.append("\x04")
        else:
            found.append("\n" if token.type in ("softbreak", "hardbreak") else token.content)
    # [label](address) becomes "label: address", unless the label is the address.
    return re.sub("\x02([^\x03]*)\x03([^\x04]*)\x04", _link, "".join(found))


def _link(match: re.Match[str]) -> str:
    address, label = match.groups()
    return label if address in (label, f"mailto:{label}") else f"{label}: {address}"


class _Plain(Struct):
    """Walks the same tokens as the HTML renderer and writes what a plain text mail shows."""

    blocks: list[str] = field(default_factory=list[str])
    bullets: list[str] = field(default_factory=list[str])  # the open lists: a dash, or the next number
    row: list[str] = field(default_factory=list[str])
    is_in_cell: bool = False

    def render(self, tokens: Sequence[Token]) -> str:
        """Return the text, with one empty line between blocks."""
        for token in tokens:
            self._take(token)
        return re.sub(r"\n{3,}", "\n\n", "".join(self.blocks)).strip() + "\n"

    def _take(self, token: Token) -> None:
        match token.type:
            case "inline":
                (self.row if self.is_in_cell else self.blocks).append(_plain_inline([token]))
            case "th_open" | "td_open":
                self.is_in_cell = True
            case "th_close" | "td_close":
                self.is_in_cell = False
            case "bullet_list_open" | "ordered_list_open":
                self.bullets.append("-" if token.type.startswith("bullet") else "1")
            case "bullet_list_close" | "ordered_list_close":
                self.bullets.pop()
                self.blocks.append("\n")
            case "list_item_open":
                self.blocks.append("  " * (len(self.bullets) - 1) + self._bullet())
            case "tr_close":
                self.blocks.append(" | ".join(self.row) + "\n")
                self.row.clear()
            case "table_close" | "paragraph_close" | "heading_close":
                self.blocks.append("\n" if self.bullets else "\n\n")
            case "hr":
                self.blocks.append("-- \n\n")
            case _:
                pass

    def _bullet(self) -> str:
        sign = self.bullets[-1]
        if sign == "-":
            return "- "
        self.bullets[-1] = str(int(sign) + 1)
        return f"{sign}. "
