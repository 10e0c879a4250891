"""The accounts of the ledger: where money is, and whose it is."""

from __future__ import annotations

PLATFORM = "platform"


def owner_of(event_id: int, *, is_for_platform: bool) -> str:
    """Return whose money it is: an event's, or that of those who run the installation.

    >>> owner_of(7, is_for_platform=False), owner_of(7, is_for_platform=True)
    ('event:7', 'platform')
    """
    return PLATFORM if is_for_platform else f"event:{event_id}"


def at_provider(provider: str) -> str:
    """Return the account of what a provider keeps for us.

    >>> at_provider("stripe")
    'provider:stripe'
    """
    return f"provider:{provider}"


def sales_of(owner: str) -> str:
    """Return the account of what people have paid.

    >>> sales_of("event:7")
    'event:7:sales'
    """
    return f"{owner}:sales"


def refunds_of(owner: str) -> str:
    """Return the account of what was given back.

    >>> refunds_of("event:7")
    'event:7:refunds'
    """
    return f"{owner}:refunds"


def disputes_of(owner: str) -> str:
    """Return the account of what banks have taken back.

    >>> disputes_of("event:7")
    'event:7:disputes'
    """
    return f"{owner}:disputes"


def fees_of(owner: str) -> str:
    """Return the account of what providers have kept of it.

    >>> fees_of("event:7")
    'event:7:fees'
    """
    return f"{owner}:fees"
