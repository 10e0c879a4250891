"""The billing address in the checkout: whom the invoice is made out to."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field
from msgspec.structs import replace

from openevent.orders.queries import BillingView
from openevent.orders.rules.states import BILLING

# What is typed, in the order of an envelope: name of the field, its label, how browsers fill it in, longest text.
FIELDS = (
    ("company", "Company or full name", "organization", 200),
    ("tax_business_info", "Tax ID", "off", 100),
    ("address", "Street and number", "street-address", 300),
    ("zipcode", "Postal code", "postal-code", 20),
    ("city", "City", "address-level2", 100),
    ("state", "State or province", "address-level1", 100),
    ("country", "Country", "country-name", 100),
)


class BillingForm(Struct, frozen=True):
    """The address as it was typed, and what is wrong with it."""

    is_wanted: bool
    is_mandatory: bool
    values: Mapping[str, str] = field(default_factory=dict[str, str])
    errors: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def fields(self) -> dict[str, str | bool]:
        """What is to be written on the order: nothing when no address is wanted."""
        return {**self.values, "is_billing_enabled": True} if self.is_wanted else {}

    def checked(self) -> BillingForm:
        """Return the form with what can be seen to be wrong."""
        errors = {name: "Please fill this in." for name in BILLING if self.is_wanted and not self.values.get(name)}
        for name, _label, _fill, most in FIELDS:
            if len(self.values.get(name, "")) > most:
                errors[name] = f"At most {most} characters, please."
        return replace(self, errors=errors)


def blank(view: BillingView) -> BillingForm:
    """Return the form as the order has it so far."""
    return BillingForm(view.is_mandatory or view.is_wanted, view.is_mandatory, dict(view.values))


def typed(view: BillingView, sent: Mapping[str, str]) -> BillingForm:
    """Return the form as it was sent; a mandatory address is wanted whatever was sent."""
    values = {name: sent.get(f"billing-{name}", "").strip() for name, *_ in FIELDS}
    return BillingForm(view.is_mandatory or "billing" in sent, view.is_mandatory, values)
