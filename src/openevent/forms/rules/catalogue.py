"""What records have anyway, by form, and what people call it; and what an answer can be."""

from __future__ import annotations

ATTENDEE, SESSION, SPEAKER = "attendee", "session", "speaker"
FORMS = (ATTENDEE, SESSION, SPEAKER)
TYPES = (
    "text",
    "checkbox",
    "select",
    "file",
    "image",
    "email",
    "number",
    "paragraph",
    "richtextlink",
    "boolean",
    "year",
)
# Questions about relationships: whether they are there is not asked of the record.
RELATIONSHIPS = frozenset({"track", "sessionType"})

# Members of attendees that are no plain text: addresses on the web, phone numbers, and what is yes or no.
ADDRESSES = frozenset({"website", "blog", "twitter", "facebook", "github", "instagram", "linkedin"})
PHONES = frozenset({"phone", "work_phone"})
BOOLEANS = frozenset(
    {
        "accept_video_recording",
        "accept_share_details",
        "accept_receive_emails",
        "is_consent_form_field",
        "is_consent_form_field_photo",
        "is_consent_form_field_email",
        "is_consent_of_refund_policy",
    }
)
AGE_GROUPS = (
    "Under 18",
    "18-24",
    "25-34",
    "35-44",
    "45-54",
    "55-64",
    "65-74",
    "75-84",
    "85+",
    "I prefer not to say",
)
GENDERS = (
    "Man",
    "Woman",
    "Transgender",
    "Non-binary",
    "Genderqueer",
    "An identity not listed here",
    "I prefer not to say",
)

_ADDRESSES = {
    "website": "Website",
    "facebook": "Facebook",
    "twitter": "Twitter",
    "github": "GitHub",
    "linkedin": "LinkedIn",
    "instagram": "Instagram",
}

LABELS: dict[str, dict[str, str]] = {
    ATTENDEE: {
        "firstname": "First Name",
        "lastname": "Last Name",
        "email": "Email",
        "address": "Address",
        "city": "City",
        "state": "State",
        "country": "Country",
        "jobTitle": "Job Title",
        "phone": "Phone",
        "taxBusinessInfo": "Tax or Business Info",
        "billingAddress": "Billing Address",
        "homeAddress": "Home Address",
        "shippingAddress": "Shipping Address",
        "company": "Organisation",
        "workAddress": "Work Address",
        "workPhone": "Work Phone",
        "blog": "Blog",
        "gender": "Gender",
        "ageGroup": "Age Group",
        "acceptVideoRecording": "Photo, Video and Text Consent",
        "acceptShareDetails": "Partner Contact Consent",
        "acceptReceiveEmails": "Email Consent",
        "is_consent_form_field": "Consent",
        "is_consent_form_field_photo": "Photo Consent",
        "is_consent_form_field_email": "Email Consent",
        "is_consent_of_refund_policy": "Consent to the Refund Policy",
        "native_language": "Native Language",
        "fluent_language": "Fluent Languages",
        "home_wiki": "Home Wiki",
        "wiki_scholarship": "Wiki Scholarship",
        **_ADDRESSES,
    },
    SESSION: {
        "title": "Title",
        "subtitle": "Subtitle",
        "shortAbstract": "Short Abstract",
        "longAbstract": "Long Abstract",
        "comments": "Comments",
        "track": "Track",
        "sessionType": "Session Type",
        "level": "Level",
        "language": "Language",
        "slidesUrl": "Slides",
        "slides": "Slides",
        "videoUrl": "Video",
        "audioUrl": "Audio",
        "gitlab": "GitLab",
        "mastodon": "Mastodon",
        **_ADDRESSES,
    },
    SPEAKER: {
        "name": "Name",
        "email": "Email",
        "photoUrl": "Photo",
        "organisation": "Organisation",
        "position": "Position",
        "address": "Address",
        "country": "Country",
        "city": "City",
        "longBiography": "Long Biography",
        "shortBiography": "Short Biography",
        "speakingExperience": "Speaking Experience",
        "sponsorshipRequired": "Sponsorship Required",
        "gender": "Gender",
        "heardFrom": "Heard from",
        "mobile": "Mobile",
        "mastodon": "Mastodon",
        **_ADDRESSES,
    },
}
