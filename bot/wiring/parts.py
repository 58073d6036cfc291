"""Parts that every house is built from, real or sandbox."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable

from adapters.mail.digest import letter
from adapters.pack.folder import Dossier
from bot.casefile import tell
from bot.schedule import Letter
from config import words
from moderation.casework import House
from moderation.checks.check import Check
from moderation.checks.proceedings import Proceeding, Proceedings
from moderation.checks.standard import standard_checks
from moderation.comment import Platform
from moderation.decision import Action, ActionKind
from moderation.digest import Numbers
from moderation.pipeline import Pipeline
from moderation.ports import Books, Classifier, Ledger
from moderation.record import CommentSeen, EvidenceKept


def pipeline(classifiers: tuple[Classifier, ...] = (), watched: tuple[Proceeding, ...] = ()) -> Pipeline:
    """All checks over the words that come with houserules, and over the officers' watch list."""
    return Pipeline((*_checks(), *((Proceedings(watched),) if watched else ())), classifiers)


@functools.cache
def _checks() -> tuple[Check, ...]:
    return standard_checks(words.load())


def collector(ledger: Ledger, house: House) -> Callable[[Action], Awaitable[Dossier]]:
    """Gathers what an evidence pack holds, in one transaction."""

    def gather(books: Books, action: Action) -> Dossier:
        history = books.history(action.author)
        kept = [r.event.sha256 for r in history if isinstance(r.event, EvidenceKept) and r.event.sha256]
        return Dossier(
            case=books.case_of(action.author),
            organisation=house.policy.organisation.name,
            comments=tuple(r.event.comment for r in history if isinstance(r.event, CommentSeen)),
            timeline=tuple(
                f"{line.at:%Y-%m-%d %H:%M:%S} UTC  {line.what}{': ' + line.why if line.why else ''}"
                for line in tell(history, house.policy, house.roster)
            ),
            media=tuple((sha256, books.kept(sha256)) for sha256 in dict.fromkeys(kept)),
            head=books.head(),
            at=books.now,
        )

    async def collect(action: Action) -> Dossier:
        return await ledger.transact(lambda books: gather(books, action))

    return collect


def digest_letter(house: House) -> Callable[[Numbers, str], Letter]:
    """Draws a period as a mail."""

    def draw(numbers: Numbers, head: str) -> Letter:
        names = tuple((str(ref), name) for ref, name in house.account_names)
        drawn = letter(numbers, house.policy, head, names)
        return Letter(drawn.subject, drawn.text, drawn.html)

    return draw


_MESSAGES = frozenset(
    {ActionKind.MESSAGE, ActionKind.REPLY, ActionKind.BLOCK, ActionKind.UNBLOCK, ActionKind.MUTE}
)
_DECLARED = {
    Platform.TELEGRAM: _MESSAGES | {ActionKind.HIDE, ActionKind.UNMUTE},
    Platform.MASTODON: _MESSAGES | {ActionKind.REPORT, ActionKind.UNMUTE},
    Platform.SANDBOX: frozenset(ActionKind),
}


def declared(platform: Platform) -> frozenset[ActionKind]:
    """What a network allows at best: for a replay, which asks no network."""
    return _DECLARED.get(platform, frozenset())
