"""The comments that a benchmark classifies: a file's, or breaches of the house rules among harmless ones."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HOUSE = Path(__file__).parent.parent / "tools" / "train" / "measuring" / "house.jsonl"
PREVALENCE = 0.05
HARD = 0.25
"""What share of all comments is harmless and hard: written to look like a breach, or like a call for help."""

_PLAIN = (
    "Thank you to the crew who came out to my dad last night, they were calm and kind",
    "Is the station still having its open day this Saturday?",
    "What time does the first aid course start and do I need to bring anything",
    "my daughter starts her training with you in September and she cannot wait",
    "great photo",
    "Well done everyone, long service medals are well deserved",
    "the new trucks look smart but where do you plug them in",
    "We waited a good while but I know how busy it was on Friday. The lads were brilliant",
    "Happy retirement Pauline! Enjoy the allotment and the grandchildren",
    "Could you post this on the other page as well please, not everybody has the app",
    "I rang for the wrong thing once and the call handler was lovely about it",
    "The road past the depot is closed until Thursday, go round by the church. It took me an hour",
    "it rained all day and still they stood there with the collection buckets ❤️",
    "My nan has talked of nothing else since the therapy dog came to the ward. Please bring him back soon",
    "Who do I write to about volunteering as a driver?",
    "we learned how to use the defibrillator at the village hall, everyone should go",
    "There is one outside the chemist too, behind the green door",
    "I have applied for the control room job, fingers crossed 🤞",
    "been following this page since the floods, always useful",
    "Tea and a biscuit for all of you on nights",
    "the parking at the clinic is much better since they moved the barrier",
    "does anybody know whether the walk-in centre is open on bank holidays",
    "my brother was a paramedic in Leeds for thirty years and he says the same",
    "That is a good idea, our school did something like it last spring",
    "Lovely to see the cadets out with you at the fair. My two sat in the front and worked the lights",
    "I will never forget the two who sat with mum until the doctor came",
    "The video about choking saved my grandson, thank you for sharing it",
    "😍😍😍",
    "proud of you son x",
    "Same here",
    "Good luck to all the runners on Sunday! We will be at the bridge with a very loud drum",
    "how old do you have to be to join the cadets?",
    "Anyone else remember the old white ones with the blue stripe? It smelled of polish",
    "that's our street! looks so different from up there",
    "Agreed",
    "@Sue have you seen this, it's the course I was telling you about",
    "Merry Christmas to everyone who is working today",
    "Can you do the same talk at our WI? We meet on the second Tuesday and there is always cake",
)
"""Thanks, questions and chat. They come again where more are needed: nothing remembers them."""


@dataclass(frozen=True, slots=True)
class Comments:
    """Texts, where they are from, and how many of them are breaches where that is known."""

    texts: tuple[str, ...]
    origin: str
    breaches: int | None


def of_file(path: Path, count: int) -> Comments:
    """The first comments of a file: JSON with a `text` a line, or a text a line."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()][:count]
    if path.suffix != ".jsonl":
        return Comments(tuple(lines), path.name, None)
    rows: list[dict[str, Any]] = [json.loads(line) for line in lines]
    breaches = (
        sum(bool(row["categories"]) for row in rows) if all("categories" in row for row in rows) else None
    )
    return Comments(tuple(row["text"] for row in rows), path.name, breaches)


def mixed(count: int, house: Path = HOUSE) -> Comments:
    """So many comments as they arrive at a house: one in twenty a breach, a quarter hard, the rest plain."""
    rows: list[dict[str, Any]] = [json.loads(line) for line in house.read_text(encoding="utf-8").splitlines()]
    breaches = [row["text"] for row in rows if row["categories"]]
    hard = [row["text"] for row in rows if not row["categories"] and row["expected"] == "keep"]
    wrong, tricky = round(count * PREVALENCE), round(count * HARD)
    texts = (*_spread(breaches, wrong), *_spread(hard, tricky), *_spread(_PLAIN, count - wrong - tricky))
    return Comments(_shuffled(texts), f"{house.name} among plain ones", wrong)


def _spread(texts: Sequence[str], count: int) -> tuple[str, ...]:
    """So many texts from all parts of a list, over again where it is short."""
    return tuple(
        texts[(index * len(texts) // count if count < len(texts) else index) % len(texts)]
        for index in range(count)
    )


def _shuffled(texts: Sequence[str]) -> tuple[str, ...]:
    """The texts in an order that is mixed, and the same every time."""
    step = next((step for step in (619, 617, 613) if len(texts) % step), 1)
    return tuple(texts[index * step % len(texts)] for index in range(len(texts)))
