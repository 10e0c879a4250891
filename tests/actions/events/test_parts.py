from __future__ import annotations

import pytest

from cast import actor, ana
from factories import make_event
from openevent.events import actions
from openevent.events.actions.parts import SponsorsDisabled
from openevent.kit.work import UnitOfWork


def test_sponsors_need_the_feature(work: UnitOfWork) -> None:
    off = make_event(work, owner=ana(work))
    on = make_event(work, owner=ana(work), is_sponsors_enabled=True)

    with pytest.raises(SponsorsDisabled):
        actions.add_sponsor(work, {"event_id": off.id, "name": "ACME"}, by=actor(ana(work)))

    assert actions.add_sponsor(work, {"event_id": on.id, "name": "ACME"}, by=actor(ana(work))).id > 0


def test_a_link_gets_an_identifier_unless_it_has_one(work: UnitOfWork) -> None:
    values = {"event_id": make_event(work, owner=ana(work)).id, "name": "website", "link": "https://example.org"}

    drawn = actions.add_social_link(work, values, by=actor(ana(work)))
    given = actions.add_social_link(work, {**values, "identifier": "29853274"}, by=actor(ana(work)))

    assert len(drawn.identifier or "") == 8
    assert given.identifier == "29853274"
