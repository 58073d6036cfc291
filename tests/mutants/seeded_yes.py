"""Seeded defects of the evidence digest and of the rules of approval: forged, stale and unfounded yeses."""

from __future__ import annotations

from tests.mutants.mutant import DIGEST, DIRECTOR, FORGED, HELD, REFUSALS, seed

EVIDENCE = seed(
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
APPROVAL = seed(
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
