"""Methods about the bot itself and how it is told of updates."""

from __future__ import annotations

from dataclasses import dataclass

from tests.peers.telegram_api import errors
from tests.peers.telegram_api.objects import Json
from tests.peers.telegram_api.turn import Turn, method
from tests.peers.telegram_api.updates import DEFAULT


@dataclass(frozen=True, slots=True)
class Described:
    """A result that the server sends together with a description."""

    result: bool
    description: str


@method("getMe")
def get_me(turn: Turn) -> Json:
    return turn.bot.user.render() | {
        "can_join_groups": True,
        "can_read_all_group_messages": not turn.bot.privacy,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
        "has_topics_enabled": False,
        "allows_users_to_create_topics": False,
        "can_manage_bots": False,
    }


@method("setMyCommands")
def set_my_commands(turn: Turn) -> bool:
    commands = turn.args.parsed("commands")
    if not isinstance(commands, list):
        raise errors.bad_request("can't parse BotCommand: expected an Array of BotCommand")
    turn.bot.commands = commands
    turn.did("commands set", None, turn.bot.id, str(len(commands)))
    return True


@method("getMyCommands")
def get_my_commands(turn: Turn) -> list[Json]:
    return turn.bot.commands


@method("deleteMyCommands")
def delete_my_commands(turn: Turn) -> bool:
    turn.bot.commands = []
    return True


@method("setWebhook")
def set_webhook(turn: Turn) -> Described:
    url = turn.args.text("url")
    if not url:
        return delete_webhook_of(turn)
    if not url.startswith("https://"):
        raise errors.bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    turn.bot.queue.subscribe(turn.args.parsed("allowed_updates"))
    if turn.args.boolean("drop_pending_updates"):
        turn.bot.queue.drop()
    known = turn.bot.webhook.get("url") == url
    turn.bot.webhook = {
        "url": url,
        "secret_token": turn.args.text("secret_token"),
        "max_connections": turn.args.integer("max_connections", 40),
    }
    turn.did("webhook set", None, turn.bot.id, url)
    # Ends a long poll that is waiting.
    turn.bot.queue.wake()
    return Described(result=True, description="Webhook is already set" if known else "Webhook was set")


@method("deleteWebhook")
def delete_webhook(turn: Turn) -> Described:
    return delete_webhook_of(turn)


def delete_webhook_of(turn: Turn) -> Described:
    if turn.args.boolean("drop_pending_updates"):
        turn.bot.queue.drop()
    had_one = bool(turn.bot.webhook)
    turn.bot.webhook = {}
    if had_one:
        turn.did("webhook deleted", None, turn.bot.id)
    said = "Webhook was deleted" if had_one else "Webhook is already deleted"
    return Described(result=True, description=said)


@method("getWebhookInfo")
def get_webhook_info(turn: Turn) -> Json:
    hook, queue = turn.bot.webhook, turn.bot.queue
    info: Json = {
        "url": hook.get("url", ""),
        "has_custom_certificate": False,
        "pending_update_count": len(queue.pending()),
    }
    if hook:
        info["max_connections"] = hook["max_connections"]
    if queue.allowed != DEFAULT:
        info["allowed_updates"] = sorted(queue.allowed)
    return info
