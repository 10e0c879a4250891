"""What every installation starts with: kinds of events, topics, roles; and the lists that values are chosen from."""

from __future__ import annotations

ROLES = (
    ("organizer", "Organizer"),
    ("coorganizer", "Co-Organizer"),
    ("owner", "Owner"),
    ("track_organizer", "Track Organizer"),
    ("moderator", "Moderator"),
    ("registrar", "Registrar"),
)
BUILT_IN_ROLES = frozenset(name for name, _title in ROLES)

SERVICES = ("track", "session", "speaker", "sponsor", "microlocation")

# What each role may do with each service, as c(reate), r(ead), u(pdate) and d(elete) (v1 reference 21.8).
RIGHTS: dict[str, dict[str, str]] = {
    "owner": dict.fromkeys(SERVICES, "crud"),
    "organizer": dict.fromkeys(SERVICES, "crud"),
    "coorganizer": dict.fromkeys(SERVICES, "ru"),
    "track_organizer": dict.fromkeys(SERVICES, "r") | {"track": "crud"},
    "moderator": dict.fromkeys(SERVICES, "r"),
    "registrar": dict.fromkeys(SERVICES, "r"),
}

EVENT_TYPES = (
    "Camp, Treat & Retreat",
    "Dinner or Gala",
    "Other",
    "Concert or Performance",
    "Conference",
    "Seminar or Talk",
    "Convention",
    "Festival or Fair",
    "Tour",
    "Screening",
    "Game or Competition",
    "Party or Social Gathering",
    "Race or Endurance Event",
    "Meeting or Networking Event",
    "Attraction",
    "Class, Training, or Workshop",
    "Appearance or Signing",
    "Tournament",
    "Rally",
)

EVENT_TOPICS: dict[str, tuple[str, ...]] = {
    "Health & Wellness": ("Medicine", "Mental Health", "Nutrition", "Yoga"),
    "Home & Lifestyle": ("Gardening", "Interior Design", "Crafts at Home"),
    "Charity & Causes": ("Animal Welfare", "Disaster Relief", "Environment", "Human Rights"),
    "Other": ("Avant-garde", "Everything Else"),
    "Religion & Spirituality": ("Buddhism", "Christianity", "Hinduism", "Islam", "Judaism"),
    "Community & Culture": ("Heritage", "Language", "Neighbourhood", "Diaspora"),
    "Government & Politics": ("Civic Technology", "Elections", "Local Government"),
    "Auto, Boat & Air": ("Aviation", "Cars", "Motorcycles", "Sailing"),
    "Travel & Outdoor": ("Climbing", "Cycling Tours", "Hiking", "Kayaking"),
    "Hobbies & Special Interest": ("Amateur Radio", "Board Games", "Model Making", "Photography"),
    "Sports & Fitness": ("Athletics", "Cricket", "Football", "Running", "Swimming"),
    "Business & Professional": ("Careers", "Finance", "Marketing", "Startups"),
    "Music": ("Classical", "Electronic", "Folk", "Jazz", "Rock"),
    "Seasonal & Holiday": ("Harvest", "Midsummer", "New Year", "Winter Markets"),
    "Film, Media & Entertainment": ("Animation", "Comedy", "Documentary", "Games"),
    "Family & Education": ("Alumni", "Children", "Parenting", "Teaching"),
    "Science & Technology": ("Biotechnology", "Data", "Open Source", "Physics", "Robotics", "Web"),
    "Performing & Visual Arts": ("Dance", "Design", "Painting", "Theatre"),
    "Food & Drink": ("Baking", "Beer", "Cooking", "Street Food", "Wine"),
}

CURRENCIES = (
    *("AUD", "BRL", "CAD", "CHF", "CZK", "DKK", "EUR", "GBP", "HKD", "HUF", "ILS", "INR", "JPY"),
    *("MXN", "MYR", "NOK", "NZD", "PHP", "PLN", "RUB", "SEK", "SGD", "THB", "TWD", "USD"),
)  # ISO 4217

PAYMENT_COUNTRIES = (
    *("US", "AL", "AR", "AU", "AT", "BE", "BR", "CA", "CY", "CZ", "DK", "EE", "FI", "FR", "DE", "GR", "HK", "HU"),
    *("IE", "IL", "IT", "JP", "LV", "LT", "LU", "MY", "MT", "MX", "NL", "NZ", "NO", "PH", "PK", "PO", "SG", "SK"),
    *("SI", "ES", "SE", "CH", "TW", "GB"),
)  # ISO 3166-1 alpha-2, as the v1 reference lists them (28.4)

# Languages of tickets and mails: those that there is a catalogue of translations for, and English.
LANGUAGES = ("en", "de")
