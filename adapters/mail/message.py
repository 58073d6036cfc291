"""From a mail as the core says it to a message as mail servers read it."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from dataclasses import dataclass
from email import policy, utils
from email.headerregistry import Address
from email.message import EmailMessage

from moderation.decision import Mail

_POLICY = policy.SMTP.clone(cte_type="7bit")
"""Every server takes seven bits."""
_ADDRESS = re.compile(r"([A-Za-z0-9.!#$%&'*+/^_`{|}~-]{1,64})@((?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z0-9-]{2,63})")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_CONTROLS_IN_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_LONGEST_LINE = 200


class UnsafeMailError(ValueError):
    """Something would have got into a header that has no business there."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Whose mail it is, the same in every one. People's answers go to `reply_to`."""

    address: str
    name: str = ""
    reply_to: str = ""

    def __post_init__(self) -> None:
        """Refuse what would break every mail."""
        for address in filter(None, (self.address, self.reply_to)):
            _address(address)
        _line(self.name)

    @property
    def domain(self) -> str:
        """What message ids end in, and the name that we give to the server."""
        return self.address.rpartition("@")[2]


def compose(mail: Mail, sender: Sender, key: str, at: dt.datetime) -> EmailMessage:
    """Build the message. The same key gives the same Message-ID, so that a repeat is seen to be one.

    Raises UnsafeMailError. No header holds anything but the address and the subject of the mail.
    """
    message = EmailMessage(policy=_POLICY)
    message["From"] = _address(sender.address, sender.name)
    message["To"] = _address(mail.to)
    if sender.reply_to:
        message["Reply-To"] = _address(sender.reply_to)
    message["Subject"] = _line(mail.subject)
    message["Date"] = utils.format_datetime(at)
    message["Message-ID"] = f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{sender.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(_text(mail.text))
    if mail.html:
        message.add_alternative(_text(mail.html), subtype="html")
    return message


def _address(address: str, name: str = "") -> Address:
    found = _ADDRESS.fullmatch(address)
    if found is None:
        raise UnsafeMailError("the address is not a plain e-mail address")
    return Address(_line(name), found[1], found[2])


def _line(value: str) -> str:
    """Make one line of it.

    `=?` begins an encoded word, in which a line break can hide: some versions of Python write it out as one.
    """
    line = " ".join(_CONTROLS.sub(" ", _encodable(value)).split())[:_LONGEST_LINE]
    if "=?" in line:
        raise UnsafeMailError("the subject or name holds an encoded word")
    return line


def _text(value: str) -> str:
    return _CONTROLS_IN_TEXT.sub("", _encodable(value))


def _encodable(value: str) -> str:
    return value.encode("utf-8", "replace").decode("utf-8")
