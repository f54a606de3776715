"""Rules for frame ranges."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Dict, Iterator, List, Tuple

from farmsubmit.checks.context import Context, row_label
from farmsubmit.checks.plugin import rule
from farmsubmit.checks.problem import Problem, Severity
from farmsubmit.scenes.facts import FrameRange

if TYPE_CHECKING:
    from farmsubmit.request import Row

# The names of frame ranges in Maya's render globals, Nuke's Root and Write nodes, and Katana's root and render nodes.
_RANGE = re.compile(
    r"fs|ef|bfs|startFrame|endFrame|byFrameStep|first_frame|last_frame|first|last|use_limit"
    r"|(?:working)?(?:In|Out|in|out)Time|.*activeFrameRange\.(?:start|end)"
)


@rule("empty-range", severity=Severity.ERROR, description="A row has no frames.")
def empty_range(context: Context) -> Iterator[Problem]:
    """Of several mistakes the nearest: a scene whose range runs backwards, or goes nowhere, is told as that."""
    if any(_is_unsound(frames) for _, frames in _ranges(context)):
        return
    for row in context.rows:
        if _is_empty(row):
            text = "it has no frames"
            yield context.problem(row_label(row), text, "such as 1001-1100", row=row.id, field="frames")


def _is_empty(row: Row) -> bool:
    """Tell whether a row has no frames at all; one whose frames are all on disk already has those of its movie."""
    return not row.frames and not row.movie_frames


@rule("reversed-range", severity=Severity.ERROR, description="A range ends before it starts.")
def reversed_range(context: Context) -> Iterator[Problem]:
    """Of the scene, where it says what renders; a row's frames may count down on purpose, so that is a note."""
    for where, frames in _ranges(context):
        if frames.last < frames.first:
            text = f"the frames {frames.first:g} to {frames.last:g} go backwards"
            yield context.problem(where, text, f"such as {frames.last:g}-{frames.first:g}", field="frames")
    for row in context.rows:
        if row.frames.step is not None and row.frames.step < 0:
            text = f"the frames {row.frames} count down"
            fix = "the order reverse does that for the chunks"
            severity = Severity.NOTE
            yield context.problem(row_label(row), text, fix, row=row.id, field="frames", severity=severity)


@rule("bad-step", severity=Severity.ERROR, description="A range of the scene has a step that is not above 0.")
def bad_step(context: Context) -> Iterator[Problem]:
    """Of the scene, where it says what renders."""
    for where, frames in _ranges(context):
        if frames.step <= 0:
            yield context.problem(where, f"the step {frames.step:g} goes nowhere", "give 1 or more", field="frames")


def _is_unsound(frames: FrameRange) -> bool:
    return frames.last < frames.first or frames.step <= 0


def _ranges(context: Context) -> List[Tuple[str, FrameRange]]:
    """Return the ranges of the scene, each once; none where the rows of a request say what renders instead."""
    facts = context.facts
    if facts is None or (context.request is not None and not any(map(_is_empty, context.rows))):
        return []
    named = [(facts.path, facts.frames)]
    named += [(f"layer {layer.name}", layer.frames) for layer in facts.layers if layer.renderable]
    named += [(output.name, output.frames) for output in facts.outputs if output.enabled]
    first: Dict[Tuple[float, ...], Tuple[str, FrameRange]] = {}
    for where, frames in named:
        if frames is not None:
            first.setdefault((frames.first, frames.last, frames.step), (where, frames))
    return list(first.values())


@rule("unresolved-range", description="A frame range is an expression or driven, so only the DCC knows it.")
def unresolved_range(context: Context) -> Iterator[Problem]:
    """The frames that are submitted may not be those that the scene means."""
    facts = context.facts
    if facts is None:
        return
    for value in facts.unresolved:
        if _RANGE.fullmatch(value.attribute):
            text = f"{value.attribute} is worked out by {facts.dcc}: {value.text}"
            yield context.problem(value.node, text, "look whether the frames are right", field=value.attribute)
