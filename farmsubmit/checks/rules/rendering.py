"""Rules for what the renderers of a scene are told."""

from __future__ import annotations

from typing import Iterator

from farmsubmit.checks.context import Context
from farmsubmit.checks.plugin import rule
from farmsubmit.checks.problem import Problem, Severity
from farmsubmit.request.rendering import left_out


@rule("render-option", severity=Severity.NOTE, description="A row is rendered without an option that others have.")
def render_option(context: Context) -> Iterator[Problem]:
    """A Maya scene may have a renderer of its own for each layer, and each has options of its own."""
    if context.request is None or context.request.facts.dcc != "maya":
        return
    for found in left_out(context.request):
        yield context.problem(found.said, f"not told to {found.rows}", f"it is for {found.takers}")
