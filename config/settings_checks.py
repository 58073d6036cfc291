"""What the settings must and should have, beyond the right keys and types."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import combinations

from config.complaint import Path
from config.placeholder import is_placeholder
from config.roster import member
from config.settings_shape import MemberPart, SettingsPart, TelegramPart
from moderation.roster import Role

Wrong = tuple[Path, str]
"""Where, and what."""

_ALONE = (
    "every officer is an assistant director as well; who proposes a block by hand cannot approve it, "
    "so such a block needs a second person"
)
_NO_DIRECTOR = (
    "names no assistant director, who alone decides about a block; add one, or set blocking = false"
)


def refusals(part: SettingsPart, now: dt.datetime | None) -> Iterator[Wrong]:
    """Say why these settings cannot be run with. Without a time, dates on the roster are not looked at."""
    yield from _live(part)
    yield from _twice(part)
    yield from _served(part, now)
    yield from _one_director(part.roster)
    if part.telegram is not None:
        yield from _chats(part.telegram)
    for key, folder in (("detoxify", part.models.detoxify), ("media", part.models.media)):
        if folder is not None and not folder.is_dir():
            yield ("models", key), f"there is no folder {folder}"


def concerns(part: SettingsPart) -> Iterator[Wrong]:
    """Say what an operator should look at, though it can be run with."""
    officers = [one for one in part.roster if Role.OFFICER in one.roles]
    if officers and all(Role.ASSISTANT_DIRECTOR in one.roles for one in officers):
        yield ("roster",), _ALONE
    if part.live and part.mail is None:
        yield ("mail",), "is missing; referrals, circulars and the digest go by mail, and none of them will"
    if part.live and part.digest is None:
        yield ("digest",), "is missing; nobody gets the weekly digest"
    if part.live and part.blocking and not part.holders:
        yield ("holders",), "is missing; nobody gets the circular after a block"
    for path, address in _addresses(part):
        if is_placeholder(address):
            yield path, "is an example address; put your own"


def _live(part: SettingsPart) -> Iterator[Wrong]:
    if not part.live:
        return
    if part.telegram is None:
        yield ("telegram",), "is missing; officers and the assistant director decide in a Telegram staff chat"
    if part.retention is None:
        yield ("retention",), "is missing; say how long comments, cases and media are kept"
    if not any(Role.OFFICER in one.roles for one in part.roster):
        yield ("roster",), "names no officer; nobody would look at what the checks find"


def _served(part: SettingsPart, now: dt.datetime | None) -> Iterator[Wrong]:
    if part.live and part.blocking and not any(Role.ASSISTANT_DIRECTOR in one.roles for one in part.roster):
        yield ("roster",), _NO_DIRECTOR
    if now is None or not part.live:
        return
    needed = [Role.OFFICER, Role.ASSISTANT_DIRECTOR] if part.blocking else [Role.OFFICER]
    for role in needed:
        holders = [one for one in part.roster if role in one.roles]
        if holders and not any(member(one).serves(role, now) for one in holders):
            words = role.replace("_", " ")
            yield ("roster",), f"has nobody who serves as {words} today; look at valid_from and valid_to"


def _twice(part: SettingsPart) -> Iterator[Wrong]:
    seen: dict[int, str] = {}
    for number, one in enumerate(part.roster):
        if one.telegram_id in seen:
            yield (
                ("roster", number, "telegram_id"),
                f"is also the id of {seen[one.telegram_id]}; one entry for one person",
            )
        seen.setdefault(one.telegram_id, one.name)


def _one_director(members: tuple[MemberPart, ...]) -> Iterator[Wrong]:
    directors = [
        (n, one)
        for n, one in enumerate(members)
        if Role.ASSISTANT_DIRECTOR in one.roles and not one.appointed
    ]
    for (_, first), (number, second) in combinations(directors, 2):
        if _overlap(first, second):
            message = (
                f"{first.name} is assistant director at the same time; a deputy is appointed: "
                "set appointed = true, with valid_from and valid_to"
            )
            yield ("roster", number, "roles"), message


def _overlap(one: MemberPart, other: MemberPart) -> bool:
    end, other_end = one.valid_to or dt.date.max, other.valid_to or dt.date.max
    return one.valid_from <= other_end and other.valid_from <= end


def _chats(part: TelegramPart) -> Iterator[Wrong]:
    seen: set[int] = set()
    for number, account in enumerate(part.accounts):
        path: Path = ("telegram", "accounts", number, "group_id")
        if account.group_id == part.staff_chat_id:
            yield path, "is the staff chat; the public and the staff need different chats"
        if account.group_id in seen:
            yield path, "stands there twice; one entry for one group"
        seen.add(account.group_id)


def _addresses(part: SettingsPart) -> Iterator[tuple[Path, str]]:
    if part.mail is not None:
        yield ("mail", "sender"), part.mail.sender
        yield ("mail", "reply_to"), part.mail.reply_to or ""
    for number, one in enumerate(part.roster):
        yield ("roster", number, "email"), one.email or ""
    for number, holder in enumerate(part.holders):
        yield ("holders", number, "email"), holder.email
    for number, address in enumerate(part.digest.recipients if part.digest else ()):
        yield ("digest", "recipients", number), address
