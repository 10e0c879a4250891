"""How much one request may ask for."""

from __future__ import annotations

from msgspec import Struct


class Limits(Struct, frozen=True):
    """Bounds that keep one request from hurting the others."""

    default_page_size: int = 20
    max_page_size: int = 3_000  # also what `page[size]=0`, everything, gives at most
    max_included: int = 12_000
    max_include_depth: int = 4
    max_include_paths: int = 40
    max_filter_nodes: int = 64
    max_filter_text: int = 1_000
    max_filter_list: int = 500
    max_sort_keys: int = 8
    max_query: int = 16_384
    max_body: int = 1024 * 1024
    max_upload: int = 32 * 1024 * 1024  # of endpoints that take files
    plan_cache: int = 512
    remembered_tags: int = 4_096
