"""Pictures are opened in a process that a hostile one cannot leave, and what breaks is never clean."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
import os
import pathlib
import resource
import signal
import time
import zlib
from typing import Any

import pytest
from PIL import Image

from adapters.media import opening
from adapters.media.opening import Limits, NotOpenedError, Opened, Why, open_picture
from tests.unit.media.drawing import SLOW, animated, gif_of, picture, png, written

MOST_PROCESSOR = 10.0
"""Seconds of processor time that any file may cost, this machine's own start included."""

BOMB = png(20_000, 20_000, zlib.compress(bytes(20_001) * 20_000, 9))
SMALLER_BOMB = png(11_000, 3_600, zlib.compress(bytes(11_001) * 3_600, 9))
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
EXIF = Image.Exif()
EXIF[0x010E] = "x" * 65_000


async def refused(content: bytes, limits: Limits = SLOW) -> Why:
    with pytest.raises(NotOpenedError) as caught:
        await open_picture(content, limits)
    return caught.value.why


def spent() -> float:
    """Processor time of all children that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP"])
@pytest.mark.parametrize("mode", ["RGB", "L", "P", "RGBA", "I;16", "LA", "1"])
async def test_each_format_and_mode_is_opened(kind: str, mode: str) -> None:
    image = picture()
    made = Image.new("I;16", (64, 64), 40_000) if mode == "I;16" else image.convert(mode)
    try:
        content = written(made, kind)
    except (OSError, KeyError):
        pytest.skip(f"there is no {kind} in {mode}")

    opened = await open_picture(content, SLOW)

    assert opened.whole
    assert all(len(look.hashes) == opening.TURNS for look in opened.looks)


@pytest.mark.parametrize("side", [1, 2, 3, 7])
async def test_a_tiny_picture_is_opened_and_has_nothing_to_go_by(side: int) -> None:
    opened = await open_picture(written(picture(size=(side, side))), SLOW)

    assert [look.quality < 50 for look in opened.looks] == [True]


async def test_what_a_transparent_picture_shows_and_what_it_hides_are_both_seen() -> None:
    hiding = picture().convert("RGBA")
    hiding.putalpha(0)

    opened = await open_picture(written(hiding), SLOW)
    plain = await open_picture(written(picture()), SLOW)

    assert [look.quality for look in opened.looks[:2]] == [0, 0]
    assert opened.looks[2].hashes == plain.looks[0].hashes


async def test_every_scene_of_an_animation_is_seen_and_a_scene_that_stays_once() -> None:
    frames = [picture(1, (120, 90))] * 5 + [picture(2, (120, 90))] * 5

    opened = await open_picture(animated(frames), SLOW)

    assert (len(opened.looks), opened.whole) == (2, True)


async def test_an_animation_is_seen_to_its_end_or_said_not_to_be() -> None:
    frames = [picture(number, (60, 45)) for number in range(12)]
    short = dataclasses.replace(SLOW, frames=6)

    whole = await open_picture(animated(frames, "WEBP"), SLOW)
    cut = await open_picture(animated(frames, "WEBP"), short)

    assert (len(whole.looks), whole.whole) == (12, True)
    assert (len(cut.looks), cut.whole) == (6, False)


async def test_pixels_come_in_the_shape_asked_for() -> None:
    red = Image.new("RGB", (50, 30), (255, 0, 0))

    opened = await open_picture(written(red), SLOW, (8, 4))

    assert opened.looks[0].pixels == bytes((255, 0, 0)) * 32


@pytest.mark.parametrize(
    ("content", "why"),
    [
        pytest.param(BOMB, Why.TOO_LARGE, id="bomb"),
        pytest.param(png(30_000, 30_000), Why.TOO_LARGE, id="header-says-30000"),
        pytest.param(png(39_000, 10), Why.TOO_LARGE, id="a-very-long-strip"),
        pytest.param(png(0, 0), Why.NO_PICTURE, id="header-says-0"),
        pytest.param(png(100, 100, zlib.compress(b"\x00" * 500)), Why.BROKEN, id="data-ends-early"),
        pytest.param(written(picture(), "JPEG")[:5_000], Why.BROKEN, id="truncated-jpeg"),
        pytest.param(written(picture(), "WEBP")[:3_000], Why.BROKEN, id="truncated-webp"),
        pytest.param(b"", Why.NO_PICTURE, id="zero-bytes"),
        pytest.param(b"\x00" * 4_096, Why.NO_PICTURE, id="zeros"),
        pytest.param(SVG, Why.NO_PICTURE, id="svg"),
        pytest.param(written(picture(), "TIFF"), Why.NO_PICTURE, id="tiff"),
        pytest.param(written(picture(), "BMP"), Why.NO_PICTURE, id="bmp"),
        pytest.param(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", Why.NO_PICTURE, id="postscript"),
        pytest.param(b"\x00\x00\x00\x18ftypmp42" + bytes(200), Why.NO_PICTURE, id="a-film-called-jpg"),
        pytest.param(b"\xff\xd8\xff\xe0" + os.urandom(64), Why.NO_PICTURE, id="a-jpeg-of-noise"),
    ],
)
async def test_a_hostile_file_is_refused_in_time(content: bytes, why: Why) -> None:
    before = spent()

    assert await refused(content) in {why, Why.BROKEN}
    assert spent() - before < MOST_PROCESSOR


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(SMALLER_BOMB, id="just-under-the-limit"),
        pytest.param(written(picture(), "JPEG") + b"<script>alert(1)</script>PK\x03\x04", id="polyglot"),
        pytest.param(written(picture(), "JPEG", exif=EXIF), id="huge-exif"),
        pytest.param(gif_of(50), id="short-gif"),
    ],
)
async def test_an_odd_file_that_is_a_picture_is_seen_in_time(content: bytes) -> None:
    before = spent()

    opened = await open_picture(content, SLOW)

    assert opened.whole
    assert spent() - before < MOST_PROCESSOR


async def test_of_a_hundred_thousand_frames_those_that_fit_are_seen_and_the_rest_is_not_taken_for_seen() -> (
    None
):
    before = spent()

    opened = await open_picture(gif_of(100_000), SLOW)

    assert not opened.whole
    assert spent() - before < MOST_PROCESSOR


async def test_a_file_over_the_limit_is_not_even_given_to_the_child(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "CHILD", pathlib.Path("nowhere.py"))

    assert await refused(bytes(11), Limits(size=10)) is Why.TOO_LARGE


@pytest.mark.parametrize(
    ("program", "why"),
    [
        pytest.param("import time; time.sleep(600)", Why.LATE, id="sleeps"),
        pytest.param("import sys; sys.stdin.read(); sys.exit(3)", Why.CRASHED, id="exits"),
        pytest.param("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", Why.CRASHED, id="segfaults"),
        pytest.param("print('x' * 100_000_000)", Why.CRASHED, id="babbles"),
        pytest.param("print('{\"looks\": []}')", Why.CRASHED, id="has-seen-nothing"),
        pytest.param("print('{\"whole\": true}')", Why.CRASHED, id="says-nothing"),
        pytest.param(
            'print(\'{"looks": [{"hashes": ["../x"], "quality": 1, "pixels": ""}]}\')', Why.CRASHED, id="lies"
        ),
    ],
)
async def test_a_child_that_a_picture_has_taken_over_says_nothing_clean(
    program: str, why: Why, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    child = tmp_path / "child.py"
    child.write_text(program, encoding="utf-8")
    monkeypatch.setattr(opening, "CHILD", child)
    wall = dt.timedelta(seconds=1 if why is Why.LATE else 45)
    begun = time.monotonic()

    assert await refused(bytes(2_000_000), Limits(wall=wall)) is why
    assert time.monotonic() - begun < 55


CAGED = """
import json, sys
sys.path.insert(0, {folder!r})
import os, socket, subprocess
import child
asked = child.Asked(**json.loads(sys.stdin.buffer.readline()))
sys.stdin.buffer.read()
child.confine(asked)
tried = []
def attempt(name, work):
    try:
        work()
        tried.append(name)
    except (OSError, MemoryError):
        pass
