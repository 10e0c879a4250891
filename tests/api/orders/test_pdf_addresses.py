"""The addresses of PDFs that the API tells: they open for whoever holds the token alone, and for nobody else."""

from __future__ import annotations

from urllib.parse import urlsplit

from openevent.orders.models import Attendee, Order


def test_every_pdf_opens_with_a_token_for_those_it_belongs_to(api, shell, order, change, run_jobs, people, free):
    made = order(free, as_=people["bo"])
    assert change(made, as_=people["bo"], status="completed").status == 200
    run_jobs()
    path = f"/v1/orders/{made['attributes']['identifier']}"
    told = api.get(path, as_=people["bo"]).json["data"]["attributes"]["tickets-pdf-url"]
    holder = api.get(f"{path}/attendees", as_=people["bo"]).json["data"][0]["attributes"]["pdf-url"]
    with shell.work() as work:
        assert (work.db.query(Order).count(), work.db.query(Attendee).count()) == (1, 1)

    for address in (told, holder):
        place = urlsplit(address).path
        mine = api.get(place, as_=people["bo"])
        assert (mine.status, mine.body[:5], mine.headers["Cache-Control"]) == (200, b"%PDF-", "private, no-store")
        assert [api.get(place, as_=people[who]).status for who in ("ana", "eve")] == [200, 404]
        assert api.get(place).status in (401, 404)
