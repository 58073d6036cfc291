"""Files come whole and right, or not at all; a broken line costs only what had not come."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

from adapters.toxicity.catalogue import RELEASES, Release, Remote
from adapters.toxicity.fetch import RECEIVED, FetchError, Progress, download

CHECKPOINT = bytes(range(256)) * 400
VOCABULARY = b"one\ntwo\n"


class Shelf(BaseHTTPRequestHandler):
    """Serves two files, with ranges, and breaks the line where it is told to."""

    files: ClassVar[dict[str, bytes]] = {}
    breaks: ClassVar[list[int]] = []
    asked: ClassVar[list[tuple[str, str | None]]] = []
    ranges: ClassVar[bool] = True

    def do_GET(self) -> None:
        wanted = self.headers.get("Range")
        self.asked.append((self.path, wanted))
        if self.path.startswith("/moved"):
            self.send_response(302)
            self.send_header("Location", self.path.removeprefix("/moved"))
            self.end_headers()
            return
        content = self.files.get(self.path)
        if content is None:
            self.send_error(404)
            return
        start = int(wanted.removeprefix("bytes=").removesuffix("-")) if wanted and self.ranges else 0
        if start >= len(content):
            self.send_response(416)
            self.send_header("Content-Range", f"bytes */{len(content)}")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(content) - start))
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        self.end_headers()
        upto = self.breaks.pop(0) if self.breaks and self.path.endswith(".ckpt") else len(content)
        self.wfile.write(content[start : max(start, upto)])
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[str]:
    Shelf.files = {"/model.ckpt": CHECKPOINT, "/vocab.txt": VOCABULARY}
    Shelf.breaks = []
    Shelf.asked = []
    Shelf.ranges = True
    with ThreadingHTTPServer(("127.0.0.1", 0), Shelf) as served:
        thread = threading.Thread(target=served.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{served.server_port}"
        served.shutdown()
        thread.join()


def _release(server: str, digest: str | None = None) -> Release:
    known = digest or hashlib.sha256(CHECKPOINT).hexdigest()[:8]
    checkpoint = Remote(f"{server}/moved/model.ckpt", "model.ckpt", known)
    return Release("tiny", "v1", checkpoint, (Remote(f"{server}/vocab.txt", "vocab.txt"),), 1)


def _silent(progress: Progress) -> None:
    del progress


def test_a_model_comes_whole_with_its_digests(server: str, tmp_path: Path) -> None:
    digests = download(_release(server), tmp_path, _silent)

    assert digests == {
        "model.ckpt": hashlib.sha256(CHECKPOINT).hexdigest(),
        "vocab.txt": hashlib.sha256(VOCABULARY).hexdigest(),
    }
    assert (tmp_path / "model.ckpt").read_bytes() == CHECKPOINT
    assert (tmp_path / "vocab.txt").read_bytes() == VOCABULARY
    assert sorted(path.name for path in tmp_path.iterdir()) == ["model.ckpt", RECEIVED, "vocab.txt"]


def test_progress_runs_to_the_end(server: str, tmp_path: Path) -> None:
    seen: list[Progress] = []

    download(_release(server), tmp_path, seen.append)

    assert seen[-1] == Progress("model.ckpt", len(CHECKPOINT), len(CHECKPOINT))
    assert [each.done for each in seen if each.file == "model.ckpt"] == sorted(
        each.done for each in seen if each.file == "model.ckpt"
    )


def test_a_broken_line_is_carried_on_at_once(server: str, tmp_path: Path) -> None:
    Shelf.breaks = [1_000, 50_000]

    download(_release(server), tmp_path, _silent)

    assert (tmp_path / "model.ckpt").read_bytes() == CHECKPOINT
    assert [wanted for path, wanted in Shelf.asked if path == "/model.ckpt"] == [
        None,
        "bytes=1000-",
        "bytes=50000-",
    ]


def test_a_line_that_brings_nothing_stops_and_a_later_call_carries_on(server: str, tmp_path: Path) -> None:
    Shelf.breaks = [1_000, 0]

    with pytest.raises(FetchError, match="fetch again to carry on"):
        download(_release(server), tmp_path, _silent)

    assert not (tmp_path / "model.ckpt").exists()
    download(_release(server), tmp_path, _silent)
    assert Shelf.asked[-1] == ("/model.ckpt", "bytes=1000-")
    assert (tmp_path / "model.ckpt").read_bytes() == CHECKPOINT


def test_a_server_without_ranges_starts_again(server: str, tmp_path: Path) -> None:
    Shelf.breaks = [1_000]
    Shelf.ranges = False

    download(_release(server), tmp_path, _silent)

    assert (tmp_path / "model.ckpt").read_bytes() == CHECKPOINT


def test_a_part_that_is_already_whole_is_taken(server: str, tmp_path: Path) -> None:
    (tmp_path / "model.ckpt.part").write_bytes(CHECKPOINT)

    download(_release(server), tmp_path, _silent)

    assert (tmp_path / "model.ckpt").read_bytes() == CHECKPOINT


def test_what_is_there_is_not_fetched_again(server: str, tmp_path: Path) -> None:
    download(_release(server), tmp_path, _silent)
    Shelf.asked.clear()

    download(_release(server), tmp_path, _silent)

    assert Shelf.asked == []


def test_a_file_that_was_changed_since_is_fetched_again(server: str, tmp_path: Path) -> None:
    download(_release(server), tmp_path, _silent)
    Shelf.asked.clear()
    (tmp_path / "vocab.txt").write_bytes(b"three\n")
    (tmp_path / "model.ckpt").write_bytes(CHECKPOINT[:-1])

    download(_release(server), tmp_path, _silent)

    assert [path for path, _ in Shelf.asked] == ["/vocab.txt", "/moved/model.ckpt", "/model.ckpt"]
    assert (tmp_path / "vocab.txt").read_bytes() == VOCABULARY
    assert (tmp_path / "model.ckpt").read_bytes() == CHECKPOINT


def test_a_wrong_digest_keeps_nothing(server: str, tmp_path: Path) -> None:
    with pytest.raises(FetchError, match="not the file that its makers released"):
        download(_release(server, "deadbeef"), tmp_path, _silent)

    assert sorted(path.name for path in tmp_path.iterdir()) == [RECEIVED, "vocab.txt"]


def test_a_missing_file_is_named(server: str, tmp_path: Path) -> None:
    del Shelf.files["/model.ckpt"]

    with pytest.raises(FetchError, match=r"model\.ckpt: the server answered 404"):
        download(_release(server), tmp_path, _silent)


def test_a_server_that_is_gone_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(FetchError, match="the line broke"):
        download(_release("http://127.0.0.1:1"), tmp_path, _silent)


@pytest.mark.parametrize("name", ["original", "unbiased", "multilingual", "original-small", "unbiased-small"])
def test_every_release_carries_its_digest_and_a_tokenizer(name: str) -> None:
    release = RELEASES[name]

    assert len(release.checkpoint.sha256) == 8
    assert release.checkpoint.sha256 in release.checkpoint.url
    assert {"config.json", "tokenizer.json"} <= {remote.file for remote in release.beside}
    assert "/main/" not in "".join(remote.url for remote in release.beside)
    assert {len(remote.sha256) for remote in release.beside} <= {0, 64}
