"""The refusals of the Bot API, word for word."""

from __future__ import annotations

from datetime import timedelta
from math import ceil

from tests.peers.telegram_api.objects import Chat, Json

_TITLES = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    409: "Conflict",
    429: "Too Many Requests",
    500: "Internal Server Error",
    502: "Bad Gateway",
}


class ApiError(Exception):
    """The server refuses a call."""

    def __init__(self, code: int, detail: str = "", parameters: Json | None = None) -> None:
        title = _TITLES.get(code, "Error")
        self.code = code
        self.description = f"{title}: {detail}" if detail else title
        self.parameters = parameters or {}
        super().__init__(self.description)

    def body(self) -> Json:
        shown: Json = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            shown["parameters"] = self.parameters
        return shown


def bad_request(detail: str) -> ApiError:
    return ApiError(400, detail)


def forbidden(detail: str) -> ApiError:
    return ApiError(403, detail)


def chat_not_found() -> ApiError:
    return bad_request("chat not found")


def not_enough_rights_to_restrict() -> ApiError:
    return bad_request("not enough rights to restrict/unrestrict chat member")


def user_is_admin() -> ApiError:
    return bad_request("user is an administrator of the chat")


def not_modified() -> ApiError:
    return bad_request(
        "message is not modified: specified new message content and reply markup are exactly the same "
        "as a current content and reply markup of the message"
    )


def query_too_old() -> ApiError:
    return bad_request("query is too old and response timeout expired or query ID is invalid")


def cannot_delete() -> ApiError:
    return bad_request("message can't be deleted")


def cannot_initiate() -> ApiError:
    return forbidden("bot can't initiate conversation with a user")


def blocked() -> ApiError:
    return forbidden("bot was blocked by the user")


def deactivated() -> ApiError:
    return forbidden("user is deactivated")


def kicked(chat: Chat) -> ApiError:
    return forbidden(f"bot was kicked from the {chat.type} chat")


def not_a_member(chat: Chat) -> ApiError:
    return forbidden(f"bot is not a member of the {chat.type} chat")


def upgraded(new: Chat) -> ApiError:
    detail = "group chat was upgraded to a supergroup chat"
    return ApiError(400, detail, {"migrate_to_chat_id": new.id})


def only_supergroups() -> ApiError:
    return bad_request("method is available only for supergroups")


def too_many_requests(wait: timedelta) -> ApiError:
    seconds = max(1, ceil(wait.total_seconds()))
    return ApiError(429, f"retry after {seconds}", {"retry_after": seconds})


def other_poller() -> ApiError:
    return ApiError(
        409, "terminated by other getUpdates request; make sure that only one bot instance is running"
    )


def webhook_active() -> ApiError:
    return ApiError(
        409,
        "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
    )


def ended_by_webhook() -> ApiError:
    return ApiError(409, "terminated by setWebhook request")


def method_not_found() -> ApiError:
    return ApiError(404, "method not found")
