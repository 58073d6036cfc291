"""Hypothesis strategies for findings and verdicts, with a liking for the thresholds."""

from __future__ import annotations

from hypothesis import strategies as st

from moderation.comment import CommentRef
from moderation.taxonomy import Severity
from moderation.verdict import Finding, Gap, Span, Verdict
from tests.strategies.comments import ref
from tests.strategies.policies import ACT_AT, LOOK_AT
from tests.strategies.verdicts import ELSEWHERE, INSIDE, PASSAGE, SUBJECTS, finding

spans = st.one_of(st.none(), st.sampled_from([PASSAGE, INSIDE, ELSEWHERE, Span(15, 25)]))
scores = st.one_of(
    st.sampled_from([0.0, LOOK_AT - 0.001, LOOK_AT, ACT_AT - 0.001, ACT_AT, 1.0]), st.floats(0.0, 1.0)
)


@st.composite
def findings(draw: st.DrawFn) -> Finding:
    """Any finding, with a liking for the thresholds."""
    return finding(
        draw(st.sampled_from(SUBJECTS)),
        draw(scores),
        draw(st.sampled_from(Severity)),
        span=draw(spans),
        quoted=draw(st.booleans()),
        source=draw(st.sampled_from(["words", "model"])),
    )


@st.composite
def verdicts(draw: st.DrawFn, about: CommentRef | None = None) -> Verdict:
    """Any verdict of up to five findings and two gaps."""
    found = draw(st.lists(findings(), max_size=5))
    missed = draw(st.sampled_from([(), (), (Gap("pictures", "late"),), (Gap("a", "x"), Gap("b", "y"))]))
    return Verdict(about or ref(), 0, tuple(found), missed, ("words@1",))
