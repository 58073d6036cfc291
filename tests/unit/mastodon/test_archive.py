"""Attachments come from the instance and its media hosts, and from nowhere else."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator

import pytest

from adapters.mastodon import archive
from adapters.mastodon.archive import MastodonArchive, target
from adapters.mastodon.settings import Settings
from moderation.comment import AccountRef, Media, MediaKind, Platform
from moderation.ports import EvidenceUnavailableError
from tests.contracts.mastodon_stage import MastodonStage
from tests.peers.mastodon_server import TOKEN

LIVE = Settings(
    "https://social.example", "@trust", TOKEN, media_hosts=frozenset({"files.social.example", "10.0.0.1"})
)


@pytest.fixture
async def fetching(stage: MastodonStage) -> AsyncIterator[MastodonArchive]:
    stage.more["media_limit"] = 1000
    there = MastodonArchive(stage.settings)
    yield there
    await there.aclose()


def picture(stage: MastodonStage, name: str) -> Media:
    return Media(MediaKind.PICTURE, f"{stage.server.url}/media/{name}")


def resolve_to(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    def answer(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        del host
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", answer)


async def test_the_bytes_come_as_they_are_and_without_the_token(
    stage: MastodonStage, fetching: MastodonArchive
) -> None:
    stage.server.files["a.png"] = (200, {}, b"\x89PNG bytes")

    assert await fetching.fetch(stage.settings.ref, picture(stage, "a.png")) == b"\x89PNG bytes"


async def test_what_is_too_large_is_not_kept(stage: MastodonStage, fetching: MastodonArchive) -> None:
    stage.server.files["a.png"] = (200, {}, b"x" * 1001)

    with pytest.raises(EvidenceUnavailableError, match="too large"):
        await fetching.fetch(stage.settings.ref, picture(stage, "a.png"))


async def test_what_is_gone_is_unavailable(stage: MastodonStage, fetching: MastodonArchive) -> None:
    with pytest.raises(EvidenceUnavailableError, match="404"):
        await fetching.fetch(stage.settings.ref, picture(stage, "nothing.png"))


async def test_a_move_within_the_host_is_followed(stage: MastodonStage, fetching: MastodonArchive) -> None:
    stage.server.files["old.png"] = (302, {"Location": "/media/new.png"}, b"")
    stage.server.files["new.png"] = (200, {}, b"moved")

    assert await fetching.fetch(stage.settings.ref, picture(stage, "old.png")) == b"moved"


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/a.png", "http://127.0.0.1:1/a.png", "file:///etc/passwd", "//evil.example/a"],
)
async def test_a_move_to_another_host_is_not_followed(
    stage: MastodonStage, fetching: MastodonArchive, elsewhere: str
) -> None:
    stage.server.files["old.png"] = (302, {"Location": elsewhere}, b"")

    with pytest.raises(EvidenceUnavailableError, match="another host"):
        await fetching.fetch(stage.settings.ref, picture(stage, "old.png"))


async def test_moving_in_circles_ends(stage: MastodonStage, fetching: MastodonArchive) -> None:
    stage.server.files["a.png"] = (302, {"Location": "/media/a.png"}, b"")

    with pytest.raises(EvidenceUnavailableError, match="too often"):
        await fetching.fetch(stage.settings.ref, picture(stage, "a.png"))


async def test_another_account_gets_nothing(stage: MastodonStage, fetching: MastodonArchive) -> None:
    with pytest.raises(EvidenceUnavailableError, match="not the account"):
        await fetching.fetch(AccountRef(Platform.MASTODON, "@other"), picture(stage, "a.png"))


async def test_a_server_that_hangs_up_is_unavailable(stage: MastodonStage, fetching: MastodonArchive) -> None:
    await stage.server.stop()

    with pytest.raises(EvidenceUnavailableError, match="could not be fetched"):
        await fetching.fetch(stage.settings.ref, picture(stage, "a.png"))


@pytest.mark.parametrize(
    "address",
    [
        "",
        "attachment:5",
        "file:///etc/passwd",
        "http://social.example/a.png",
        "ftp://social.example/a.png",
        "https://evil.example/a.png",
        "https://social.example.evil.example/a.png",
        "https://evil.example/social.example",
        "https://social.example@evil.example/a.png",
        "https://user@social.example/a.png",
        "https://social.example:8443/a.png",
        "https://social.example:notaport/a.png",
        "https://[::1/a.png",
        "https://127.0.0.1/a.png",
        "https://[::1]/a.png",
        "https://0x7f000001/a.png",
        "https://localhost/a.png",
        "https://169.254.169.254/latest/meta-data",
    ],
)
def test_an_address_that_is_not_on_the_list_is_refused(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    resolve_to(monkeypatch, "93.184.216.34")

    with pytest.raises(EvidenceUnavailableError):
        target(LIVE, address)


def test_the_instances_own_port_is_no_odd_one(monkeypatch: pytest.MonkeyPatch) -> None:
    resolve_to(monkeypatch, "93.184.216.34")
    elsewhere = Settings("https://social.example:8443", "@trust", TOKEN)

    assert target(elsewhere, "https://social.example:8443/a.png").port == 8443


@pytest.mark.parametrize("host", ["social.example", "files.social.example"])
def test_the_instance_and_its_media_hosts_are_on_the_list(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    resolve_to(monkeypatch, "93.184.216.34")

    found = target(LIVE, f"https://{host}/a/b.png?x=1#y")

    assert (found.host, found.port, found.path, found.ip) == (host, 443, "/a/b.png?x=1", "93.184.216.34")
    assert found.secure


@pytest.mark.parametrize(
    "ip",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104 - as an answer, not to bind to
        "224.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "fd12:3456::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "2002:7f00:1::",
        "64:ff9b::7f00:1",
    ],
)
def test_a_name_that_leads_inside_is_refused(ip: str, monkeypatch: pytest.MonkeyPatch) -> None:
    resolve_to(monkeypatch, ip)

    with pytest.raises(EvidenceUnavailableError, match="public internet"):
        target(LIVE, "https://social.example/a.png")


def test_a_name_that_leads_inside_as_well_as_outside_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    resolve_to(monkeypatch, "93.184.216.34", "127.0.0.1")

    with pytest.raises(EvidenceUnavailableError, match="public internet"):
        target(LIVE, "https://social.example/a.png")


def test_a_name_without_an_address_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(*_: object, **__: object) -> None:
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", nothing)

    with pytest.raises(EvidenceUnavailableError, match="no address"):
        target(LIVE, "https://social.example/a.png")


@pytest.mark.parametrize(
    "ip", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "::ffff:93.184.216.34"]
)
def test_the_public_internet_is_public(ip: str) -> None:
    assert archive.public(ip)
