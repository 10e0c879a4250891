"""What the plain endpoints of the installation take and give."""

from __future__ import annotations

from openevent.jsonapi.shapes import FILE, FORM, MESSAGE, TEXT, Told, by_name, either, maybe, record, rows

_SETTINGS = record({"data": record({"settings": maybe(by_name({"description": "A public setting."}))})})
_PICTURE = record({"data": {**TEXT, "description": "A data URL: data:image/png;base64,..."}})

TOLD = {
    "POST /v1/upload/image": Told(_PICTURE, record({"url": TEXT})),
    "POST /v1/upload/files": Told(
        record({"file?": FILE, "files[]?": rows(FILE)}), record({"url": either(TEXT, rows(TEXT))}), takes=FORM
    ),
    "GET /graphql": Told(answer=_SETTINGS),
    "POST /graphql": Told(record({"query": TEXT}), _SETTINGS),
    "POST /v1/test-mail": Told(record({"recipient": TEXT}), MESSAGE),
    "GET /v1/admin/content/translations/all/": Told(answer=FILE, gives="application/zip"),
}
