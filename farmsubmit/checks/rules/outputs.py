"""Rules for the images that a job writes."""

from __future__ import annotations

import re
from itertools import combinations
from typing import Dict, Iterator, List, NamedTuple, Optional

from farmsubmit.checks.context import Context, row_label
from farmsubmit.checks.existence import answers
from farmsubmit.checks.plugin import rule
from farmsubmit.checks.problem import Problem, Severity
from farmsubmit.errors import FarmsubmitError
from farmsubmit.lang.frames import FrameSet
from farmsubmit.request.missing import view_paths
from farmsubmit.scenes.facts import FrameRange
from farmsubmit.scenes.sequences import scan

# A range that nobody renders, such as a scene's whole million frames, is not looked for.
_MOST_FRAMES = 100_000
_NUMBER = re.compile(r"%0?([1-9]?)d")
_SLASHES = re.compile(r"[/\\]+")
# Tokens that only the DCC fills in, so that one pattern may be many files.
_TOKENS = ("<", "$", "%V", "%v")


class _Written(NamedTuple):
    """A pattern, the frames that go there, who writes them, and the row's id."""

    pattern: str
    frames: FrameSet
    where: str
    row: str = ""


def _written(context: Context) -> List[_Written]:
    """Return what rows write, else what the scene's outputs do; patterns with unknown tokens are left out."""
    found = [*_by_scene(context)] if context.request is None else [*_by_rows(context)]
    return [each for each in found if each.pattern and not _has_token(each.pattern)]


def _has_token(pattern: str) -> bool:
    return any(token in pattern for token in _TOKENS)


def _by_rows(context: Context) -> Iterator[_Written]:
    views = {output.name: output.views for output in context.facts.outputs} if context.facts is not None else {}
    for row in context.rows:
        for path in view_paths(row.output, row.views or views.get(row.node, ())):
            yield _Written(path, row.frames, row_label(row), row.id)


def _by_scene(context: Context) -> Iterator[_Written]:
    facts = context.facts
    if facts is None:
        return
    for output in facts.outputs:
        frames = _frame_set(output.frames or facts.frames)
        # Arnold's further images may go into the file of the main one.
        if output.enabled and output.resolved and output.kind != "aov" and frames is not None:
            yield _Written(output.file, frames, output.name)


def _frame_set(frames: Optional[FrameRange]) -> Optional[FrameSet]:
    if frames is None or frames.last < frames.first:
        return None
    try:
        return FrameSet.from_range(frames.first, frames.last, frames.step)
    except FarmsubmitError:
        return None


@rule("overwrite", description="Frames that are there already would be written over.")
def overwrite(context: Context) -> Iterator[Problem]:
    """Looks into the folder of each output, and says nothing where only missing frames are asked for."""
    if context.option("missing_only") or context.setting("missing_only"):
        return
    written = _written(context)
    for each, there in zip(written, answers(_there, written, context.cancelled)):
        if there:
            text = f"{there:,} of {len(each.frames):,} frames are there already: {each.pattern}"
            fix = "render only the missing ones, or write to a new version"
            yield context.problem(each.where, text, fix, row=each.row, field="output", file=each.pattern)


def _there(written: _Written) -> int:
    """Return how many frames have a file that holds anything."""
    if not written.frames or len(written.frames) > _MOST_FRAMES:
        return 0
    try:
        state = scan(written.pattern, written.frames)
    except FarmsubmitError:
        return 0
    return len(state.present) + len(state.suspect)


@rule("same-output", severity=Severity.ERROR, description="Two rows, or two Write nodes, write the same files.")
def same_output(context: Context) -> Iterator[Problem]:
    """Write nodes without a request are only a warning: nobody has chosen yet which of them to render."""
    if context.request is None and (context.facts is None or context.facts.dcc != "nuke"):
        return
    groups: Dict[str, List[_Written]] = {}
    for each in _written(context):
        groups.setdefault(_same_name(each.pattern), []).append(each)
    for first, second in (pair for group in groups.values() for pair in combinations(group, 2)):
        shared = _shared(first, second)
        if shared:
            text = f"it writes {shared} that {first.where} writes too: {first.pattern}"
            severity = None if context.request is not None else Severity.WARNING
            yield context.problem(
                second.where,
                text,
                "give each its own name",
                row=second.row,
                field="output",
                file=first.pattern,
                severity=severity,
            )


def _same_name(pattern: str) -> str:
    """Return a pattern as all spellings of it are compared: ``%04d`` is ``####``, and ``\\`` is ``/``."""
    hashed = _NUMBER.sub(lambda found: "#" * int(found[1] or 1), pattern)
    return _SLASHES.sub("/", hashed)


def _shared(first: _Written, second: _Written) -> str:
    """Say which files both write; nothing where there are none."""
    if "#" not in first.pattern and "%" not in first.pattern:
        return "the one file"
    frames = set(first.frames)
    count = sum(frame in frames for frame in second.frames)
    return f"{count:,} frames" if count else ""


@rule("unresolved-output", description="Only the DCC can tell where an output goes.")
def unresolved_output(context: Context) -> Iterator[Problem]:
    """A row that names the file of this output settles it."""
    if context.facts is None:
        return
    settled = {row.node for row in context.rows if row.output}
    for output in context.facts.outputs:
        if output.enabled and not output.resolved and output.name not in settled:
            text = f"where {output.name} writes is not known without {context.facts.dcc}: {output.file}"
            yield context.problem(output.name, text, field="file")
