"""Methods that create messages."""

from __future__ import annotations

from tests.peers.telegram_api import content, entities, errors
from tests.peers.telegram_api.objects import Chat, Json, Message, unix
from tests.peers.telegram_api.turn import Turn, method

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
DATA_LIMIT = 64
ALBUM = range(2, 11)
PHOTO_LIMIT = 10 * 1024 * 1024
UPLOAD_LIMIT = 50 * 1024 * 1024


def formatted(turn: Turn, name: str, limit: int) -> Json:
    """The text and entities that a call asks for, checked as the server checks them."""
    text, marks = _marked(turn, name)
    stripped = text.strip()
    if entities.units(stripped) > limit:
        raise errors.bad_request("message is too long" if name == "text" else "message caption is too long")
    if not stripped:
        if name == "text":
            raise errors.bad_request("message text is empty")
        return {}
    lead = entities.units(text) - entities.units(text.lstrip())
    moved = [mark | {"offset": max(0, mark["offset"] - lead)} for mark in marks]
    found = entities.merged(moved, stripped)
    return {name: stripped} | ({_marks_name(name): found} if found else {})


def _marks_name(name: str) -> str:
    return "entities" if name == "text" else "caption_entities"


def _marked(turn: Turn, name: str) -> tuple[str, list[Json]]:
    text = turn.args.text(name)
    mode = turn.args.text("parse_mode").lower()
    if mode == "html":
        return entities.parse_html(text)
    if mode:
        # Markdown is not emulated: refuse rather than pretend.
        raise errors.bad_request("unsupported parse_mode")
    given = turn.args.parsed(_marks_name(name)) or []
    length = entities.units(text)
    for mark in given:
        if mark["offset"] < 0 or mark["offset"] + mark["length"] > length:
            raise errors.bad_request(
                f"can't parse entities: entity beginning at UTF-16 offset {mark['offset']} "
                f"ends after the end of the text at UTF-16 offset {mark['offset'] + mark['length']}"
            )
    return text, list(given)


def keyboard(turn: Turn) -> Json:
    """The inline keyboard of a call, if it has one."""
    markup = turn.args.parsed("reply_markup")
    if not markup:
        return {}
    if not isinstance(markup, dict):
        raise errors.bad_request("object expected as reply markup")
    if "inline_keyboard" not in markup:
        return {}
    rows = markup["inline_keyboard"]
    for button in (button for row in rows for button in row):
        _check_button(button)
    kept = [row for row in rows if row]
    return {"reply_markup": {"inline_keyboard": kept}} if kept else {}


def _check_button(button: Json) -> None:
    if not button.get("text"):
        raise errors.bad_request('can\'t parse inline keyboard button: Field "text" must be of type String')
    kinds = button.keys() - {"text", "style", "icon_custom_emoji_id"}
    if not kinds:
        raise errors.bad_request(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )
    if "callback_data" in button and not 1 <= len(str(button["callback_data"]).encode()) <= DATA_LIMIT:
        raise errors.bad_request("BUTTON_DATA_INVALID")


def _reply(turn: Turn, chat: Chat) -> tuple[Message | None, Json]:
    wanted = turn.args.parsed("reply_parameters") or {}
    number = wanted.get("message_id", turn.args.integer("reply_to_message_id"))
    if not number:
        return None, {}
    if str(wanted.get("chat_id", chat.id)) != str(chat.id):
        raise NotImplementedError("replies into another chat are not emulated")
    found = chat.messages.get(int(number))
    if found is None or found.deleted is not None:
        lenient = wanted.get("allow_sending_without_reply")
        if lenient or turn.args.boolean("allow_sending_without_reply"):
            return None, {}
        raise errors.bad_request("message to be replied not found")
    quote = wanted.get("quote")
    if not quote:
        return found, {}
    if quote not in found.text:
        raise errors.bad_request("QUOTE_TEXT_INVALID")
    position = entities.units(found.text.partition(quote)[0])
    return found, {"quote": {"text": quote, "position": position, "is_manual": True}}


def _thread(turn: Turn, chat: Chat, reply_to: Message | None) -> int | None:
    number = turn.args.integer("message_thread_id")
    if not number:
        inherited = reply_to.thread or reply_to.message_id if reply_to is not None else None
        return inherited if chat.type == "supergroup" and not chat.is_forum else None
    if chat.is_forum:
        if number not in chat.topics:
            raise errors.bad_request("message thread not found")
        if chat.topics[number] and not turn.world.member(chat, turn.bot.id).has("can_manage_topics"):
            raise errors.bad_request("TOPIC_CLOSED")
        return number
    if number not in chat.messages:
        raise errors.bad_request("message thread not found")
    return number


