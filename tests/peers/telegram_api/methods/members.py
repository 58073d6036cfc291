"""Methods that ban, restrict and ask about members."""

from __future__ import annotations

from tests.peers.telegram_api import errors
from tests.peers.telegram_api.objects import LEFT, PERMISSIONS, Chat, Json, Membership, User
from tests.peers.telegram_api.turn import Turn, method


def _judged(turn: Turn) -> tuple[Chat, User]:
    """A chat and a person whom the bot may ban or restrict there."""
    chat = turn.chat()
    if chat.type == "private":
        raise errors.bad_request("can't ban members in private chats")
    user = turn.user()
    if user is turn.bot.user:
        raise errors.bad_request("can't restrict self")
    if not turn.world.member(chat, turn.bot.id).has("can_restrict_members"):
        raise errors.not_enough_rights_to_restrict()
    member = turn.world.member(chat, user.id)
    if member.status == "creator":
        raise errors.bad_request("can't remove chat owner")
    if member.status == "administrator":
        raise errors.user_is_admin()
    return chat, user


def _until_text(turn: Turn) -> str:
    until = turn.until()
    return until.isoformat() if until is not None else "for ever"


@method("banChatMember")
@method("kickChatMember")
def ban_chat_member(turn: Turn) -> bool:
    chat, user = _judged(turn)
    # A basic group only removes: there is no list of banned people to stay on.
    new = Membership("left" if chat.type == "group" else "kicked", until=turn.until())
    turn.world.set_member(chat, user, new, turn.bot.user)
    turn.did("banned", chat, user.id, _until_text(turn))
    return True


@method("unbanChatMember")
def unban_chat_member(turn: Turn) -> bool:
    chat = turn.chat()
    if chat.type not in {"supergroup", "channel"}:
        raise errors.bad_request("method is available for supergroup and channel chats only")
    chat, user = _judged(turn)
    member = turn.world.member(chat, user.id)
    if member.status == "kicked":
        turn.world.set_member(chat, user, LEFT, turn.bot.user)
        turn.did("unbanned", chat, user.id)
    elif member.is_present and not turn.args.boolean("only_if_banned"):
        # The trap: without only_if_banned somebody who is present is thrown out.
        turn.world.set_member(chat, user, LEFT, turn.bot.user)
        turn.did("kicked", chat, user.id)
    return True


@method("restrictChatMember")
def restrict_chat_member(turn: Turn) -> bool:
    if turn.chat().type != "supergroup":
        raise errors.only_supergroups()
    chat, user = _judged(turn)
    wanted = turn.args.parsed("permissions")
    if not isinstance(wanted, dict):
        raise errors.bad_request("can't parse permissions JSON object")
    allowed = _expanded(wanted, independent=turn.args.boolean("use_independent_chat_permissions"))
    before = turn.world.member(chat, user.id)
    present = before.is_present
    everyone = frozenset(PERMISSIONS) - {
        "can_change_info",
        "can_pin_messages",
        "can_manage_topics",
        "can_edit_tag",
    }
    if allowed >= everyone:
        turn.world.set_member(chat, user, Membership("member") if present else LEFT, turn.bot.user)
        turn.did("unrestricted", chat, user.id)
        return True
    new = Membership("restricted", permissions=allowed, until=turn.until(), is_member=present)
    turn.world.set_member(chat, user, new, turn.bot.user)
    turn.did("restricted", chat, user.id, _until_text(turn))
    return True


def _expanded(wanted: Json, *, independent: bool) -> frozenset[str]:
    """Unless asked not to, the server lets the richer permissions bring the plainer ones."""
    allowed = {name for name in PERMISSIONS if wanted.get(name)}
    # Reacting is a permission of its own only when it is named.
    if "can_react_to_messages" not in wanted and wanted.get("can_send_messages"):
        allowed.add("can_react_to_messages")
    if independent:
        return frozenset(allowed)
    media = {name for name in PERMISSIONS if name.startswith("can_send_")} - {
        "can_send_messages",
        "can_send_polls",
        "can_send_other_messages",
    }
    if allowed & {"can_send_other_messages", "can_add_web_page_previews"}:
        allowed |= media
    if allowed & (media | {"can_send_polls"}):
        allowed.add("can_send_messages")
    return frozenset(allowed)


def _sender(turn: Turn) -> tuple[Chat, int]:
    chat = turn.chat()
    if chat.type not in {"supergroup", "channel"}:
        raise errors.bad_request("method is available for supergroup and channel chats only")
    if not turn.world.member(chat, turn.bot.id).has("can_restrict_members"):
        raise errors.not_enough_rights_to_restrict()
    sender = turn.args.integer("sender_chat_id")
    if sender not in turn.world.chats:
        raise errors.bad_request("sender_chat not found")
    if sender in {chat.id, chat.linked.id if chat.linked is not None else 0}:
        raise errors.bad_request("PARTICIPANT_ID_INVALID")
    return chat, sender


@method("banChatSenderChat")
def ban_chat_sender_chat(turn: Turn) -> bool:
    chat, sender = _sender(turn)
    chat.banned_senders.add(sender)
    turn.did("sender banned", chat, sender)
    return True


@method("unbanChatSenderChat")
def unban_chat_sender_chat(turn: Turn) -> bool:
    chat, sender = _sender(turn)
    if sender in chat.banned_senders:
        chat.banned_senders.discard(sender)
        turn.did("sender unbanned", chat, sender)
    return True


@method("getChatMember")
def get_chat_member(turn: Turn) -> Json:
    chat = turn.chat(need_member=False)
    user = turn.user()
    return turn.world.member(chat, user.id).render(user, chat)


@method("getChatAdministrators")
def get_chat_administrators(turn: Turn) -> list[Json]:
    chat = turn.chat()
    if chat.type == "private":
        raise errors.bad_request("there are no administrators in the private chat")
    # Other bots are not in the answer.
    return [
        member.render(turn.world.users[number], chat)
        for number, member in chat.members.items()
        if member.is_admin and (not turn.world.users[number].is_bot or number == turn.bot.id)
    ]


@method("getChatMemberCount")
def get_chat_member_count(turn: Turn) -> int:
    chat = turn.chat()
    if chat.type == "private":
        return 2
    return sum(turn.world.member(chat, number).is_present for number in chat.members)
