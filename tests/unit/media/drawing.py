"""Pictures that are the same on every machine, whole and hostile."""

from __future__ import annotations

import datetime as dt
import io
import struct
import zlib

import numpy as np
from PIL import Image

from adapters.media.lists import Entry
from adapters.media.opening import Limits
from moderation.taxonomy import Category, Severity

SLOW = Limits(wall=dt.timedelta(seconds=45))
"""Patient with a busy machine: what is measured is processor time."""
DAY = dt.date(2026, 5, 1)


def picture(seed: int = 1, size: tuple[int, int] = (640, 480)) -> Image.Image:
    """Something with shapes in it, the same for the same seed."""
    rough = np.random.Generator(np.random.PCG64(seed)).integers(0, 256, (24, 32, 3), dtype=np.uint8)
    return Image.fromarray(rough).resize(size, Image.Resampling.BICUBIC)


def written(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    """The file of a picture."""
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def animated(frames: list[Image.Image], kind: str = "GIF") -> bytes:
    """An animation of some pictures."""
    return written(frames[0], kind, save_all=True, append_images=frames[1:], duration=50, loop=0)


def entry(
    bits: str,
    category: Category = Category.INAPPROPRIATE_MEDIA,
    severity: Severity = Severity.CLEAR_BREACH,
    name: str = "own",
) -> Entry:
    """A line on a list."""
    return Entry(bits, category, severity, DAY, "Asha", "a doctored photograph", name)


def png(width: int, height: int, data: bytes = b"") -> bytes:
    """A grey PNG that says it is that large, whatever is in it."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", data), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in parts
    )


def gif_of(frames: int) -> bytes:
    """A GIF with that many frames of one pixel, each as short as may be."""
    head = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff"
    one = b"\x21\xf9\x04\x00\x01\x00\x00\x00\x2c\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02\x44\x01\x00"
    return head + one * frames + b"\x3b"
