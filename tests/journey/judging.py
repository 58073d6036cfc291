"""What a step expects, and what holds after every story: the network's own log is the judge."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from adapters.sandbox.network import Entry
from moderation.card import Audience
from moderation.comment import AccountRef, Platform
from moderation.decision import Action, ActionKind, AlreadyDone, Approval, Decision, Done, Step
from moderation.ports import Books
from moderation.record import Approved, Attempted, Decided, EvidenceKept, Intended, Recorded, Settled
from moderation.roster import Role
from moderation.standing import Standing, fold
from tests.journey.player import HOLDERS, STAFF_MAIL, Moment, Player
from tests.journey.story import Scene


async def judged(player: Player, scene: Scene, before: Moment) -> list[str]:
    """Everything in which a step did not end as it says."""
    now = await _look(player, before)
    people = [*_on_the_network(scene, player, now), *_in_private(scene, now), *_in_the_mail(scene, now)]
    return [*people, *_on_record(scene, player, now), *_in_the_staff_chat(scene, player, now)]


@dataclass(frozen=True, slots=True)
class _Now:
    """Everything as it is after a step."""

    told: _Told
    log: tuple[Entry, ...]
    new_log: tuple[Entry, ...]
    new_mails: tuple[tuple[str, str], ...]
    """Address and text."""
    heard: tuple[str, ...]
    new: tuple[Recorded, ...]
    standings: dict[str, Standing]
    cards: dict[Audience, list[str]]
    mode: str
    addresses: dict[str, frozenset[str]]


async def _look(player: Player, before: Moment) -> _Now:
    stage = player.stage
    history = await player.history()
    names = {comment.author.id for comment in player.comments.values()}

    def look(books: Books) -> tuple[dict[str, Standing], dict[Audience, list[str]], str]:
        rehearsal = books.mode() != "active"
        authors = {name: player.author(name) for name in names}
        histories = {name: books.history(ref) for name, ref in authors.items()}
        standings = {n: fold(authors[n], told, rehearsal=rehearsal) for n, told in histories.items()}
        cards: dict[Audience, list[str]] = {audience: [] for audience in Audience}
        for card in books.cards(open_only=True):
            cards[card.audience].append(card.kind.value)
        return standings, cards, books.mode().value

    standings, cards, mode = await stage.ledger.transact(look)
    contacts = stage.house.policy.organisation.contacts
    addresses = {route.value: frozenset({contact.email}) for route, contact in contacts.items()}
    addresses |= {name: frozenset({address}) for name, address in STAFF_MAIL.items()}
    addresses["holders"] = frozenset(holder.email for holder in HOLDERS)
    mails = tuple((mail.to, f"{mail.subject}\n{mail.text}") for mail in stage.mailer.sent.values())
    answers = tuple(text for _, text in stage.desk.acknowledged[before.answered :])
    return _Now(
        told=told(history),
        log=tuple(stage.network.log),
        new_log=tuple(stage.network.log[before.calls :]),
        new_mails=mails[before.mails :],
        heard=(*stage.desk.said[before.said :], *answers),
        new=tuple(r for r in history if r.seq > before.events),
        standings=standings,
        cards=cards,
        mode=mode,
        addresses=addresses,
    )


@dataclass(frozen=True, slots=True)
class _Told:
    """A ledger, read by action and decision."""

    history: tuple[Recorded, ...]
    actions: dict[str, Action]
    decisions: dict[str, Decision]
    approvals: dict[str, tuple[int, Approval]]
    attempted: dict[str, int]
    done: dict[str, int]
    """Actions that came to pass, with the number of the event that says so."""

    def step(self, key: str) -> Step | None:
        """The step that an action served."""
        return self.actions[key].step if key in self.actions else None


def told(history: tuple[Recorded, ...]) -> _Told:
    """Read a ledger."""
    found = _Told(history, {}, {}, {}, {}, {})
    for recorded in history:
        match recorded.event:
            case Intended(action=action):
                found.actions[action.key] = action
            case Decided(decision=decision):
                found.decisions[decision.id] = decision
            case Approved(approval=approval):
                found.approvals[approval.decision] = (recorded.seq, approval)
            case Attempted(action=key):
                found.attempted.setdefault(key, recorded.seq)
            case Settled(action=key, outcome=Done() | AlreadyDone()):
                found.done[key] = recorded.seq
            case _:
                pass
    return found


# --- What a step expects ------------------------------------------------------------------------


def _on_the_network(scene: Scene, player: Player, now: _Now) -> Iterator[str]:
    network = player.stage.network
    for name in _known((*scene.hidden, *scene.visible, *scene.reported), player):
        there = str(player.comments[name].ref) in network.hidden
        if name in scene.hidden and not there:
            yield f"{name} should be hidden"
        if name in scene.visible and there:
            yield f"{name} should be visible"
        if name in scene.reported and not _was(now.log, ActionKind.REPORT, str(player.comments[name].ref)):
            yield f"{name} should have been reported to the network"
    for one in (*scene.blocked, *scene.not_blocked):
        author, _, account = one.partition(" on ")
        there = (str(_account(account or "main")), author) in network.blocked
        if there is not (one in scene.blocked):
            yield f"{one} should {'' if one in scene.blocked else 'not '}be blocked"
    if scene.gets_through is not None and player.got_through is not scene.gets_through:
        yield f"the network let the comment {'' if player.got_through else 'not '}through"
    if scene.did is not None:
        did = sorted(entry.kind for entry in now.new_log)
        if did != sorted(kind.value for kind in scene.did):
            yield f"done on the network in this step: {', '.join(did) or 'nothing'}"
    replies = sum(entry.kind == ActionKind.REPLY for entry in now.log)
    if scene.public_replies is not None and replies != scene.public_replies:
        yield f"{replies} public replies, not {scene.public_replies}"


def _in_private(scene: Scene, now: _Now) -> Iterator[str]:
    messages = [entry for entry in now.log if entry.kind == ActionKind.MESSAGE]
    warned = Counter(entry.author for entry in messages if now.told.step(entry.key) is Step.WARN)
    for author, wanted in (scene.warned | dict.fromkeys(scene.not_warned, 0)).items():
        if warned[author] != wanted:
            yield f"{author} has had {warned[author]} warnings, not {wanted}"
    for author, wanted in scene.messages.items():
        had = sum(entry.author == author for entry in messages)
        if had != wanted:
            yield f"{author} has had {had} private messages, not {wanted}"
    for author, words in scene.tells.items():
        newest = next((entry.text for entry in reversed(messages) if entry.author == author), "")
        if words not in newest:
            yield f"the newest message to {author} does not say {words!r}: {newest!r}"
    for author, words in scene.never_tells.items():
        if any(words in entry.text for entry in messages if entry.author == author):
            yield f"a message to {author} says {words!r}"


def _in_the_mail(scene: Scene, now: _Now) -> Iterator[str]:
    got = {to for to, _ in now.new_mails}
    for name in scene.mailed_to:
        missing = now.addresses[name] - got
        if missing:
            yield f"no mail to {name} in this step; mail went to {', '.join(sorted(got)) or 'nobody'}"
    for name in scene.not_mailed_to:
        if now.addresses[name] & got:
            yield f"mail went to {name}"
    for name, words in scene.mail_says.items():
        if not any(words in text for to, text in now.new_mails if to in now.addresses[name]):
            yield f"no mail to {name} says {words!r}"
    for name, words in scene.mail_omits.items():
        if any(words in text for to, text in now.new_mails if to in now.addresses[name]):
            yield f"a mail to {name} says {words!r}"


def _on_record(scene: Scene, player: Player, now: _Now) -> Iterator[str]:
    moment, rungs = player.stage.clock.now(), player.stage.house.policy.rungs
    for author, wanted in scene.strikes.items():
        counting = sum(s.counts(moment) for s in _standing(now, player, author).strikes)
        if counting != wanted:
            yield f"{author} has {counting} strikes that count, not {wanted}"
    for author, wanted in scene.points.items():
        points = _standing(now, player, author).points(moment, rungs.strike_spacing)
        if points != wanted:
            yield f"{author} has {points} points, not {wanted}"
    for author in (*scene.warning_counts, *scene.warning_does_not_count):
        counts = _standing(now, player, author).warned(moment, rungs.warning_lifetime) is not None
        if counts is not (author in scene.warning_counts):
            yield f"a warning of {author} {'counts' if counts else 'does not count'}"
    for author, routes in (scene.referred | dict.fromkeys(scene.not_referred, ())).items():
        sent = {r.route.value for r in _standing(now, player, author).referrals if r.route is not None}
        if sent != {route.value for route in routes}:
            yield f"{author} has been referred to {', '.join(sorted(sent)) or 'nobody'}"
    yield from _besides(scene, player, now)


def _besides(scene: Scene, player: Player, now: _Now) -> Iterator[str]:
    if scene.order:
        steps = _came_to_pass(now, scene.order)
        if steps != list(scene.order):
            yield f"the order was {', '.join(steps) or 'nothing at all'}"
    if scene.mode_is is not None and now.mode != scene.mode_is:
        yield f"the mode is {now.mode}"
    packs = player.stage.mailer.folder.parent / "packs"
    written = len(list(packs.iterdir())) if packs.exists() else 0
    if scene.packs is not None and written != scene.packs:
        yield f"{written} evidence packs were written"


def _in_the_staff_chat(scene: Scene, player: Player, now: _Now) -> Iterator[str]:
    for audience, kinds in scene.cards.items():
        if sorted(now.cards[audience]) != sorted(kind.value for kind in kinds):
            yield f"open cards for {audience}: {', '.join(now.cards[audience]) or 'none'}"
    heard = "\n".join(now.heard)
    for words in scene.says:
        if words not in heard:
            yield f"nobody said {words!r} in the staff chat; what was said: {heard!r}"
    for words in scene.says_not:
        if words in heard:
            yield f"somebody said {words!r} in the staff chat"
    shown = "\n".join(_text(view) for _, view in player.views())
    for words in scene.card_says:
        if words not in shown:
            yield f"no card says {words!r}; they say: {shown}"
    for words in scene.card_omits:
        if words in shown:
            yield f"a card says {words!r}"


def _text(view: object) -> str:
    return str(view)


def _standing(now: _Now, player: Player, author: str) -> Standing:
    return now.standings.get(author, Standing(player.author(author)))


def _known(names: Iterable[str], player: Player) -> Iterator[str]:
    for name in names:
        if name not in player.comments:
            message = f"nobody has written {name}; there are {', '.join(player.comments)}"
            raise KeyError(message)
        yield name


def _account(name: str) -> AccountRef:
    return AccountRef(Platform.SANDBOX, name)


def _was(log: tuple[Entry, ...], kind: ActionKind, comment: str) -> bool:
    return any(entry.kind == kind and entry.comment == comment for entry in log)


def _came_to_pass(now: _Now, looked_for: tuple[Step, ...]) -> list[str]:
    steps: list[str] = []
    for recorded in now.new:
        match recorded.event:
            case Settled(action=key, outcome=Done() | AlreadyDone()):
                step = now.told.step(key)
                if step is not None and step in looked_for and steps[-1:] != [step.value]:
                    steps.append(step.value)
            case _:
                pass
    return steps


# --- What holds after every story ---------------------------------------------------------------


async def lawful(player: Player) -> list[str]:
    """Everything in which the network's log and the mails go beyond what the ledger allows."""
    ledger = told(await player.history())
    log = tuple(player.stage.network.log)
    return [
        *_doubled(player, log),
        *(problem for entry in log for problem in _uncleared(entry, ledger)),
        *(problem for entry in log for problem in _in_public(entry, ledger)),
        *(problem for entry in log if entry.kind == ActionKind.HIDE for problem in _unkept(entry, ledger)),
        *(
            problem
            for entry in log
            if entry.kind == ActionKind.BLOCK
            for problem in _unapproved(entry, ledger, player)
        ),
    ]


