"""Sample data: one convincing conference in the near future, smaller events around it, people and orders.

Everything is made through the product's own actions, in one unit of work: all of it is there afterwards, or nothing.
Dates are counted from the clock, so the conference always lies ahead of whoever loads it.
"""

from __future__ import annotations

from openevent.kit.access import SYSTEM  # lab
from openevent.kit.work import Shell
from openevent.lab.actions.examples import make_bench  # lab
from openevent.main.demo.accounts import PASSWORD, SignIn, is_loaded, make_accounts, sign_ins
from openevent.main.demo.happenings import make_conference, make_other_events
from openevent.main.demo.programme import make_programme
from openevent.main.demo.sales import make_orders
from openevent.main.seeds import seed

__all__ = ["PASSWORD", "SignIn", "load"]


def load(shell: Shell) -> tuple[SignIn, ...]:
    """Load the sample data unless they are there already, and return the sign-ins to print."""
    with shell.work() as work:
        seed(work)
        if not is_loaded(work):
            people = make_accounts(work)
            conference = make_conference(work, people)
            make_programme(work, conference, people)
            make_other_events(work, people)
            make_orders(work, conference, people)
            make_bench(work, conference, by=SYSTEM)  # lab
    return sign_ins()
