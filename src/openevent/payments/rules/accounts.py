"""The accounts of the ledger: where money is, and whose it is."""

from __future__ import annotations


def at_provider(provider: str) -> str:
    """Return the account of what a provider keeps for us.

    >>> at_provider("stripe")
    'provider:stripe'
    """
    return f"provider:{provider}"


def sales_of(event_id: int) -> str:
    """Return the account of what people have paid for an event.

    >>> sales_of(7)
    'event:7:sales'
    """
    return f"event:{event_id}:sales"


def refunds_of(event_id: int) -> str:
    """Return the account of what an event has given back.

    >>> refunds_of(7)
    'event:7:refunds'
    """
    return f"event:{event_id}:refunds"


def fees_of(event_id: int) -> str:
    """Return the account of what providers have kept of an event's money.

    >>> fees_of(7)
    'event:7:fees'
    """
    return f"event:{event_id}:fees"
