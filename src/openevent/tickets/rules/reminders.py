"""When organizers are reminded of the end of sales."""

from __future__ import annotations

from datetime import timedelta

DAY = timedelta(days=1)
# The kinds of mails, and how far off the end of sales is then: after the first, until the second of the two.
WINDOWS = {
    "ticket_sales_end": (-DAY, timedelta(0)),
    "ticket_sales_end_tomorrow": (timedelta(0), DAY),
    "ticket_sales_end_next_week": (6 * DAY, 7 * DAY),
}
