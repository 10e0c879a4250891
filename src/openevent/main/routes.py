"""Which addresses belong to the API, and under which name they are counted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from openevent.jsonapi.declare import Alias, BelongsTo, Endpoint, ManyToMany, Resource

_DEEPEST = 8
_PAGES = ("/v1/docs", "/v1/openapi.json")  # describe the API, and are pages
_SEGMENT = re.compile(r"<\w+>")
_SHORT = 128  # longer paths are not remembered


class Routes:
    """Knows every word that stands in an API address; whatever else stands there is somebody's id or a mistake."""

    def __init__(self, resources: Sequence[Resource], endpoints: Sequence[Endpoint]) -> None:
        self._words = frozenset((*_words_of(resources), *_words_in(endpoints), "v1", "relationships"))
        self._plain = frozenset(endpoint.path for endpoint in endpoints if not endpoint.path.startswith("/v1/"))
        self._template = lru_cache(maxsize=1024)(self._made_template)
        self._uploads = frozenset(_SEGMENT.sub("<id>", one.path) for one in endpoints if one.takes_files)

    def takes_files(self, path: str) -> bool:
        """Tell whether a body of this address may be as long as uploads may be."""
        return self.template(path) in self._uploads

    def is_api(self, path: str) -> bool:
        """Tell whether the API answers here, even if only with 404."""
        if path in _PAGES or path.startswith(f"{_PAGES[0]}/"):
            return False
        return path == "/v1" or path.startswith("/v1/") or path in self._plain

    def template(self, path: str) -> str:
        """Return the address with `<id>` for what is no word of ours: bounded, whatever people send."""
        return self._template(path) if len(path) <= _SHORT else self._made_template(path)

    def _made_template(self, path: str) -> str:
        parts = [part for part in path.split("/") if part][:_DEEPEST]
        return "/" + "/".join(part if part in self._words else "<id>" for part in parts)


def _words_of(resources: Iterable[Resource]) -> Iterable[str]:
    for resource in resources:
        yield from _words_of_path(resource.plural)
        yield from _words_of_path(resource.address or "")
        for named in resource.lists:
            yield from _words_of_path(named.path or named.name)
        yield from _words_in(resource.aliases)
        for one in resource.relationships:
            yield from (one.name, one.linkage or "", *_words_of_path(one.related or ""))
            if isinstance(one, BelongsTo | ManyToMany) and one.inverse:
                yield from (one.inverse, one.inverse_linkage or "", *_words_of_path(one.inverse_related or ""))


def _words_in(endpoints: Iterable[Endpoint | Alias]) -> Iterable[str]:
    for endpoint in endpoints:
        yield from _words_of_path(endpoint.path)


def _words_of_path(path: str) -> Iterable[str]:
    return (part for part in path.split("/") if part and "<" not in part)
