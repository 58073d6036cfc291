"""What holds in every case of the small world, by law. Each says whether the case keeps it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable

from moderation.comment import CommentKind
from moderation.decision import PENALTIES, ActionKind, Clearance, Decision, Route, Step
from moderation.taxonomy import Care, Category, Severity
from tests.laws.world import POLICY, Case
from tests.strategies.comments import AUTHOR, DAY, NOW, OFFICER, PAGE, ref
from tests.strategies.policies import OFFICER_ONLY, PROTECTIVE, RUNGS, WEIGHTS
from tests.strategies.verdicts import Band

Kept = Callable[[Case], bool]

PUBLIC_STEPS = frozenset({Step.HIDE, Step.REPORT, Step.RECORD})
UNDOING = frozenset({Step.UNHIDE, Step.UNBLOCK})
AFTER_A_YES = frozenset({Step.REASONS, Step.CIRCULATE})


def broken(cases: Iterable[Case], *laws: Kept) -> list[tuple[str, Case]]:
    """The first few cases that break one of these laws."""
    found = ((law.__name__, case) for case in cases for law in laws if not law(case))
    return list(itertools.islice(found, 3))


# --- Law 1 ----------------------------------------------------------------------------------------


def the_ladder_only_ever_proposes_a_block(case: Case) -> bool:
    """It leaves the yes to the assistant director, and undoes nothing by itself."""
    proposed = all(d.clearance is Clearance.ASSISTANT_DIRECTOR for d in case.of(Step.BLOCK))
    others = (d for d in case.decisions if d.step is not Step.BLOCK)
    return proposed and not any(
        d.clearance is Clearance.ASSISTANT_DIRECTOR or d.step in UNDOING | AFTER_A_YES for d in others
    )


def a_ruling_has_its_officers_name_on_all_that_follows(case: Case) -> bool:
    """What follows a ruling is cleared by the officer; what follows none is the ladder's alone."""
    by = OFFICER if case.ruled else None
    clearance = Clearance.OFFICER if case.ruled else Clearance.AUTOMATIC
    cleared = all(d.clearance is clearance for d in case.decisions if d.step is not Step.BLOCK)
    return cleared and all(d.by == by for d in case.decisions)


# --- Law 2 ----------------------------------------------------------------------------------------


def a_block_follows_a_warning_or_says_why_not(case: Case) -> bool:
    """Proposed exactly where a warning, contact after it and the teams' time came first, or a threat."""
    expected: list[str | None] = []
    if case.punishable and not case.past.settled:
        if case.threat:
            expected = [None if case.past.went_on else "a credible threat"]
        elif case.past.went_on and case.past.heard:
            expected = [None]
    return [d.no_warning_because for d in case.of(Step.BLOCK)] == expected


def contact_that_goes_on_is_referred(case: Case) -> bool:
    """Both teams are asked once a breach comes after a warning, and once only."""
    due = case.punishable and case.past.went_on and not case.past.referred
    asked = [d.route for d in case.of(Step.REFER) if not isinstance(d.ground, Care)]
    return asked == ([Route.FREQUENT_CALLER, Route.SAFEGUARDING] if due else [])


# --- Law 3 ----------------------------------------------------------------------------------------


def a_warning_is_necessary_and_private(case: Case) -> bool:
    """Exactly where one is due, which a threat is not; a person takes it where no message can go."""
    enough = case.past.points + WEIGHTS.get(case.severity, 0) >= RUNGS.warn_at
    due = case.punishable and not case.past.went_on and case.past.may_be_warned and enough and not case.threat
    private = ActionKind.MESSAGE in case.can
    asked = [d for d in case.of(Step.ASK) if d.asks is Step.WARN]
    return len(case.of(Step.WARN)) == (due and private) and len(asked) == (due and not private)


# --- Law 4 ----------------------------------------------------------------------------------------


def care_brings_no_penalty(case: Case) -> bool:
    """Who may need help is not punished, and a hide for somebody's sake stays that."""
    if case.urgent or not case.punishable:
        return not case.penalties
    return all(
        d.strike is None and d.step not in PENALTIES for d in case.decisions if isinstance(d.ground, Care)
    )


def a_protective_hide_brings_a_kind_message_at_most(case: Case) -> bool:
    """It is explained where a message can go, and no more."""
    if case.breach not in PROTECTIVE:
        return not case.of(Step.EXPLAIN)
    about = [d for d in case.decisions if d.ground in PROTECTIVE]
    kind = all(d.step in PUBLIC_STEPS | {Step.ASK, Step.EXPLAIN} and d.strike is None for d in about)
    return kind and len(case.of(Step.EXPLAIN)) == (ActionKind.MESSAGE in case.can)


def care_reaches_whom_it_is_for(case: Case) -> bool:
    """An emergency pages the contact on call; safeguarding is referred as well."""
    care = case.shape.care
    if care is None or case.ruled:
        return not any(isinstance(d.ground, Care) for d in case.decisions)
    told = {(d.step, d.route) for d in case.decisions if d.ground is care}
    route = POLICY.cares[care].route
    match care:
        case Care.EMERGENCY:
            return told == {(Step.ALERT, Route.ON_CALL)}
        case Care.SAFEGUARDING:
            return told == {(Step.ALERT, Route.ON_CALL), (Step.REFER, route)}
        case Care.COMPLAINT:
            reachable = bool(case.can & {ActionKind.REPLY, ActionKind.MESSAGE})
            return told == {(Step.SIGNPOST if reachable else Step.ASK, route)}
        case Care.COMPLIMENT:
            return not told
        case _:
            return told == {(Step.ALERT, route)}


# --- Laws 5, 6, 9 and 11: who may act alone, and what a person is asked ----------------------------


