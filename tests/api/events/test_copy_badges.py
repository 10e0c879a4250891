from __future__ import annotations

from sqlalchemy import select

from cast import ana
from clients import Api
from factories import make_event
from openevent.door.models import BadgeFieldForm, BadgeForm
from openevent.kit.work import Shell


def test_badges_of_a_copy_repeat_fields_of_their_own(api: Api, shell: Shell) -> None:
    with shell.work() as work:
        event = make_event(work, owner=ana(work))
        form = BadgeForm(event_id=event.id, badge_id="plain", badge_fields=[])
        work.db.add(form)
        work.db.flush()
        field = BadgeFieldForm(event_id=event.id, badge_form_id=form.id, badge_id="plain", sample_text="Name")
        work.db.add(field)
        work.db.flush()
        form.badge_fields = [{"badge_field_id": field.id, "sample_text": "Name"}]
        by = ana(work)

    made = api.post(f"/v1/events/{event.id}/copy", as_=by).json["id"]

    with shell.work() as work:
        copied = work.db.scalars(select(BadgeForm).where(BadgeForm.event_id == made)).one()
        own = work.db.scalars(select(BadgeFieldForm).where(BadgeFieldForm.badge_form_id == copied.id)).one()
    assert (copied.badge_id, own.event_id) == ("plain", made)
    assert copied.badge_fields == [{"badge_field_id": own.id, "sample_text": "Name"}]
