"""The seeded defects: each one a wrongful block, a lost warning, a missed person or a forged yes."""

from __future__ import annotations

from dataclasses import dataclass

LAW = "tests/laws/test_"
FORGED = LAW + "01_no_forged_press_is_a_yes.py::test_each_way_to_spoil_a_press_is_refused_by_itself"
DIRECTOR = LAW + "01_nobody_is_blocked_without_the_assistant_director.py"
HELD = DIRECTOR + "::test_a_block_is_carried_out_in_exactly_one_constellation"
WARNED = LAW + "02_a_block_follows_a_warning.py"
PRIVATE = LAW + "03_warnings_go_in_private.py"
CARE = LAW + "04_care_brings_no_penalty.py"
PROTECTED = LAW + "05_protected_speech_is_not_hidden.py"
DEFAMATION = LAW + "06_defamation_waits_for_an_officer.py"
REPEAT = LAW + "08_a_repeat_does_nothing_twice.py"
GAP = LAW + "09_a_gap_is_never_clean.py"
UNDONE = LAW + "10_what_is_done_can_be_undone.py"
LICENCE = LAW + "11_no_licence_no_acting_alone.py"
PERSISTENT = LAW + "02_persistent_contact_is_referred.py"
REFUSALS = "tests/unit/core/test_refusals.py"
STANDING = "tests/unit/core/test_standing.py"
POINTS = "tests/unit/core/test_strike_points.py"
DIGEST = "tests/unit/core/test_evidence_digest.py"


@dataclass(frozen=True, slots=True)
class Mutant:
    """One defect: which snippet of which file becomes what, and which tests must notice."""

    name: str
    file: str
    snippet: str
    replacement: str
    killers: tuple[str, ...]


def _of(file: str, *defects: tuple[str, str, str, str]) -> tuple[Mutant, ...]:
    return tuple(Mutant(name, file, snippet, new, (killer,)) for name, snippet, new, killer in defects)


