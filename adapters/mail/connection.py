"""The way to the mail server."""

from __future__ import annotations

import datetime as dt
import enum
import ssl
from dataclasses import dataclass, field

import aiosmtplib

PATIENCE = dt.timedelta(seconds=15)


class Security(enum.StrEnum):
    """How the connection is kept private."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"
    """Only to this machine."""


@dataclass(frozen=True, slots=True)
class Server:
    """The server that takes our mail. `patience` is for each half: up to the recipient, and the mail itself.

    `trust` says whose certificates to believe; None is for the machine's own choice.
    """

    host: str
    port: int
    security: Security = Security.STARTTLS
    username: str = ""
    password: str = field(default="", repr=False)
    patience: dt.timedelta = PATIENCE
    trust: ssl.SSLContext | None = field(default=None, repr=False)

    def client(self, name: str) -> aiosmtplib.SMTP:
        """Make a client that says `name` in its greeting; connecting it also secures it and logs in."""
        return aiosmtplib.SMTP(
            hostname=self.host,
            port=self.port,
            use_tls=self.security is Security.TLS,
            start_tls=self.security is Security.STARTTLS,
            tls_context=self.trust,
            username=self.username or None,
            password=self.password or None,
            local_hostname=name,
            timeout=self.patience.total_seconds(),
        )


def explain(error: Exception) -> str:
    """Say what went wrong. The server's own words may hold addresses, and are left out."""
    match error, error.__cause__:
        case (ssl.SSLCertVerificationError() as refused, _) | (_, ssl.SSLCertVerificationError() as refused):
            return f"the mail server's certificate cannot be trusted: {refused.verify_message}"
        case (ssl.SSLError(), _) | (_, ssl.SSLError()):
            return "the mail server does not speak TLS as set"
        case aiosmtplib.SMTPAuthenticationError(code=code), _:
            return f"the mail server does not take our name and password ({code})"
        case aiosmtplib.SMTPResponseException(code=code), _:
            return f"the mail server said {code}"
        case TimeoutError(), _:
            return "the mail server did not answer in time"
        case aiosmtplib.SMTPServerDisconnected(), _:
            return "the mail server hung up"
        case OSError(), _:
            return "the mail server cannot be reached"
        case aiosmtplib.SMTPException(message=message), _:
            return f"the mail server cannot do what is set: {message}"
        case _:
            return type(error).__name__
