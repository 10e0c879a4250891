"""Types whose rows have an address of another kind: one below each row of another type, or one for good."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import literal, select

from openevent.jsonapi.declare import Attribute, Extension, Resource, Through, extend
from openevent.jsonapi.engine import Engine
from openevent.jsonapi.openapi import describe
from openevent.jsonapi.registry import Registry
from openevent.kit.access import ADMIN, NO_ONE, NOBODY, Permission
from spec.shop import ANA, ANYBODY, CELLS, RESOURCES, Shelf, ShopBackend
from spec.counter import Client

_READ = frozenset({"read"})


class Corner:
    """A row that is no table's: its key is a text that JSON and addresses have to quote."""

    __table__ = select(literal('a "b" é').label("id"), literal(7).label("size")).subquery("corner")


class House:
    """The only one."""

    __table__ = select(literal(1).label("id")).subquery("house")


SIZE = Attribute("size", kind="integer", sql=lambda row: row["id"] * 2)
ADDED = (
    Resource("shelf-size", Shelf, (SIZE,), address="/shelves/<key>/size", methods=_READ, collection=False),
    Resource("house", House, (SIZE,), address="/the/house", methods=_READ, collection=False),
    Resource("corner", Corner, (Attribute("size"),), path="the/corners", address="/the/corners", methods=frozenset({"list"})),
)
MORE = {
    "shelf-size": Permission("shelf-size", NO_ONE, CELLS["shelf"].update, NO_ONE, NO_ONE, NO_ONE),
    "house": Permission("house", NO_ONE, ADMIN, NO_ONE, NO_ONE, NO_ONE),
    "corner": Permission("corner", CELLS["shelf"].list, CELLS["shelf"].read, NO_ONE, NO_ONE, NO_ONE),
}
