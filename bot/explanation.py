"""How a verdict about one comment came about, step by step, for a person to read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from bot.cards import SEVERITIES
from bot.casefile import STEPS, ground_of, with_route
from moderation import pipeline
from moderation.breach import protected, unopposed
from moderation.comment import Comment
from moderation.decision import Decision
from moderation.ladder import climb
from moderation.policy import Policy
from moderation.situation import Matter, Situation
from moderation.taxonomy import Care, Category, Doubt, Protection
from moderation.verdict import Finding, Verdict


def explained(comment: Comment, situation: Situation, policy: Policy) -> RenderableType:
    """What was read, what was found and by whom, what weighs against acting, and what follows."""
    case = Matter(situation, policy)
    return Group(
        _heading("Read as"),
        *(Text(f"  {text}") for text in _read(comment)),
        _heading("Found"),
        _findings(case),
        *_gaps(situation.verdict),
        _heading("Weighed"),
        *(Text(f"  {line}") for line in _weighed(case) or ("nothing that could be held against anybody",)),
        _heading("What follows, for an author without a past"),
        *(Text(f"  {line}") for line in _steps(climb(situation, policy), policy)),
        Text(f"\nLooked: {', '.join(situation.verdict.checks)}", style="dim"),
    )


def _heading(words: str) -> Text:
    return Text(f"\n{words}", style="bold")


def _read(comment: Comment) -> Iterator[str]:
    shown = pipeline.readings(comment)
    yield from shown.whole or ("(no words)",)
    yield from (f"without what it quotes: {text}" for text in shown.own)


def _findings(case: Matter) -> RenderableType:
    found = [_finding(finding, case) for finding in case.situation.verdict.findings]
    return Group(*found) if found else Text("  nothing")


def _finding(finding: Finding, case: Matter) -> Text:
    told = Text(f"  {finding.score:.2f}  {_named(finding, case.policy)}", style="bold")
    told.append(f"  {_needed(finding, case.policy)}; {SEVERITIES[finding.severity]}", style="not bold")
    where = case.situation.comment.text[finding.span.start : finding.span.end] if finding.span else ""
    told.append(f"\n        {finding.source}: {finding.because}", style="not bold")
    if where:
        told.append(f"; {'quoted: ' if finding.quoted else ''}“{where}”", style="not bold")
    return told


def _named(finding: Finding, policy: Policy) -> str:
    match finding.subject:
        case Category():
            return policy.categories[finding.subject].title
        case Care():
            return policy.cares[finding.subject].title
        case Protection():
            return f"protected: {finding.subject.value.replace('_', ' ')}"
        case Doubt.CLOSE_CALL:
            return "a person should decide"
        case Doubt.PROCEEDINGS:
            return "touches a court case"
        case Doubt.NO_COMPLAINT:
            return "no complaint, whatever the wording"


def _needed(finding: Finding, policy: Policy) -> str:
    """From which score it counts."""
    match finding.subject:
        case Category():
            rule = policy.categories[finding.subject]
            return f"officer from {rule.look_at:.2f}, alone from {rule.acts_from:.2f}"
        case Care():
            return f"counts from {policy.cares[finding.subject].notice_at:.2f}"
        case Protection():
            return f"counts from {policy.protect_at:.2f}"
        case Doubt():
            return f"counts from {policy.ask_at:.2f}"


def _gaps(verdict: Verdict) -> Iterator[Text]:
    for gap in verdict.gaps:
        yield Text(f"  not looked: {gap.check}: {gap.reason}", style="yellow")


def _weighed(case: Matter) -> tuple[str, ...]:
    return tuple(_weights(case))


def _weights(case: Matter) -> Iterator[str]:
    if protected(case):
        yield "It is protected speech: an officer decides, unless a serious breach stands apart from it."
    elif case.doubt(Doubt.NO_COMPLAINT) is not None:
        yield "A wording sounds like a complaint, but the model reads none: that alone does not protect it."
    if case.urgent():
        yield "Its author, or somebody in it, may need help first: nothing falls on the author."
    for finding in case.situation.verdict.breaches:
        yield f"{_named(finding, case.policy)} ({finding.source}): {_standing(case, finding)}."


def _standing(case: Matter, finding: Finding) -> str:
    rule = case.rule(finding)
    if finding.score < rule.look_at:
        return "too weak to count"
    if finding.quoted:
        return "in words that the author quotes; an officer looks"
    if rule.officer_only:
        return "never decided without an officer"
    if not unopposed(case, finding):
        return "held back by what protects the comment; an officer looks"
    if finding.score < rule.acts_from:
        return "not sure enough to act alone; an officer looks"
    if not case.policy.may_act_alone(rule.category):
        return "sure enough, but the ground holds no licence; an officer looks"
    return "sure enough, and licensed to act alone"


def _steps(decisions: Sequence[Decision], policy: Policy) -> Iterable[str]:
    if not decisions:
        return ("The comment stays, and nobody is troubled.",)
    return tuple(_step(decision, policy) for decision in decisions)


def _step(decision: Decision, policy: Policy) -> str:
    what = with_route(STEPS[decision.step], decision.route)
    asked = f": {STEPS[decision.asks]}?" if decision.asks else ""
    ground = ground_of(decision, policy)
    return f"{what}{asked}{f' ({ground})' if ground else ''}: {decision.because} [{decision.clause}]"
