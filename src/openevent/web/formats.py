"""How amounts, days and times read: in the event's zone, in the manner of the reader's country.

The pages speak English; the manner (day before month, 24 hours, where the currency sign goes) is the reader's, whom
we know from Accept-Language: `de-DE` reads `Sunday, 3 May 2026, 09:30` and `25,00 €`.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_interval, format_skeleton, format_time
from babel.numbers import format_currency

from openevent.kit.money import Money

PLAIN = Locale("en", "GB")
_TO = "\N{EN DASH}"
_TO_UNBROKEN = f"\N{WORD JOINER}{_TO}\N{WORD JOINER}"
_HOURS_FROM_MIDNIGHT_OF_A_NIGHT = 6  # what ends before six in the morning belongs to the evening before


@lru_cache(maxsize=512)
def locale_of(language: str) -> Locale:
    """Return the locale of a language tag; a plain one for what nobody knows.

    >>> str(locale_of("de-AT")), str(locale_of("<script>")), str(locale_of(""))
    ('de_AT', 'en_GB', 'en_GB')
    """
    try:
        return Locale.parse(language, sep="-")
    except (ValueError, UnknownLocaleError):
        return PLAIN


@lru_cache(maxsize=512)
def english_of(locale: Locale) -> Locale:
    """Return English in the manner of the locale's country.

    >>> str(english_of(Locale("de", "DE"))), str(english_of(Locale("en", "US"))), str(english_of(Locale("ja")))
    ('en_DE', 'en_US', 'en_GB')
    """
    try:
        return Locale("en", locale.territory) if locale.territory else PLAIN
    except UnknownLocaleError:
        return PLAIN


@lru_cache(maxsize=512)
def zone(name: str) -> ZoneInfo:
    """Return a time zone; UTC for a name that does not exist."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def amount(money: Money, locale: Locale = PLAIN) -> str:
    """Return an amount with its currency.

    >>> amount(Money(2500, "EUR")), amount(Money(250000, "JPY"))
    ('€25.00', 'JP¥250,000')
    """
    return format_currency(money.decimal, money.currency, locale=locale)


def day(at: datetime, timezone: str, locale: Locale = PLAIN) -> str:
    """Return the day, in full.

    >>> from datetime import UTC
    >>> day(datetime(2026, 5, 2, 23, 30, tzinfo=UTC), "Europe/Berlin")
    'Sunday, 3 May 2026'
    """
    return format_date(at.astimezone(zone(timezone)), "full", locale=english_of(locale))


def short_day(at: datetime, timezone: str, locale: Locale = PLAIN) -> str:
    """Return the day as it fits into a card, such as `3 May 2026`."""
    return format_skeleton("yMMMd", at.astimezone(zone(timezone)), locale=english_of(locale))


def day_number(at: datetime, timezone: str, _locale: Locale = PLAIN) -> str:
    """Return the number of the day in its month, for a stub."""
    return str(at.astimezone(zone(timezone)).day)


def month(at: datetime, timezone: str, locale: Locale = PLAIN) -> str:
    """Return the name of the month, short, such as `May`."""
    return format_skeleton("MMM", at.astimezone(zone(timezone)), locale=english_of(locale))


def clock(at: datetime, timezone: str, locale: Locale = PLAIN) -> str:
    """Return the time of day."""
    return format_time(at.astimezone(zone(timezone)), "short", locale=english_of(locale))


def moment(at: datetime, timezone: str, locale: Locale = PLAIN) -> str:
    """Return day and time, such as `3 May 2026, 09:30`."""
    return f"{short_day(at, timezone, locale)}, {clock(at, timezone, locale)}"


def is_one_day(starts_at: datetime, ends_at: datetime, timezone: str) -> bool:
    """Tell whether both lie on one day, or on one evening and the night that follows.

    Hours alone say of that night that it is the next one only where it ends earlier on the clock than it began.

    >>> from datetime import UTC
    >>> first = datetime(2026, 5, 1, 5, 45, tzinfo=UTC)
    >>> [is_one_day(first, first + timedelta(minutes=more), "UTC") for more in (24 * 60 - 1, 24 * 60, 24 * 60 + 1)]
    [True, False, False]
    """
    there = zone(timezone)
    first, last = starts_at.astimezone(there), ends_at.astimezone(there)
    evening = last - timedelta(hours=_HOURS_FROM_MIDNIGHT_OF_A_NIGHT)
    return first.date() >= last.date() or (first.date() >= evening.date() and last.time() < first.time())


def days(starts_at: datetime, ends_at: datetime, timezone: str, locale: Locale = PLAIN) -> str:
    """Return the day or days that something takes.

    >>> from datetime import UTC
    >>> days(datetime(2026, 5, 1, 7, tzinfo=UTC), datetime(2026, 5, 3, 15, tzinfo=UTC), "Europe/Berlin").split(_TO)
    ['1', '3 May 2026']
    """
    if is_one_day(starts_at, ends_at, timezone):
        return short_day(starts_at, timezone, locale)
    there = zone(timezone)
    first, last = starts_at.astimezone(there), ends_at.astimezone(there)
    interval = format_interval(first, last, "yMMMd", locale=english_of(locale))
    return interval.replace("\u2009", "")  # thin spaces around the dash: more than our face needs


def hours(starts_at: datetime, ends_at: datetime, timezone: str, locale: Locale = PLAIN) -> str:
    """Return from when to when, such as 09:30 to 10:15, with a dash."""
    return f"{clock(starts_at, timezone, locale)}{_TO_UNBROKEN}{clock(ends_at, timezone, locale)}"


def place_of_zone(at: datetime, timezone: str) -> str:
    """Return whose time it is and how far from UTC.

    >>> from datetime import UTC
    >>> place_of_zone(datetime(2026, 5, 1, tzinfo=UTC), "Europe/Berlin")
    'Berlin time, UTC+2'
    >>> place_of_zone(datetime(2026, 5, 1, tzinfo=UTC), "Asia/Kolkata")
    'Kolkata time, UTC+5:30'
    """
    offset = at.astimezone(zone(timezone)).utcoffset() or timedelta()
    hours_, minutes = divmod(abs(int(offset.total_seconds())) // 60, 60)
    sign = "-" if offset < timedelta() else "+"
    utc = "UTC" + (f"{sign}{hours_}" if offset else "") + (f":{minutes:02}" if minutes else "")
    city = timezone.rpartition("/")[2].replace("_", " ")
    return utc if "/" not in timezone else f"{city} time, {utc}"
