"""Identifies languages, by py3langid's model of 140 of them."""

from __future__ import annotations

import functools
from collections.abc import Mapping

from py3langid.langid import MODEL_FILE, LanguageIdentifier  # type: ignore[import-untyped]

from moderation.checks.unread import Identify


@functools.cache
def identifier(languages: frozenset[str]) -> Identify:
    """Read the model, half a second's work, and restrict it to some languages.

    Raises ValueError for a language that the model does not know.
    """
    model = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    model.set_languages(languages)

    def identify(text: str) -> Mapping[str, float]:
        # A lone surrogate is encoded as such; the model has seen none and takes it for nothing.
        return dict(model.rank(text))

    return identify
