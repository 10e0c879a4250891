"""An event's logo as its tickets show it."""

from __future__ import annotations

from collections import OrderedDict

from openevent.kit.errors import Unavailable
from openevent.kit.pictures import Frame, NoPicture, resized
from openevent.kit.services import Services
from openevent.site.rules.files import key_of

_FRAME = Frame(640, 1, keeps_aspect=True, quality=88)  # 52 mm in print
_MOST = 64
_made: OrderedDict[str, tuple[str, bytes] | None] = OrderedDict()  # an upload never changes under its key


def logo_of(services: Services, address: str | None) -> tuple[str, bytes] | None:
    """Return the logo in a size that fits a ticket, with its ending; None without one that was uploaded here.

    Logos that lie elsewhere are not fetched: a ticket would wait for a stranger's server.
    """
    key = key_of(address or "", services.site.url)
    if key is None:
        return None
    if key not in _made:
        try:
            data = services.storage.get(key)
        except Unavailable:
            return None  # this once
        _made[key] = None if data is None else _fitted(data)
        if len(_made) > _MOST:
            _made.popitem(last=False)
    return _made[key]


def _fitted(data: bytes) -> tuple[str, bytes] | None:
    try:
        picture, ending = resized(data, _FRAME)
    except NoPicture:
        return None
    return ending, picture
