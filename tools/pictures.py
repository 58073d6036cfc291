"""Draws docs/pictures from the demo: `python -m tools.pictures`. Needs Chromium.

Nothing is posed: the cards are the views that the demo's staff chat was shown, drawn by the Telegram
adapter; the digest is the mail of the demo's busiest week; the rules page is what `houserules rules` prints.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import html
import io
import pathlib
import re
import shutil
import subprocess
import tempfile

from rich.console import Console

from adapters.telegram.rendering import draw
from bot import demo, logs, records
from config.loader import load_policy
from config.rules import rules_html
from moderation.card import Audience
from moderation.ports import View
from moderation.roster import Roster

HERE = pathlib.Path(__file__).parent.parent / "docs" / "pictures"
START = dt.datetime(2026, 11, 2, tzinfo=dt.UTC)
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--force-device-scale-factor=2",
)
CHAT = """<!DOCTYPE html><html lang="en-GB"><head><meta charset="utf-8"><title>A card</title><style>
body {{ margin: 0; padding: 16px; width: 528px; background: #d5e4ee; font: 15px/1.4 Arial, sans-serif; }}
.message {{ background: #fff; border-radius: 12px; padding: 12px 14px; white-space: pre-wrap; }}
.spoiler {{ background: #c9ced3; border-radius: 4px; padding: 0 3px; }}
.row {{ display: flex; gap: 6px; margin-top: 6px; }}
.row span {{ flex: 1; text-align: center; background: #54738c; color: #fff; border-radius: 8px;
  padding: 9px; }}
</style></head><body><div class="message">{message}</div>{rows}</body></html>"""


def main() -> None:
    """Draw them all."""
    logs.configure(level="ERROR")
    HERE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        policy = load_policy(None, "emas")
        stage = asyncio.run(
            demo.run(policy, folder, Console(file=io.StringIO(), width=150), auto=True, start=START)
        )
        views = stage.desk.shown
        block = next(
            v for v in views if v.audience is Audience.ASSISTANT_DIRECTOR and _captions(v, "Approve...")
        )
        ruling = next(v for v in views if _captions(v, "Uphold") and "ruling" in v.headline)
        _shoot(folder, _page(block), "card-block", 560)
        _shoot(folder, _page(ruling), "card-officer", 560)
        week = dt.datetime(2026, 11, 9, 8, tzinfo=dt.UTC)
        url = f"sqlite:///{folder / 'ledger.db'}"
        written = asyncio.run(records.preview(url, policy, Roster(()), folder / "digest", week))
        _shoot(folder, written[0].read_text(encoding="utf-8"), "digest", 720)
        _shoot(folder, rules_html(policy), "house-rules", 760)


def _captions(view: View, caption: str) -> bool:
    return any(label == caption for row in view.rows for label, _ in row)


def _page(view: View) -> str:
    """A card as a chat shows it, with the spoiler lifted."""
    drawn = draw(view)
    message = re.sub(
        r"<(/?)tg-spoiler>", lambda m: "</span>" if m[1] else '<span class="spoiler">', drawn.html
    )
    rows = "".join(
        '<div class="row">' + "".join(f"<span>{html.escape(label)}</span>" for label, _ in row) + "</div>"
        for row in drawn.rows
    )
    return CHAT.format(message=message, rows=rows)


def _shoot(folder: pathlib.Path, page: str, name: str, width: int) -> None:
    """Take the picture, cut to the page's own height."""
    file = folder / f"{name}.html"
    file.write_text(page, encoding="utf-8")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        raise SystemExit("Chromium is needed: apt-get install chromium")
    profile = f"--user-data-dir={folder / 'profile'}"
    tall = subprocess.run(  # noqa: S603 - our own page in a browser that we chose
        [chromium, *FLAGS, profile, f"--window-size={width},200", "--dump-dom", f"{_measuring(file)}"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    measured = re.search(r'data-height="(\d+)"', tall)
    height = int(measured[1]) if measured else 1200
    picture = HERE / f"{name}.png"
    subprocess.run(  # noqa: S603
        [
            chromium,
            *FLAGS,
            profile,
            f"--window-size={width},{height}",
            f"--screenshot={picture}",
            file.as_uri(),
        ],
        capture_output=True,
        check=True,
    )
    print(picture)


def _measuring(file: pathlib.Path) -> str:
    """The page with one line that writes its height down."""
    copy = file.with_suffix(".measured.html")
    script = "<script>document.documentElement.dataset.height=document.documentElement.scrollHeight</script>"
    copy.write_text(file.read_text(encoding="utf-8").replace("</body>", f"{script}</body>"), encoding="utf-8")
    return copy.as_uri()


if __name__ == "__main__":
    main()
