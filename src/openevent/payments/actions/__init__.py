"""The verbs of payments."""

from __future__ import annotations

from openevent.payments.actions.accounts import (
    StripeLinked,
    StripeNotAccepted,
    asking_stripe,
    link_stripe,
    relink_stripe,
    unlink_stripe,
)
from openevent.payments.actions.asking import (
    Units,
    cancel_at_provider,
    checkout,
    confirm_with_token,
    look_again,
    look_at_provider,
    look_back_at_provider,
    look_before,
    refund_at_provider,
)
from openevent.payments.actions.billing import (
    InvoiceNotPayable,
    close_invoice_again,
    doubt_invoice,
    hold_invoice,
    lose_invoice,
    reopen_invoice,
    settle_invoice,
    start_invoice_payment,
)
from openevent.payments.actions.invoicing import issue_invoice, remind, tell_invoiced, update_invoice
from openevent.payments.actions.moving import PaymentClosed, abandon, fail, record, settle, start
from openevent.payments.actions.playing import play
from openevent.payments.actions.proving import Drift, prove_ledger
from openevent.payments.actions.receiving import forget_receipts, nudge, receive
from openevent.payments.actions.reconciling import reconcile
from openevent.payments.actions.refunding import (
    RefundNotRetried,
    RefundTooMuch,
    record_refund,
    request_refund,
    retry_refund,
)
from openevent.payments.providers import ProviderNotConfigured, configured, refuse_provider

__all__ = [
    "Drift",
    "InvoiceNotPayable",
    "PaymentClosed",
    "ProviderNotConfigured",
    "RefundNotRetried",
    "RefundTooMuch",
    "StripeLinked",
    "StripeNotAccepted",
    "Units",
    "abandon",
    "asking_stripe",
    "cancel_at_provider",
    "checkout",
    "close_invoice_again",
    "configured",
    "confirm_with_token",
    "doubt_invoice",
    "fail",
    "forget_receipts",
    "hold_invoice",
    "issue_invoice",
    "link_stripe",
    "look_again",
    "look_at_provider",
    "look_back_at_provider",
    "look_before",
    "lose_invoice",
    "nudge",
    "play",
    "prove_ledger",
    "receive",
    "reconcile",
    "record",
    "record_refund",
    "refund_at_provider",
    "refuse_provider",
    "relink_stripe",
    "remind",
    "reopen_invoice",
    "request_refund",
    "retry_refund",
    "settle",
    "settle_invoice",
    "start",
    "start_invoice_payment",
    "tell_invoiced",
    "unlink_stripe",
    "update_invoice",
]
