"""Everything that the domains offer, collected: types and endpoints, permissions, periodic work."""

from __future__ import annotations

from msgspec.structs import replace

from openevent.door import permissions as door_permissions
from openevent.door import resources as door
from openevent.events import permissions as events_permissions
from openevent.events import resources as events
from openevent.exchange import jobs as exchange_jobs
from openevent.exchange import permissions as exchange_permissions
from openevent.exchange import resources as exchange
from openevent.forms import permissions as forms_permissions
from openevent.forms import resources as forms
from openevent.front import resources as front
from openevent.jsonapi.declare import Endpoint, Extension, Resource
from openevent.jsonapi.extensions import extend
from openevent.kit.access import Permission
from openevent.kit.repeats import forget_old
from openevent.kit.worker import Periodic
from openevent.lab import jobs as lab_jobs  # lab
from openevent.lab import permissions as lab_permissions  # lab
from openevent.lab import resources as lab  # lab
from openevent.messages import permissions as messages_permissions
from openevent.messages import resources as messages
from openevent.orders import jobs as orders_jobs
from openevent.orders import permissions as orders_permissions
from openevent.orders import resources as orders
from openevent.payments import jobs as payments_jobs
from openevent.payments import permissions as payments_permissions
from openevent.payments import resources as payments
from openevent.payments import webhooks as payments_webhooks
from openevent.people import jobs as people_jobs
from openevent.people import permissions as people_permissions
from openevent.people import resources as people
from openevent.programme import jobs as programme_jobs
from openevent.programme import permissions as programme_permissions
from openevent.programme import resources as programme
from openevent.reports import permissions as reports_permissions
from openevent.reports import resources as reports
from openevent.site import jobs as site_jobs
from openevent.site import permissions as site_permissions
from openevent.site import resources as site
from openevent.stream import jobs as stream_jobs
from openevent.stream import permissions as stream_permissions
from openevent.stream import resources as stream
from openevent.tickets import jobs as tickets_jobs
from openevent.tickets import permissions as tickets_permissions
from openevent.tickets import resources as tickets

# What upper domains add to the types of lower ones.
EXTENSIONS: tuple[Extension, ...] = (
    *events.EXTENSIONS,
    *programme.EXTENSIONS,
    *tickets.EXTENSIONS,
    *orders.EXTENSIONS,
    *door.EXTENSIONS,
    *stream.EXTENSIONS,
    *messages.EXTENSIONS,
    *front.EXTENSIONS,
    *reports.EXTENSIONS,
)

RESOURCES: tuple[Resource, ...] = extend(
    (
        *site.RESOURCES,
        *people.RESOURCES,
        *events.RESOURCES,
        *forms.RESOURCES,
        *payments.RESOURCES,
        *programme.RESOURCES,
        *tickets.RESOURCES,
        *orders.RESOURCES,
        *door.RESOURCES,
        *stream.RESOURCES,
        *lab.RESOURCES,  # lab
        *messages.RESOURCES,
        *reports.RESOURCES,
        *exchange.RESOURCES,
    ),
    EXTENSIONS,
)
ENDPOINTS: tuple[Endpoint, ...] = (
    *site.ENDPOINTS,
    *people.ENDPOINTS,
    *events.ENDPOINTS,
    *programme.ENDPOINTS,
    *payments.ENDPOINTS,
    *payments_webhooks.ENDPOINTS,
    *tickets.ENDPOINTS,
    *orders.ENDPOINTS,
    *door.ENDPOINTS,
    *stream.ENDPOINTS,
    *lab.ENDPOINTS,  # lab
    *messages.ENDPOINTS,
    *reports.ENDPOINTS,
    *exchange.ENDPOINTS,
)
_USER = people_permissions.PERMISSIONS["user"]
_SEEN = _USER.read | events_permissions.TEAM
PERMISSIONS: dict[str, Permission] = {
    **site_permissions.PERMISSIONS,
    **people_permissions.PERMISSIONS,
    "user": replace(_USER, list=_SEEN, read=_SEEN),
    **events_permissions.PERMISSIONS,
    **forms_permissions.PERMISSIONS,
    **programme_permissions.PERMISSIONS,
    **payments_permissions.PERMISSIONS,
    **tickets_permissions.PERMISSIONS,
    **orders_permissions.PERMISSIONS,
    **door_permissions.PERMISSIONS,
    **stream_permissions.PERMISSIONS,
    **lab_permissions.PERMISSIONS,  # lab
    **messages_permissions.PERMISSIONS,
    **reports_permissions.PERMISSIONS,
    **exchange_permissions.PERMISSIONS,
}
JOBS: tuple[Periodic, ...] = (
    *site_jobs.JOBS,
    *people_jobs.JOBS,
    *programme_jobs.JOBS,
    *tickets_jobs.JOBS,
    *payments_jobs.JOBS,
    *orders_jobs.JOBS,
    *stream_jobs.JOBS,
    *exchange_jobs.JOBS,
    *lab_jobs.JOBS,  # lab
    Periodic("repeats.forget", 600, forget_old),
)