attempt("read", lambda: open("/etc/hostname"))
attempt("write", lambda: open("/tmp/x", "w"))
attempt("socket", lambda: socket.socket())
attempt("pipe", lambda: os.pipe())
attempt("memory", lambda: bytearray(2 << 30))
tried += [name for name in os.environ if "SECRET" in name]
print(json.dumps({{"failed": " ".join(tried) or "broken"}}))
"""


async def test_the_child_can_open_nothing_and_knows_no_secret(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "caged.py"
    program.write_text(CAGED.format(folder=str(opening.CHILD.parent)), encoding="utf-8")
    monkeypatch.setattr(opening, "CHILD", program)
    monkeypatch.setenv("SECRET_TOKEN", "x")

    assert await refused(b"") is Why.BROKEN


async def test_a_child_that_never_stops_reckoning_runs_out_of_processor_time(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "busy.py"
    begin = CAGED.format(folder=str(opening.CHILD.parent)).partition("tried = []")[0]
    program.write_text(f"{begin}\nwhile True: pass\n", encoding="utf-8")
    monkeypatch.setattr(opening, "CHILD", program)

    assert await refused(b"", dataclasses.replace(SLOW, cpu=dt.timedelta(seconds=1))) is Why.CRASHED


async def test_who_stops_waiting_leaves_no_child_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    children: list[asyncio.subprocess.Process] = []
    there = asyncio.Event()
    begin = asyncio.create_subprocess_exec

    async def begun(*words: str, **options: Any) -> asyncio.subprocess.Process:  # noqa: ANN401 - passed on
        children.append(await begin(*words, **options))
        there.set()
        return children[-1]

    monkeypatch.setattr(asyncio, "create_subprocess_exec", begun)
    waiting = asyncio.create_task(open_picture(written(picture()), SLOW))
    await there.wait()

    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting

    assert [child.returncode for child in children] == [-signal.SIGKILL]


async def test_two_at_once_do_not_mix() -> None:
    one, other = await asyncio.gather(
        open_picture(written(picture(1)), SLOW), open_picture(written(picture(2)), SLOW)
    )

    assert isinstance(one, Opened)
    assert one.looks[0].hashes != other.looks[0].hashes
