"""The kinds of harm, of care and of protected speech that the published rules know."""

from __future__ import annotations

import enum


class Category(enum.StrEnum):
    """A ground for action on a comment."""

    ABUSIVE = "abusive"
    HARASSING = "harassing"
    THREATENING = "threatening"
    HATEFUL = "hateful"
    DEFAMATORY = "defamatory"
    UNLAWFUL = "unlawful"
    SPAM = "spam"
    INAPPROPRIATE_MEDIA = "inappropriate_media"
    CONFIDENTIALITY = "confidentiality"


class Care(enum.StrEnum):
    """What a comment calls for that is not a penalty."""

    EMERGENCY = "emergency"
    SAFEGUARDING = "safeguarding"
    COMPLAINT = "complaint"
    COMPLIMENT = "compliment"
    MEDIA_ENQUIRY = "media_enquiry"
    MISINFORMATION = "misinformation"
    LOST_PROPERTY = "lost_property"
    FOI_OR_SUBJECT_ACCESS = "foi_or_subject_access"
    SPEAK_UP = "speak_up"


class Protection(enum.StrEnum):
    """Speech that is never hidden for being what it is. A complaint is one too, as `Care.COMPLAINT`."""

    CRITICISM = "criticism"
    PETITION = "petition"
    UNION_BUSINESS = "union_business"
    COUNTER_SPEECH = "counter_speech"
    QUOTED_ABUSE = "quoted_abuse"
    RECLAIMED = "reclaimed"


class Doubt(enum.StrEnum):
    """What is no ground and no care by itself, but asks for a person's judgement."""

    CLOSE_CALL = "close_call"
    """A careful reader would not decide about the comment alone."""
    PROCEEDINGS = "proceedings"
    """It speaks of a court, a jury, an inquest: whatever is unlawful in it may be contempt."""
    NO_COMPLAINT = "no_complaint"
    """A wording sounds like a complaint or like criticism, and a model that knows both reads neither."""


class Severity(enum.IntEnum):
    """How soon a person must act, 0 to 4."""

    NOTHING = 0
    MINOR = 1
    CLEAR_BREACH = 2
    SERIOUS = 3
    MINUTES_MATTER = 4


class Rung(enum.StrEnum):
    """The steps of the ladder, in order."""

    HIDE = "hide"
    WARN = "warn"
    REFER = "refer"
    BLOCK = "block"


URGENT_CARE = frozenset({Care.EMERGENCY, Care.SAFEGUARDING})
"""Care that a person must see at once, whatever else the comment holds."""

PROTECTED_CARE = frozenset({Care.COMPLAINT, Care.SPEAK_UP})
"""Care that protects the comment as `Protection` does."""

COMPLAINING: frozenset[Care | Protection] = frozenset({Care.COMPLAINT, Protection.CRITICISM})
"""What a wording may sound like. The same words open many an insult and many an advert."""
