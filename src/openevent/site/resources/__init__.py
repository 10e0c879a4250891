"""What the operator sets for the whole installation, on the wire."""

from __future__ import annotations

from openevent.jsonapi.shapes import with_bodies
from openevent.site.resources import files, graphql, records, translations
from openevent.site.resources.described import TOLD
from openevent.site.resources.setting import SETTINGS

RESOURCES = (SETTINGS, *records.RESOURCES)
ENDPOINTS = with_bodies((*files.ENDPOINTS, *graphql.ENDPOINTS, *records.ENDPOINTS, *translations.ENDPOINTS), TOLD)