LADDER = _of(
    "ladder.py",
    (
        "a comment before the warning counts as after it",
        "return case.situation.comment.posted_at > warning.delivered_at",
        "return case.situation.comment.posted_at != warning.delivered_at",
        WARNED,
    ),
    (
        "a warning that anybody decided counts as delivered",
        "    if warning is None or warning.delivered_at is None:\n        return False\n    return case",
        "    if warning is None:\n        return bool(case.situation.standing.warnings)\n    return case",
        WARNED,
    ),
    (
        "a block without a referral",
        "    if not _referred(case):\n        for",
        "    if False:\n        for",
        WARNED,
    ),
    ("no time for the teams", "return (waited or heard) and", "return", WARNED),
    ("a team's hold is not heeded", "standing.held_until(now) is None and not", "not", WARNED),
    ("an old answer cuts the wait short", " and r.at >= referral.at  #", "  #", WARNED),
    (
        "an answer about care counts as one about conduct",
        "r.answered_at is not None and not r.for_care and",
        "r.answered_at is not None and",
        WARNED,
    ),
    ("no wait is long enough", "waited = now >= referral", "waited = now > referral", WARNED),
    (
        "a comment before the referral counts as after it",
        "if referral is None or case.situation.comment.posted_at <= referral.at:",
        "if referral is None:",
        WARNED,
    ),
    ("who is blocked is blocked again", " or block.in_force(now))", ")", WARNED),
    (
        "a block elsewhere counts as one here",
        "block.decision.account == account and (",
        "(",
        WARNED,
    ),
    (
        "a threat skips the warning and does not say so",
        'None if _went_on_after_warning(case) else "a credible threat"',
        "None",
        WARNED,
    ),
    (
        "a threat skips the warning although the policy says no",
        "if case.policy.rungs.credible_threat_skips and breach.punishable",
        "if breach.punishable",
        WARNED,
    ),
    (
        "a threat by somebody who needs help is put up for a block",
        "credible_threat_skips and breach.punishable and not",
        "credible_threat_skips and not",
        CARE,
    ),
    (
        "an officer's proposal hides that no warning came first",
        "None if _went_on_after_warning(case) else why",
        "None",
        WARNED,
    ),
    (
        "who needs help gets a strike",
        "    if not breach.punishable:\n        return None\n",
        "    if rule.protective:\n        return None\n",
        CARE,
    ),
    ("a second warning at once", "now < last + rungs.warning_cool_down", "now < last", PRIVATE),
    (
        "a warning while one holds",
        "if standing.warned(now, rungs.warning_lifetime) is not None:",
        "if False:",
        PRIVATE,
    ),
    ("a warning at the first slight breach", ">= rungs.warn_at", ">= 1", PRIVATE),
    (
        "a warning where no message can reach",
        "    if ActionKind.MESSAGE in case.situation.can:\n        yield _follow(case, breach, Step.WARN)",
        "    if case.situation.can:\n        yield _follow(case, breach, Step.WARN)",
        PRIVATE,
    ),
    ("a ground that does not warn does", "if rule.warns and not _skips", "if not _skips", PRIVATE),
    ("an emergency that pages nobody", "if care in URGENT_CARE:", "if care is Care.SAFEGUARDING:", CARE),
    (
        "who over-shares hears nothing",
        "    if rule.protective:\n        yield",
        "    if rule.warns:\n        yield",
        CARE,
    ),
    (
        "a gap beside any finding is clean",
        "    elif verdict.gaps:",
        "    elif verdict.gaps and not verdict.findings:",
        GAP,
    ),
    (
        "a doubt beside a certainty is lost",
        "if breach is not None and (gravest is None or gravest.severity <= breach.severity):",
        "if breach is not None:",
        GAP,
    ),
    (
        "a doubt is not looked at",
        "if f.score >= case.rule(f).look_at]",
        "if f.score > case.rule(f).look_at]",
        GAP,
    ),
    (
        "a conflict with protected speech is shown to nobody",
        "if breach is not None and (protected(case) or case.urgent()):",
        "if breach is not None and case.urgent():",
        PROTECTED,
    ),
    (
        "contact that goes on is never referred",
        "if recent < rungs.persistent_count or",
        "if recent <= rungs.persistent_count or",
        PERSISTENT,
    ),
    (
        "a journalist is referred for asking often",
        " or exempt or _referred(case):",
        " or _referred(case):",
        PERSISTENT,
    ),
)
BREACH = _of(
    "breach.py",
    (
        "protection vetoes nothing",
        "return grave or not (protected(case) or case.urgent())",
        "return grave or not case.urgent()",
        PROTECTED,
    ),
    (
        "who needs help is acted on for trifles",
        "return grave or not (protected(case) or case.urgent())",
        "return grave or not protected(case)",
        PROTECTED,
    ),
    (
        "grave is less than serious",
        "finding.severity >= Severity.SERIOUS",
        "finding.severity >= Severity.CLEAR_BREACH",
        PROTECTED,
    ),
    (
        "grave words in a protected passage stand alone",
        "    return not any(finding.span.inside(passage) for passage in passages)",
        "    return True",
        PROTECTED,
    ),
    (
        "words from nowhere stand alone",
        "if finding.span is None or finding.quoted:",
        "if finding.quoted:",
        PROTECTED,
    ),
    ("quoted words act", " or finding.quoted or not", " or not", PROTECTED),
    (
        "no licence is needed",
        " or finding.quoted or not case.policy.may_act_alone(rule.category):",
        " or finding.quoted:",
        LICENCE,
    ),
    ("less than certain acts", "finding.score < rule.act_at", "finding.score < rule.look_at", LICENCE),
    (
        "a ruling punishes who needs help",
        "punishable=not rule.protective and not case.urgent(),",
        "punishable=not rule.protective,",
        CARE,
    ),
    (
        "over-sharing is punished",
        "punishable=not case.policy.categories[category].protective and not case.urgent(),",
        "punishable=not case.urgent(),",
        CARE,
    ),
    (
        "an officer's word that it is none is a breach",
        "    if ruling.category is None:\n        return None",
        "    if not ruling.category:\n        ruling = Ruling(ruling.by, ruling.at, Category.SPAM)",
        PROTECTED,
    ),
)
SITUATION = _of(
    "situation.py",
    (
        "a ruling's decisions bear the names of the checks' own",
        ', mark, ruling.mark if ruling else "")',
        ', mark, "")',
        REPEAT,
    ),
    (
        "two decisions share a name",
        '(ground or "", route or "", asks or "",',
        '(ground or "", asks or "",',
        REPEAT,
    ),
    (
        "care is noticed too late",
        "strongest.score < self.policy",
        "strongest.score <= self.policy",
        CARE,
    ),
    (
        "an officer's name is left out",
        "by=by or (ruling.by if ruling else None),",
        "by=by,",
        DIRECTOR,
    ),
)
STANDINGS = _of(
    "standing.py",
    ("an expired strike counts", "self.at <= now < self.expires_at", "self.at <= now", POINTS),
    (
        "edits count as breaches of their own",
        "return min(_by_comment(counting), _by_outburst(counting, spacing))",
        "return _by_outburst(counting, spacing)",
        POINTS,
    ),
    (
        "an outburst counts for each of its breaches",
        "return min(_by_comment(counting), _by_outburst(counting, spacing))",
        "return _by_comment(counting)",
        POINTS,
    ),
    (
        "an outburst is shorter than it is",
        "if strike.at - at >= spacing)",
        "if strike.at - at > spacing)",
        POINTS,
    ),
    (
        "an expired warning holds",
        "warning.delivered_at <= now < warning.delivered_at + lifetime",
        "warning.delivered_at <= now",
        WARNED,
    ),
    (
        "an undelivered warning counts as delivered",
        "case Step.WARN if failed:",
        "case Step.WARN if False:",
        STANDING,
    ),
    ("a rehearsed strike counts", "if recorded.rehearsed and not rehearsal:", "if False:", STANDING),
    (
        "a voided strike stays",
        "strikes=tuple(s for s in told.strikes if stays(s.decision)),",
        "strikes=told.strikes,",
        UNDONE,
    ),
    (
        "a voided warning stays",
        "warnings=tuple(w for w in told.warnings if stays(w.decision)),",
        "warnings=told.warnings,",
        UNDONE,
    ),
    (
        "clearing one revision clears them all",
        " or known.revision != revision",
        "",
        UNDONE,
    ),
    (
        "an approved block outlives the clearing of its comment",
        "if b.state is BlockState.APPROVED and not stays(b.decision.id)",
        "if False",
        UNDONE,
    ),
    ("a block never ends", "until=at + term if term else None", "until=None", STANDING),
    (
        "lifting here lifts everywhere",
        "if b.decision.account == account and b.state in {",
        "if b.state in {",
        STANDING,
    ),
    (
        "care counts as a referral about conduct",
        "if not r.for_care and r.at <= now",
        "if r.at <= now",
        STANDING,
    ),
)
EVIDENCE = _of(
    "evidence.py",
    (
        "an edit is no other evidence",
        "[str(comment.ref), comment.revision, comment.digest]",
        "[str(comment.ref)]",
        DIGEST,
    ),
    ("other bytes are no other evidence", "r.event.media, r.event.sha256]", "r.event.media]", DIGEST),
    ("another person is no other evidence", '"author": str(decision.author),', "", DIGEST),
    ("another ground is no other evidence", '"ground": decision.ground,', "", DIGEST),
    (
        "a late revision takes the newest one's place",
        "if before is None or int(str(before[1])) <= comment.revision:",
        "if True:",
        DIGEST,
    ),
    ("a tailored response is no evidence", "                r.tailored_response,\n", "", DIGEST),
    ("another policy is no other evidence", '"policy": decision.policy_version,', "", DIGEST),
    (
        "a delivery is no other evidence",
        "w.delivered_at.isoformat() if w.delivered_at else w.failed_because",
        "w.failed_because",
        DIGEST,
    ),
)
APPROVAL = _of(
    "approval.py",
    (
        "any token of any card will do",
        " or button.token != press.token or button.card != card.id:",
        ":",
        FORGED,
    ),
    ("another's button will do", " or button.card != card.id:", ":", FORGED),
    ("any chat will do", "if press.place.chat != desk.place.chat:", "if False:", FORGED),
    ("any message will do", "if press.place.message != desk.place.message:", "if False:", FORGED),
    ("nobody in particular may decide", "if press.anonymous or press", "if press", FORGED),
    (
        "the stand-in for anonymous admins may decide",
        ' or press.by.rpartition(":")[2] in FAKE_IDS:',
        ":",
        REFUSALS,
    ),
    ("any officer may approve", "if not member.serves(card.role, desk.now):", "if False:", FORGED),
    (
        "who proposes may approve",
        "if card.kind is CardKind.BLOCK and card.proposed_by == by:",
        "if False:",
        FORGED,
    ),
    ("a restored card lives on", "if card.epoch != desk.epoch:", "if False:", FORGED),
    (
        "an expired card lives on",
        "card.state is CardState.EXPIRED or desk.now >= card.expires_at",
        "False",
        FORGED,
    ),
    ("an answered card can be answered again", "if card.state is CardState.ANSWERED:", "if False:", FORGED),
    ("an old button lives on", "if button.version != card.version:", "if False:", FORGED),
    (
        "changed evidence goes unnoticed at the press",
        "if card.kind is CardKind.BLOCK and card.evidence != desk.evidence:",
        "if False:",
        FORGED,
    ),
    (
        "nobody need read it",
        "if button.verb is Verb.CONFIRM and not _read(desk, card, policy):",
        "if False:",
        FORGED,
    ),
    ("one finishes another's draft", "if draft is not None and draft.by != by and", "if False and", FORGED),
    (
        "a yes with one tap",
        "case Verb.CONFIRM if draft is not None and draft.stage is Stage.CONFIRM:",
        "case Verb.CONFIRM if draft is not None:",
        FORGED,
    ),
    (
        "a block on a protective ground",
        " or policy.categories[Category(argument)].protective:",
        ":",
        REFUSALS,
    ),
    (
        "no word is asked on why no warning",
        "Stage.TERM if warned else Stage.NO_WARNING",
        "Stage.TERM",
        REFUSALS,
    ),
    (
        "a yes without a warning or a word why",
        "if not warned and draft.no_warning_because is None:",
        "if False:",
        REFUSALS,
    ),
    ("a yes of another block", "if approval.decision != decision.id:", "if False:", HELD),
    ("a yes from before the restore", "if approval.epoch != epoch:", "if False:", HELD),
    ("a yes that has run out", "if not approval.at <= now < approval.expires_at:", "if False:", HELD),
    (
        "a yes of somebody who has left",
        "if not roster.serves(approval.by, Role.ASSISTANT_DIRECTOR, now):",
        "if False:",
        HELD,
    ),
    (
        "a yes to one's own proposal",
        "if decision.by is not None and decision.by == approval.by:",
        "if False:",
        HELD,
    ),
    ("a yes to other evidence", "if approval.evidence != evidence:", "if False:", HELD),
    (
        "a block without a warning or a word why",
        "if not warned and approval.no_warning_because is None:",
        "if False:",
        HELD,
    ),
    (
        "a declined block is carried out",
        "if block is None or block.state is not BlockState.APPROVED:",
        "if block is None:",
        HELD,
    ),
    ("a forged yes", "if block.approval != approval:", "if False:", DIRECTOR),
)

MUTANTS = (*LADDER, *BREACH, *SITUATION, *STANDINGS, *EVIDENCE, *APPROVAL)
