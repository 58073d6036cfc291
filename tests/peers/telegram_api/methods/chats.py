"""Methods about chats as a whole."""

from __future__ import annotations

from tests.peers.telegram_api import errors
from tests.peers.telegram_api.objects import LEFT, PERMISSIONS, Json
from tests.peers.telegram_api.turn import Turn, method

GIFTS = {
    "unlimited_gifts": True,
    "limited_gifts": True,
    "unique_gifts": True,
    "premium_subscription": True,
    "gifts_from_channels": True,
}


@method("getChat")
def get_chat(turn: Turn) -> Json:
    chat = turn.chat(need_member=False)
    shown = chat.render() | {"accent_color_id": 3, "max_reaction_count": 11, "accepted_gift_types": GIFTS}
    if chat.linked is not None:
        shown["linked_chat_id"] = chat.linked.id
    if chat.is_group:
        shown["permissions"] = dict.fromkeys(PERMISSIONS, True)
    if chat.join_to_send:
        shown["join_to_send_messages"] = True
    alive = [n for n in chat.pinned if n in chat.messages and chat.messages[n].deleted is None]
    if alive:
        shown["pinned_message"] = chat.messages[alive[-1]].render(with_reply=False)
    return shown


@method("leaveChat")
def leave_chat(turn: Turn) -> bool:
    chat = turn.chat()
    if chat.type == "private":
        raise errors.bad_request("chat member status can't be changed in private chats")
    turn.world.set_member(chat, turn.bot.user, LEFT, turn.bot.user)
    turn.did("left", chat, turn.bot.id)
    return True
