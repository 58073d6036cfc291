"""Fetches an attachment's bytes, from the instance and its media hosts and from nowhere else."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import ipaddress
import socket
import time
import urllib.parse
from dataclasses import dataclass

import certifi
import urllib3

from adapters.mastodon.settings import Settings
from moderation.comment import AccountRef, Media
from moderation.ports import EvidenceUnavailableError

LIMIT = 60.0
"""Seconds for one attachment from first to last byte."""
CHUNK = 64 * 1024
MOST_HOPS = 2
_MOVED = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class Target:
    """An address that may be fetched, and the machine that it stands for."""

    secure: bool
    host: str
    port: int
    path: str
    ip: str


class MastodonArchive:
    """Fetches evidence. The token does not travel with it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._threads = concurrent.futures.ThreadPoolExecutor(2, thread_name_prefix="mastodon-media")

    async def fetch(self, account: AccountRef, media: Media) -> bytes:
        """Give the bytes, or raise `EvidenceUnavailableError`."""
        if account != self._settings.ref:
            raise EvidenceUnavailableError(f"{account} is not the account that we fetch for here")
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(2 * LIMIT):
                return await loop.run_in_executor(self._threads, self._fetch, media.id)
        except TimeoutError:
            raise EvidenceUnavailableError("the attachment did not come in time") from None

    async def aclose(self) -> None:
        """Let the threads go."""
        self._threads.shutdown(wait=False)

    def _fetch(self, address: str) -> bytes:
        until = time.monotonic() + LIMIT
        for _ in range(MOST_HOPS):
            found = self._get(target(self._settings, address), until)
            if isinstance(found, bytes):
                return found
            followed = urllib.parse.urljoin(address, found)
            if urllib.parse.urlsplit(followed)[:2] != urllib.parse.urlsplit(address)[:2]:
                raise EvidenceUnavailableError("the attachment was moved to another host")
            address = followed
        raise EvidenceUnavailableError("the attachment was moved too often")

    def _get(self, at: Target, until: float) -> bytes | str:
        try:
            with _pool(at) as pool:
                answer = pool.urlopen(
                    "GET",
                    at.path,
                    headers={"Host": at.host if at.port in {80, 443} else f"{at.host}:{at.port}"},
                    redirect=False,
                    retries=False,
                    preload_content=False,
                )
                with contextlib.closing(answer):
                    return self._read(answer, until)
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise EvidenceUnavailableError(
                f"the attachment could not be fetched: {type(error).__name__}"
            ) from None

    def _read(self, answer: urllib3.BaseHTTPResponse, until: float) -> bytes | str:
        if answer.status in _MOVED:
            return answer.headers.get("Location", "")
        if answer.status != 200:  # noqa: PLR2004 - as HTTP has it
            raise EvidenceUnavailableError(f"the attachment is not given out: status {answer.status}")
        content = bytearray()
        while chunk := answer.read(CHUNK, decode_content=False):
            content += chunk
            if len(content) > self._settings.media_limit:
                raise EvidenceUnavailableError("the attachment is too large")
            if time.monotonic() > until:
                raise EvidenceUnavailableError("the attachment comes too slowly")
        return bytes(content)


def target(settings: Settings, address: str) -> Target:
    """Decide whether an address may be fetched, and from which machine.

    The name is resolved once, and that answer is what we connect to: a name that changes its mind
    between the check and the call gains nothing.
    """
    try:
        parts = urllib.parse.urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise EvidenceUnavailableError("the attachment's address makes no sense") from None
    secure = parts.scheme == "https"
    if not secure and not (parts.scheme == "http" and settings.on_loopback):
        raise EvidenceUnavailableError("the attachment has no https address")
    if parts.username is not None or parts.password is not None:
        raise EvidenceUnavailableError("the attachment's address has a name in front of the host")
    if host != settings.host and host not in settings.media_hosts:
        raise EvidenceUnavailableError("the attachment is on a host that is not among media_hosts")
    usual = {None, 443, settings.port} if host == settings.host else {None, 443}
    if not settings.on_loopback and port not in usual:
        raise EvidenceUnavailableError("the attachment is on an odd port")
    path = urllib.parse.urlunsplit(("", "", parts.path or "/", parts.query, ""))
    wanted = port or (443 if secure else 80)
    return Target(secure, host, wanted, path, _resolved(settings, host, wanted))


def _resolved(settings: Settings, host: str, port: int) -> str:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        raise EvidenceUnavailableError("the attachment's host has no address") from None
    addresses = [str(one[4][0]) for one in found]
    if settings.on_loopback:
        fit = [one for one in addresses if ipaddress.ip_address(one).is_loopback]
    else:
        fit = [one for one in addresses if public(one)]
    if not fit or (len(fit) < len(addresses)):
        raise EvidenceUnavailableError("the attachment's host is not on the public internet")
    return fit[0]


def public(address: str) -> bool:
    """Whether a machine is on the public internet, however its address is dressed up."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inside = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None) or _translated(ip)
        if inside is not None:
            return inside.is_global and not inside.is_multicast
    return ip.is_global and not ip.is_multicast


def _translated(ip: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF) if ip in ipaddress.ip_network("64:ff9b::/96") else None


def _pool(at: Target) -> urllib3.HTTPConnectionPool:
    limits = urllib3.Timeout(connect=10.0, read=15.0)
    if not at.secure:
        return urllib3.HTTPConnectionPool(at.ip, at.port, timeout=limits, maxsize=1)
    return urllib3.HTTPSConnectionPool(
        at.ip,
        at.port,
        timeout=limits,
        maxsize=1,
        server_hostname=at.host,
        assert_hostname=at.host,
        cert_reqs="CERT_REQUIRED",
        ca_certs=certifi.where(),
    )