def send(turn: Turn, chat: Chat, body: Json, detail: str) -> Message:
    """Create the bot's message and record it as the one effect of a send."""
    world, bot = turn.world, turn.bot
    reply_to, quote = _reply(turn, chat)
    thread = _thread(turn, chat, reply_to)
    markup = keyboard(turn)
    world.limits.admit(chat, turn.now)
    number = world.next_message_id(chat, bot)
    message = Message(chat, number, turn.now, body | quote | markup, bot.user, bot.user)
    message.thread, message.reply_to = thread, reply_to
    if chat.type == "channel":
        message.shown_as, message.sender_chat = None, chat
    world.announce(world.store(message))
    turn.did("sent", chat, number, detail)
    return message


def _target(turn: Turn) -> Chat:
    chat = turn.chat()
    turn.check_can_write(chat)
    return chat


@method("sendMessage")
def send_message(turn: Turn) -> Json:
    chat = _target(turn)
    body = formatted(turn, "text", TEXT_LIMIT)
    options = turn.args.parsed("link_preview_options")
    if options:
        body["link_preview_options"] = options
    if turn.args.boolean("protect_content"):
        body["has_protected_content"] = True
    return send(turn, chat, body, body["text"]).render()


def _upload(turn: Turn, name: str, limit: int) -> tuple[str, bytes]:
    value = turn.args.text(name)
    key = value.removeprefix("attach://") if value.startswith("attach://") else name
    if key in turn.args.files:
        file_name, data = turn.args.files[key]
        if len(data) > limit:
            raise errors.ApiError(413, "Request Entity Too Large")
        return file_name, data
    if value in turn.world.files:
        stored = turn.world.files[value]
        return stored.path, stored.content
    if not value:
        raise errors.bad_request(f"there is no {name} in the request")
    raise errors.bad_request("wrong file identifier/HTTP URL specified")


@method("sendPhoto")
def send_photo(turn: Turn) -> Json:
    chat = _target(turn)
    _, data = _upload(turn, "photo", PHOTO_LIMIT)
    body = content.photo(turn.world, data) | formatted(turn, "caption", CAPTION_LIMIT)
    if turn.args.boolean("has_spoiler"):
        body["has_media_spoiler"] = True
    return send(turn, chat, body, turn.args.text("caption")).render()


@method("sendDocument")
def send_document(turn: Turn) -> Json:
    chat = _target(turn)
    name, data = _upload(turn, "document", UPLOAD_LIMIT)
    mime = "application/octet-stream"
    body = content.document(turn.world, data, name, mime) | formatted(turn, "caption", CAPTION_LIMIT)
    return send(turn, chat, body, turn.args.text("caption")).render()


def _source(turn: Turn, purpose: str) -> Message:
    source = turn.chat("from_chat_id", need_member=False)
    return turn.message(source, turn.args.integer("message_id"), purpose)


@method("forwardMessage")
def forward_message(turn: Turn) -> Json:
    chat, original = _target(turn), _source(turn, "forward")
    if original.is_service:
        raise errors.bad_request("message can't be forwarded")
    hidden = {"reply_markup", "quote", "is_automatic_forward"}
    body = {name: value for name, value in original.body.items() if name not in hidden}
    if "forward_origin" not in body:
        body["forward_origin"] = _origin(original)
    return send(turn, chat, body, original.text).render()


def _origin(message: Message) -> Json:
    date = unix(message.date)
    if message.sender_chat is not None and message.sender_chat.type == "channel":
        place = message.sender_chat.render()
        if message.chat is message.sender_chat:
            return {"type": "channel", "chat": place, "message_id": message.message_id, "date": date}
        return {"type": "chat", "sender_chat": place, "date": date}
    if message.sender_chat is not None:
        return {"type": "chat", "sender_chat": message.sender_chat.render(), "date": date}
    shown = message.shown_as.render() if message.shown_as is not None else {}
    return {"type": "user", "sender_user": shown, "date": date}


@method("copyMessage")
def copy_message(turn: Turn) -> Json:
    chat, original = _target(turn), _source(turn, "copy")
    if original.is_service:
        raise errors.bad_request("message can't be copied")
    kept = original.body.keys() - {"reply_markup", "quote", "is_automatic_forward"}
    body = {name: original.body[name] for name in kept if not name.startswith("forward_")}
    return {"message_id": send(turn, chat, body, original.text).message_id}


@method("sendMediaGroup")
def send_media_group(turn: Turn) -> list[Json]:
    chat = _target(turn)
    media = turn.args.parsed("media") or []
    if len(media) not in ALBUM:
        raise errors.bad_request("group send failed: there must be 2-10 items")
    group = str(turn.world.number("album", 13_800_000_000_000_001))
    sent = []
    for item in media:
        key = str(item["media"]).removeprefix("attach://")
        data = turn.args.files[key][1] if key in turn.args.files else turn.world.files[key].content
        body = content.photo(turn.world, data) | {"media_group_id": group}
        if item.get("caption"):
            body["caption"] = item["caption"]
        sent.append(send(turn, chat, body, item.get("caption", "")).render())
    return sent


@method("sendChatAction")
def send_chat_action(turn: Turn) -> bool:
    _target(turn)
    return True
