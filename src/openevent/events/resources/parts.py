"""What stands around an event, on the wire: sponsors, links, exhibitors, licences, questions, labels."""

from __future__ import annotations

from openevent.events import actions
from openevent.events.models import EventCopyright, Exhibitor, Faq, FaqType, SocialLink, Sponsor, Tag
from openevent.events.resources.columns import columns
from openevent.events.rules.parts import STATUSES
from openevent.jsonapi.declare import Attribute, BelongsTo, Resource
from openevent.kit.html import clean

SPONSORS = Resource(
    type="sponsor",
    model=Sponsor,
    attributes=(
        Attribute("name", required=True),
        Attribute("description", clean=clean),
        Attribute("url", kind="url"),
        Attribute("level"),
        Attribute("logo-url", kind="url"),
        Attribute("type"),
        Attribute("deleted-at"),
    ),
    relationships=(BelongsTo("event", type="event", inverse="sponsors", required=True),),
    collection=False,
    verbs={"create": lambda work, change, by: actions.add_sponsor(work, columns(change), by=by)},
)

SOCIAL_LINKS = Resource(
    type="social-link",
    model=SocialLink,
    attributes=(
        Attribute("name", required=True),
        Attribute("link", kind="url", required=True),
        Attribute("identifier"),
        Attribute("deleted-at"),
    ),
    relationships=(BelongsTo("event", type="event", inverse="social-links", required=True),),
    collection=False,
    verbs={"create": lambda work, change, by: actions.add_social_link(work, columns(change), by=by)},
)

EVENT_COPYRIGHTS = Resource(
    type="event-copyright",
    model=EventCopyright,
    attributes=(
        Attribute("holder"),
        Attribute("holder-url", kind="url"),
        Attribute("licence", required=True, nullable=False),
        Attribute("licence-url", kind="url"),
        Attribute("year"),
        Attribute("logo-url", kind="url"),
        Attribute("deleted-at"),
    ),
    relationships=(BelongsTo("event", type="event", inverse="event-copyright", inverse_many=False, required=True),),
    collection=False,
    verbs={
        "create": lambda work, change, by: actions.add_copyright(work, columns(change), by=by),
        "update": lambda work, change, by: actions.update_copyright(work, change.row, columns(change), by=by),
    },
)

EXHIBITORS = Resource(
    type="exhibitor",
    model=Exhibitor,
    attributes=(
        Attribute("name", required=True, nullable=False),
        Attribute("status", choices=STATUSES, nullable=False),
        Attribute("description", clean=clean),
        Attribute("url", kind="url"),
        Attribute("position", nullable=False),
        Attribute("logo-url", kind="url"),
        Attribute("banner-url", kind="url"),
        Attribute("thumbnail-image-url", kind="url", read_only=True),
        Attribute("enable-video-room", nullable=False),
        Attribute("video-url", kind="url"),
        Attribute("slides-url", kind="url"),
        Attribute("contact-email", kind="email"),
        Attribute("contact-link"),
        Attribute("social-links"),
    ),
    relationships=(BelongsTo("event", type="event", inverse="exhibitors", required=True),),
    collection=False,
    verbs={
        "create": lambda work, change, by: actions.add_exhibitor(work, columns(change), by=by),
        "update": lambda work, change, by: actions.update_exhibitor(work, change.row, columns(change), by=by),
    },
)

FAQ_TYPES = Resource(
    type="faq-type",
    model=FaqType,
    attributes=(Attribute("name", required=True, nullable=False),),
    relationships=(BelongsTo("event", type="event", inverse="faq-types", required=True),),
    collection=False,
)

FAQS = Resource(
    type="faq",
    model=Faq,
    attributes=(
        Attribute("question", required=True, nullable=False),
        Attribute("answer", required=True, nullable=False),
        Attribute("deleted-at"),
    ),
    relationships=(
        BelongsTo("event", type="event", inverse="faqs", required=True),
        BelongsTo("faq-type", type="faq-type", inverse="faqs", writable="always"),
    ),
    collection=False,
    verbs={
        "create": lambda work, change, by: actions.add_faq(work, columns(change), by=by),
        "update": lambda work, change, by: actions.update_faq(work, change.row, columns(change), by=by),
    },
)

TAGS = Resource(
    type="tag",
    model=Tag,
    attributes=(
        Attribute("name", required=True, nullable=False),
        Attribute("color"),
        Attribute("is-read-only", nullable=False),
        Attribute("deleted-at"),
    ),
    relationships=(BelongsTo("event", type="event", inverse="tags", required=True),),
    collection=False,
)

RESOURCES = (SPONSORS, SOCIAL_LINKS, EVENT_COPYRIGHTS, EXHIBITORS, FAQ_TYPES, FAQS, TAGS)