def only_a_breach_is_acted_on(case: Case) -> bool:
    """The first instance is the nearest step that the network allows, and there is none without a breach."""
    taken = [(d.step, d.instead_of) for d in case.decisions if d.step in PUBLIC_STEPS]
    return taken == _first_instance(case) and all(
        d.ground == case.breach for d in case.decisions if d.step in PUBLIC_STEPS
    )


def _first_instance(case: Case) -> list[tuple[Step, Step | None]]:
    if case.breach is None:
        return []
    if case.kind is CommentKind.DIRECT:
        return [(Step.RECORD, None)]
    if ActionKind.HIDE in case.can:
        reported = case.severity >= Severity.SERIOUS and case.punishable
        return [(Step.HIDE, None), *([(Step.REPORT, None)] if reported else [])]
    if ActionKind.REPORT in case.can:
        return [(Step.REPORT, Step.HIDE)]
    return [(Step.RECORD, Step.HIDE)]


def what_cannot_be_hidden_is_put_to_a_person(case: Case) -> bool:
    """Where the network can neither hide nor report, an officer is asked to do it by hand."""
    by_hand = [d for d in case.of(Step.ASK) if d.instead_of is Step.HIDE]
    out_of_reach = not case.can & {ActionKind.HIDE, ActionKind.REPORT}
    return len(by_hand) == (case.breach is not None and case.kind is not CommentKind.DIRECT and out_of_reach)


def a_strike_is_given_once_for_a_breach_that_counts(case: Case) -> bool:
    """Exactly one decision carries it, with the weight and the lifetime of the policy."""
    strikes = [d.strike for d in case.decisions if d.strike is not None]
    if not case.punishable:
        return not strikes
    weight = WEIGHTS[case.severity]
    return [(s.points, s.expires_at) for s in strikes] == [(weight, NOW + 180 * DAY)]


def a_conflict_with_protection_goes_to_an_officer(case: Case) -> bool:
    """What is acted on although it is protected, or somebody may need help, is shown to an officer."""
    shown = [d for d in case.of(Step.ASK) if d.route is Route.OFFICERS and d.asks is None]
    conflict = case.breach is not None and (case.guarded or case.urgent) and not case.ruled
    return len(shown) == conflict


def what_may_not_act_alone_is_asked(case: Case) -> bool:
    """A doubtful ground, or a gap where nothing was acted on, is put to an officer exactly once."""
    asked = [d for d in case.of(Step.ASK) if d.asks is Step.HIDE and d.instead_of is None]
    if case.ruled or case.breach is not None:
        return not asked
    doubtful = case.shape.category is not None and case.shape.band is not Band.BELOW
    if doubtful:
        return [d.ground for d in asked] == [case.shape.category]
    return [d.ground for d in asked] == ([None] if case.shape.gap else [])


def defamation_and_contempt_wait_for_an_officer(case: Case) -> bool:
    """Nothing but a question comes of them before an officer has ruled."""
    about = [d for d in case.decisions if d.ground in OFFICER_ONLY]
    return case.ruled or all(d.step is Step.ASK for d in about)


def no_breach_leads_to_nothing(case: Case) -> bool:
    """An officer's word that it is no breach ends it."""
    return case.word != "no_breach" or not case.decisions


def a_credible_threat_is_told_at_once(case: Case) -> bool:
    """The contact on call hears of it, asked about or acted on, and a pack for the police is made ready."""
    alerts = [d for d in case.of(Step.ALERT) if d.ground is Category.THREATENING and d.route is Route.ON_CALL]
    shape = case.shape
    feared = shape.category is Category.THREATENING and shape.severity is Severity.MINUTES_MATTER
    asked = feared and shape.band is not Band.BELOW and case.breach is None and not case.ruled
    return len(alerts) == len(case.of(Step.POLICE_PACK)) == (case.threat or asked)


def defamation_is_told_to_legal(case: Case) -> bool:
    """Once an officer has ruled so."""
    return len(case.of(Step.LEGAL)) == (case.breach is Category.DEFAMATORY)


# --- Laws 7, 8 and 12 -----------------------------------------------------------------------------


def every_decision_says_what_it_rests_on(case: Case) -> bool:
    """Who, what, why, the clause and the policy's version."""
    return all(_complete(d) for d in case.decisions)


def _complete(decision: Decision) -> bool:
    about = (decision.author, decision.account, decision.comment, decision.revision)
    return about == (AUTHOR, PAGE, ref(), 0) and bool(
        decision.because and decision.clause and decision.policy_version == POLICY.version
    )


def no_two_decisions_share_a_name(case: Case) -> bool:
    """A decision's name is its own, so that deciding again writes nothing new."""
    return len({d.id for d in case.decisions}) == len(case.decisions)


LAWS: tuple[Kept, ...] = (
    the_ladder_only_ever_proposes_a_block,
    a_ruling_has_its_officers_name_on_all_that_follows,
    a_block_follows_a_warning_or_says_why_not,
    contact_that_goes_on_is_referred,
    a_warning_is_necessary_and_private,
    care_brings_no_penalty,
    a_protective_hide_brings_a_kind_message_at_most,
    care_reaches_whom_it_is_for,
    only_a_breach_is_acted_on,
    what_cannot_be_hidden_is_put_to_a_person,
    a_strike_is_given_once_for_a_breach_that_counts,
    a_conflict_with_protection_goes_to_an_officer,
    what_may_not_act_alone_is_asked,
    defamation_and_contempt_wait_for_an_officer,
    no_breach_leads_to_nothing,
    a_credible_threat_is_told_at_once,
    defamation_is_told_to_legal,
    every_decision_says_what_it_rests_on,
    no_two_decisions_share_a_name,
)
