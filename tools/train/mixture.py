"""What one pass of learning takes from each source, and why."""

from __future__ import annotations

import random
from collections.abc import Sequence

from tools.train import noise
from tools.train.rows import JIGSAW, Row

_SHARE = {
    "davidson": 0.35,
    "edos": 0.5,
    "goemotions_benign": 0.3,
    "hatexplain": 0.45,
    "misogyny": 0.6,
    "sms_uci": 0.4,
    "stormfront": 0.5,
    "toxigen_annot": 0.7,
    "waseem_hovy": 0.2,
}
"""Large sets of one kind or of noisy labels: part of each, another part in every pass."""
_TWICE = frozenset({"jigsaw_fc", "jigsaw_am", "jigsaw_hn"})
"""The few with all six labels, and threats among them."""


_BESIDE = 0.5
"""How much of the other sets stands beside Jigsaw's in a pass of the first course: its labels are few."""


def broad(rows: Sequence[Row], chance: random.Random) -> list[Row]:
    """A pass for the first course: the public sets."""
    taken: list[Row] = []
    for row in rows:
        if row.source in JIGSAW or chance.random() < _BESIDE * _SHARE.get(row.source, 1.0):
            taken += [row] * (2 if row.source in _TWICE else 1)
    return taken


def settled(
    public: Sequence[Row],
    written: Sequence[Row],
    chance: random.Random,
    *,
    times: int,
    jigsaw: float,
    others: float,
) -> list[Row]:
    """A pass for the second course: what was written for the house rules, amid shares of the public sets."""
    kept = [
        row
        for row in public
        if chance.random() < (jigsaw if row.source in JIGSAW else others * _SHARE.get(row.source, 1.0))
    ]
    return [*list(written) * times, *kept]


def spun(texts: Sequence[str], chance: random.Random) -> list[str]:
    """New texts out of given ones, for which a teacher is asked afresh.

    A word or two lost, the halves of two comments as one, or a disguise. What they mean nobody has said, so
    they serve for imitating alone.
    """
    return [chance.choice((_thinned, _joined, _disturbed))(text, texts, chance) for text in texts]


_LOST = 0.15


def _thinned(text: str, _: Sequence[str], chance: random.Random) -> str:
    words = text.split()
    return " ".join(word for word in words if chance.random() >= _LOST) or text


def _joined(text: str, others: Sequence[str], chance: random.Random) -> str:
    head, tail = text.split(), chance.choice(others).split()
    return " ".join((*head[: chance.randint(1, len(head))], *tail[-chance.randint(1, len(tail)) :]))


def _disturbed(text: str, _: Sequence[str], chance: random.Random) -> str:
    return noise.disturbed(text, chance)
