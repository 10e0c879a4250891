"""The catalogues of translations, for whoever translates."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import cast

from openevent.jsonapi.declare import Call, Endpoint, Reply
from openevent.jsonapi.errors import ApiError
from openevent.jsonapi.ports import Backend
from openevent.kit.access import Actor

_PACKAGE = Path(__file__).parent.parent.parent
_ABOUT = """Open Event speaks English. Dates, numbers and amounts follow the reader's language already; texts don't yet.
Catalogues (*.po) stand beside this file as soon as there are any.
"""


def _download(call: Call, _backend: Backend) -> Reply:
    if not cast(Actor, call.by).is_staff:
        raise ApiError(403, "Admin access is required", source={"source": ""})
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", _ABOUT)
        for path in sorted(_PACKAGE.glob("**/translations/**/*.po")):
            archive.write(path, path.relative_to(_PACKAGE).as_posix())
    name = {"Content-Disposition": 'attachment; filename="translations.zip"'}
    return Reply(kept.getvalue(), headers=name, content_type="application/zip")


ENDPOINTS = (
    Endpoint("GET", "/v1/admin/content/translations/all/", _download, summary="Catalogues of translations; admins"),
)
