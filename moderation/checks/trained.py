"""From the answers of a model that was trained on the house rules to findings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from moderation.checks import blend
from moderation.taxonomy import COMPLAINING, Care, Category, Doubt, Protection, Severity
from moderation.verdict import Finding, Subject

_KINDS: Mapping[str, type[Category | Care | Protection]] = {
    "ground": Category,
    "care": Care,
    "protection": Protection,
}
KEEP, REVIEW, HIDE = blend.COURSES
SUBJECTS: Mapping[str, Subject] = {
    f"{prefix}.{member.value}": member for prefix, kind in _KINDS.items() for member in kind
}
"""What a trained model may answer, by the name of the output."""
ANSWERS = frozenset({*SUBJECTS, KEEP, REVIEW, HIDE})

_FLOOR = 0.15
"""Below this an answer says nothing worth keeping."""
_LIKELY = 0.5
"""From here a ground is likelier than not, and how much likelier decides no more: the course does."""
_SURE = 0.6
"""Below this a ground is not sure enough to act on, whatever the course."""
_HARDLY = 0.4
"""What an unlikely ground scores at most: below where officers look, unless a policy asks for more."""
_DOUBTED = frozenset({Category.THREATENING, Category.CONFIDENTIALITY, Category.UNLAWFUL})
"""Grounds on which an officer is asked all the same: what is missed there hurts somebody."""
_HALF = 0.5
"""What an officer's look weighs beside a hide: a ground that surely goes to an officer scores half."""

_SEVERITY: Mapping[Subject, Severity] = {
    Category.ABUSIVE: Severity.CLEAR_BREACH,
    Category.HARASSING: Severity.CLEAR_BREACH,
    Category.THREATENING: Severity.SERIOUS,
    Category.HATEFUL: Severity.SERIOUS,
    Category.DEFAMATORY: Severity.CLEAR_BREACH,
    Category.UNLAWFUL: Severity.CLEAR_BREACH,
    Category.SPAM: Severity.MINOR,
    Category.INAPPROPRIATE_MEDIA: Severity.CLEAR_BREACH,
    Category.CONFIDENTIALITY: Severity.CLEAR_BREACH,
    Care.EMERGENCY: Severity.MINUTES_MATTER,
    Care.SAFEGUARDING: Severity.SERIOUS,
    Care.MISINFORMATION: Severity.MINOR,
    Care.SPEAK_UP: Severity.CLEAR_BREACH,
}

Scores = Mapping[str, float]


def answers(scores: Scores) -> bool:
    """Whether these are the answers of a model trained on the house rules."""
    return HIDE in scores


def findings(
    whole: Sequence[Scores], own: Sequence[Scores], rules: Sequence[Finding], source: str, version: str
) -> tuple[Finding, ...]:
    """What a model's answers about the readings of one text come to, beside what the rules found in it.

    A ground that is likely scores the course: a hide counts whole, an officer's look half. One that is less
    likely scores less. Where the text quotes, `own` holds the answers about the author's own words: a ground
    that is weaker there goes to an officer at most. A quotation mark is neither a breach nor a way round the
    rules.
    """
    found = _strongest(whole, rules)
    if own:
        apart = _strongest(own, rules)
        found = {
            subject: _apart(score, apart[subject]) if isinstance(subject, Category) else score
            for subject, score in found.items()
        }
    found.update(_no_complaint(found, rules))
    return tuple(
        Finding(subject, score, _SEVERITY.get(subject, Severity.NOTHING), source, version, _because(subject))
        for subject, score in found.items()
        if score >= _FLOOR
    )


def _no_complaint(
    found: Mapping[Subject, float], rules: Sequence[Finding]
) -> Iterator[tuple[Subject, float]]:
    """A second opinion on what a rule took for a complaint, where the model says nothing like it."""
    likeliest = max(found[subject] for subject in COMPLAINING)
    if likeliest < _FLOOR and any(finding.subject in COMPLAINING for finding in rules):
        yield Doubt.NO_COMPLAINT, 1 - likeliest


def _strongest(readings: Iterable[Scores], rules: Sequence[Finding]) -> dict[Subject, float]:
    highest: dict[Subject, float] = {}
    for scores in readings:
        for subject, score in _weighed(scores, blend.course(scores, rules)):
            highest[subject] = max(score, highest.get(subject, 0.0))
    return highest


def _weighed(scores: Scores, courses: Scores) -> Iterable[tuple[Subject, float]]:
    course = courses[HIDE] + _HALF * courses[REVIEW]
    for name, subject in SUBJECTS.items():
        yield subject, _held(subject, scores[name], course) if isinstance(subject, Category) else scores[name]
    yield Doubt.CLOSE_CALL, courses[REVIEW]


def _held(ground: Category, likely: float, course: float) -> float:
    """A ground by its likelihood and the course. One that is hardly likelier than not never acts."""
    if likely >= _SURE:
        return min(1.0, likely / _LIKELY) * course
    asked = likely >= _LIKELY or ground in _DOUBTED
    return min(_HALF if asked else _HARDLY, course * likely / _LIKELY)


def _apart(score: float, own: float) -> float:
    return min(score, max(own, _HALF))


_READS_AS: Mapping[Subject, str] = {
    Category.ABUSIVE: "abuse of a person",
    Category.HARASSING: "harassment of a person",
    Category.THREATENING: "a threat",
    Category.HATEFUL: "hatred of a group of people",
    Category.DEFAMATORY: "an accusation that could be defamation",
    Category.UNLAWFUL: "something unlawful, or a call to it",
    Category.SPAM: "advertising or a scam",
    Category.INAPPROPRIATE_MEDIA: "a description of something unfit to be shown",
    Category.CONFIDENTIALITY: "private information about somebody",
    Care.EMERGENCY: "somebody who needs help now",
    Care.SAFEGUARDING: "somebody who may be at risk",
    Care.COMPLAINT: "a complaint",
    Care.COMPLIMENT: "thanks",
    Care.MEDIA_ENQUIRY: "a question from a journalist",
    Care.MISINFORMATION: "a claim that misleads",
    Care.LOST_PROPERTY: "something lost or found",
    Care.FOI_OR_SUBJECT_ACCESS: "a request for information or records",
    Care.SPEAK_UP: "a member of staff who raises a concern",
    Doubt.CLOSE_CALL: "something that careful readers would not decide alone",
    Doubt.NO_COMPLAINT: "neither a complaint nor criticism, though a wording sounds like it",
}


def _because(subject: Subject) -> str:
    return f"reads as {_READS_AS.get(subject, subject.value.replace('_', ' '))}"
