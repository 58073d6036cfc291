"""The HTTP session under Mastodon.py: what it may do, and what it remembers of a failure."""

from __future__ import annotations

import datetime as dt
import email.utils
import threading
from typing import Any

import requests
import urllib3.exceptions

from adapters.mastodon.faults import SOON

LONGEST_WAIT = dt.timedelta(minutes=30)
SHORTEST_WAIT = dt.timedelta(seconds=1)

_NOTIFICATIONS = "/api/v1/notifications"
_NEVER_LEFT = (
    urllib3.exceptions.NewConnectionError,
    urllib3.exceptions.ConnectTimeoutError,
    urllib3.exceptions.SSLError,
    urllib3.exceptions.ProxyError,
)


class Transport(requests.Session):
    """A session that follows no redirect, asks for filtered notifications too, and tells what failed.

    What failed is kept for each thread by itself, since Mastodon.py's errors do not carry it.
    """

    def __init__(self) -> None:
        super().__init__()
        self._seen = threading.local()

    @property
    def reached(self) -> bool:
        """Whether this thread's last request may have reached the instance."""
        return getattr(self._seen, "reached", False)

    @property
    def wait(self) -> dt.timedelta:
        """How long the instance asked this thread to wait, by its own clock."""
        found = getattr(self._seen, "wait", SOON)
        return min(max(found, SHORTEST_WAIT), LONGEST_WAIT)

    def forget(self) -> None:
        """Begin a new call on this thread."""
        self._seen.reached = False
        self._seen.wait = SOON

    def request(self, method: Any, url: Any, *args: Any, **kwargs: Any) -> requests.Response:  # noqa: ANN401 - as requests has it
        """Send one request. The token goes to the instance and nowhere else: redirects are not followed."""
        kwargs["allow_redirects"] = False
        if str(method).upper() == "GET" and str(url).endswith(_NOTIFICATIONS):
            # Since 4.3 an instance sets notifications by new, limited or unknown people aside, and private
            # mentions by strangers always. Those are the ones that we are for.
            kwargs["params"] = {**(kwargs.get("params") or {}), "include_filtered": "true"}
        try:
            response = super().request(method, url, *args, **kwargs)
        except requests.RequestException as error:
            self._seen.reached = not _never_left(error)
            raise
        self._seen.reached = True
        self._seen.wait = waiting_time(response.headers)
        return response


def waiting_time(headers: Any) -> dt.timedelta:  # noqa: ANN401 - any mapping that ignores case
    """How long to wait after a 429: Retry-After, or the reset by the instance's own clock."""
    try:
        if "Retry-After" in headers:
            return dt.timedelta(seconds=float(headers["Retry-After"]))
        now = email.utils.parsedate_to_datetime(headers["Date"])
        return dt.datetime.fromisoformat(headers["X-RateLimit-Reset"]) - now
    except (KeyError, TypeError, ValueError, OverflowError):
        return SOON


def _never_left(error: requests.RequestException) -> bool:
    if isinstance(error, requests.exceptions.ConnectTimeout):
        return True
    inner = error.args[0] if error.args else None
    reason = getattr(inner, "reason", inner)
    return isinstance(error, requests.exceptions.ConnectionError) and isinstance(reason, _NEVER_LEFT)
