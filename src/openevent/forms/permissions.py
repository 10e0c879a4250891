"""Who may what with forms: whoever sees the event reads them, whoever runs it writes them."""

from __future__ import annotations

from typing import cast

from sqlalchemy import Table

from openevent.events.roles import COORGANIZER, CREW, ON_PUBLIC_EVENT
from openevent.forms.models import CustomForm
from openevent.kit.access import ADMIN, PUBLIC, SIGNED_IN, Permission, of_parent, table

_FORMS = cast(Table, CustomForm.__table__)
_READ = ON_PUBLIC_EVENT | CREW
_LIST = SIGNED_IN & _READ
_PART_READ = of_parent(_FORMS, "custom_form_id", _READ)
_PART_WRITE = of_parent(_FORMS, "custom_form_id", COORGANIZER)

# fmt: off
PERMISSIONS = table(
    #          type                     list        read        create       update       delete
    Permission("custom-form",           _LIST,      _READ,      COORGANIZER, COORGANIZER, COORGANIZER),
    Permission("custom-form-option",    _PART_READ, _PART_READ, _PART_WRITE, _PART_WRITE, _PART_WRITE),
    Permission("custom-form-translate", _PART_READ, _PART_READ, _PART_WRITE, _PART_WRITE, _PART_WRITE),
    Permission("custom-placeholder",    PUBLIC,     PUBLIC,     ADMIN,       ADMIN,       ADMIN),
)
# fmt: on
