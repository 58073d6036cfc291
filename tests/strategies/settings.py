"""How much Hypothesis looks for, the same on every run: a gate that is red once is red again."""

from __future__ import annotations

from hypothesis import settings

steady = settings(deadline=None, derandomize=True, database=None)
quick = settings(steady, max_examples=400)
life = settings(steady, max_examples=80, stateful_step_count=40)
approvals = settings(steady, max_examples=150, stateful_step_count=50)