def _doubled(player: Player, log: tuple[Entry, ...]) -> Iterator[str]:
    keys = Counter(entry.key for entry in log)
    yield from (f"{key} happened {count} times" for key, count in keys.items() if count > 1)
    words = Counter((entry.kind, entry.author, entry.comment, entry.text) for entry in log if entry.text)
    yield from (f"the same was said twice: {said}" for said, count in words.items() if count > 1)
    mails = Counter((mail.to, mail.subject, mail.text) for mail in player.stage.mailer.sent.values())
    yield from (f"the same mail went twice: {mail[:2]}" for mail, count in mails.items() if count > 1)


def _uncleared(entry: Entry, ledger: _Told) -> Iterator[str]:
    """Nothing happens that was not decided, intended and written down as attempted, outside a rehearsal."""
    action = ledger.actions.get(entry.key)
    if action is None or action.decision not in ledger.decisions:
        yield f"{entry.kind} of {entry.author}: not in the ledger"
        return
    attempt = ledger.attempted.get(entry.key)
    if attempt is None:
        yield f"{entry.kind} of {entry.author}: never attempted"
    elif next(r for r in ledger.history if r.seq == attempt).rehearsed:
        yield f"{entry.kind} of {entry.author}: left the house in a rehearsal"


def _in_public(entry: Entry, ledger: _Told) -> Iterator[str]:
    """Warnings and reasons go by private message; in public stands nothing but a signpost."""
    step = ledger.step(entry.key)
    if entry.kind == ActionKind.REPLY and step is not Step.SIGNPOST:
        yield f"a {step} stands in public"
    if step in {Step.WARN, Step.REASONS} and entry.kind != ActionKind.MESSAGE:
        yield f"a {step} went as {entry.kind}"


