"""Rows cut down to the frames that are not on disk, or are there and empty or cut off."""

from __future__ import annotations

from dataclasses import replace
from typing import List, Sequence, Tuple

from farmsubmit.errors import SceneError
from farmsubmit.lang.frames import FrameSet
from farmsubmit.request.model import Row, SubmitRequest
from farmsubmit.scenes.facts import SceneFacts
from farmsubmit.scenes.sequences import scan

_VIEW = "%V"
_INITIAL = "%v"


def only_missing(rows: Sequence[Row], facts: SceneFacts) -> Tuple[Tuple[Row, ...], Tuple[str, ...]]:
    """Return the rows with the frames that are missing, empty or suspect, and sentences on what was left out.

    A row with nothing missing is switched off, and one whose output is not known stays whole. A movie is made of all
    frames all the same.
    """
    views = {output.name: output.views for output in facts.outputs}
    notes: List[str] = []
    cut = [_cut(row, views.get(row.node, ()), notes) if row.on and row.frames else row for row in rows]
    return tuple(cut), tuple(notes)


def nothing_missing(request: SubmitRequest) -> bool:
    """Return whether only missing frames were asked for and none was missing, so that there is nothing to render."""
    return bool(request.options.get("nothing_missing")) and not request.rows_on


def refuse_nothing_missing(request: SubmitRequest) -> None:
    """Raise SceneError where nothing_missing()."""
    if nothing_missing(request):
        raise SceneError(f"nothing is missing of {request.facts.path}, so there is nothing to render")


def _cut(row: Row, views: Sequence[str], notes: List[str]) -> Row:
    if not row.output:
        notes.append(f"{row.label}: its output is not known, so all frames are rendered")
        return row
    try:
        unfinished = [scan(path, row.frames).unfinished for path in view_paths(row.output, row.views or views)]
    except SceneError as error:
        notes.append(f"{row.label}: all frames are rendered, for {error.problem}")
        return row
    wanted = {frame for frames in unfinished for frame in frames}
    if not wanted:
        notes.append(f"{row.label}: all {len(row.frames)} frames are there, so nothing is rendered")
        return replace(row, on=False)
    if len(wanted) == len(row.frames):
        return row
    notes.append(f"{row.label}: {len(wanted)} of {len(row.frames)} frames are missing")
    frames = FrameSet.of(frame for frame in row.frames if frame in wanted)
    return replace(row, frames=frames, movie_frames=row.all_frames)


def view_paths(pattern: str, views: Sequence[str]) -> List[str]:
    """Return the file pattern of each view. Source: Nuke, where %V is a view's name and %v its first letter."""
    if _VIEW not in pattern and _INITIAL not in pattern:
        return [pattern]
    return [pattern.replace(_VIEW, view).replace(_INITIAL, view[:1]) for view in views] or [pattern]
