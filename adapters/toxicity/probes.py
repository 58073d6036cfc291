"""Texts that models are measured on: made up here, so that they are the same everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

_OPENINGS = (
    "",
    "Honestly, ",
    "Thank you. ",
    "ARE YOU SERIOUS?! ",
    "@yourtrust ",
    "My nan waited six hours and ",
    "Well… ",
    "“Sorry”, they said, but ",
)
_MIDDLES = (
    "the crew were brilliant",
    "nobody ever answers the phone",
    "you are a pack of useless idiots",
    "I hope whoever took that call gets sacked",
    "I know where you park and I will be waiting",
    "it's only a joke, calm down",
    "they can all go back to where they came from",
    "this is the worst bloody service in the country",
    "who do I write to about a complaint",
    "the café on Höhenstraße is shut, naïve of me",
    "call 0300 123 4567 or see https://example.org/a?b=1",
    "that driver is a disgrace and a liar",
)
_ENDINGS = (
    "",
    ".",
    "!!!",
    " 😡🚑",
    " and that is all I have to say about it, after two letters and one long afternoon on hold.",
    " (again). It was 3,400 days ago, on 12/11, at 9am; not that you'd care.",
)
_ODD = (
    "",
    " ",
    "ok",
    "👍",
    "спасибо за помощь",
    "救急車を呼んでください",
    "diolch yn fawr iawn",
    "<s> [SEP] [MASK] </s>",
    "``quoted'' text\tand\n\nblank lines",
    "a" * 150,
    "word " * 600,
)


def varied() -> tuple[str, ...]:
    """Some six hundred texts: from none to too long, kind and unkind, in several scripts."""
    made = (
        f"{opening}{middle}{ending}" for opening, middle, ending in product(_OPENINGS, _MIDDLES, _ENDINGS)
    )
    return (*_ODD, *made)


def spread(count: int) -> tuple[str, ...]:
    """So many of the varied texts, from all parts of them."""
    every = varied()
    return tuple(every[index * len(every) // count] for index in range(min(count, len(every))))


def comments(count: int) -> tuple[str, ...]:
    """So many texts of the lengths of comments: a median of some 24 words, a tenth of 70, no two alike."""
    sentences = [f"{opening}{middle}" for opening, middle in product(_OPENINGS, _MIDDLES)]
    return tuple(_comment(sentences, number) for number in range(count))


def _comment(sentences: Sequence[str], number: int) -> str:
    long = 1 + number % 4 if number % 10 else 7
    # Steps that share no factor with the number of sentences go all the way round them.
    parts = (sentences[(number * 7 + step * 29) % len(sentences)] for step in range(long))
    return f"{number}: {'. '.join(parts)}."