def _unkept(entry: Entry, ledger: _Told) -> Iterator[str]:
    """Evidence comes before a hide."""
    action, done = ledger.actions[entry.key], ledger.done.get(entry.key, 0)
    kept = {r.event.media for r in ledger.history if isinstance(r.event, EvidenceKept) and r.seq < done}
    yield from (f"{media.id} was hidden before it was kept" for media in action.media if media.id not in kept)


def _unapproved(entry: Entry, ledger: _Told, player: Player) -> Iterator[str]:
    """Laws 1 and 2, and the order of P10, held against every block that the network knows of."""
    action = ledger.actions[entry.key]
    seq, approval = ledger.approvals.get(action.decision, (0, None))
    attempt = ledger.attempted.get(entry.key, 0)
    if approval is None or not seq < attempt:
        yield f"{entry.author} was blocked without a yes"
        return
    roster = player.stage.house.roster
    if not roster.serves(approval.by, Role.ASSISTANT_DIRECTOR, entry.at):
        yield f"{entry.author} was blocked at the word of {approval.by}, who is no assistant director"
    if ledger.decisions[action.decision].by == approval.by:
        yield f"{entry.author} was blocked by who proposed it"
    if not approval.at <= entry.at < approval.expires_at:
        yield f"{entry.author} was blocked by a yes that had run out"
    theirs = {key: a for key, a in ledger.actions.items() if a.author == action.author}
    warnings = [key for key, a in theirs.items() if _warns(ledger.decisions[a.decision])]
    warned = any(ledger.done.get(key, attempt) < attempt for key in warnings)
    if not warned and approval.no_warning_because is None:
        yield f"{entry.author} was blocked without a warning"
    yield from _out_of_order(action, attempt, ledger)


def _warns(decision: Decision) -> bool:
    return decision.step is Step.WARN or decision.asks is Step.WARN


def _out_of_order(block: Action, attempt: int, ledger: _Told) -> Iterator[str]:
    theirs = {key: a for key, a in ledger.actions.items() if a.author == block.author}
    beside = {key: a for key, a in theirs.items() if a.comment == block.comment}
    reasons = [key for key, a in beside.items() if a.step is Step.REASONS]
    if not any(ledger.attempted.get(key, attempt) < attempt for key in reasons):
        yield "a block without telling the reasons first"
    done = ledger.done.get(block.key, 0)
    for key, action in beside.items():
        if action.step is Step.CIRCULATE and ledger.attempted.get(key, done + 1) < done:
            yield "a circular before its block"
