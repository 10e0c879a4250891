"""Letters for the rest of the product: whoever renders the first one loads the machinery for it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from openevent.kit.letter import Letter
from openevent.kit.services import Site
from openevent.kit.translations import ENGLISH

if TYPE_CHECKING:
    from openevent.kit.letters import Letters


@cache
def letters() -> Letters:
    """Return the product's own letters; templates are loaded once a process."""
    from openevent.kit.letters import Letters  # noqa: PLC0415 -- loads templates' and Markdown's machinery: not at start

    return Letters()


def render(template: str, values: Mapping[str, Any], site: Site, language: str = ENGLISH) -> Letter:
    """Render one of the product's own letters; see Letters.render."""
    return letters().render(template, values, site, language)
