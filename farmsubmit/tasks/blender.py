"""The Blender recipe: a task for each chunk of frames, and a movie after them."""

from __future__ import annotations

from typing import List, Sequence

from farmsubmit import files
from farmsubmit.author.elements import Job, Parent
from farmsubmit.errors import SceneError
from farmsubmit.lang.frames import FrameSet, order_chunks
from farmsubmit.lang.substitution import literal, mapped
from farmsubmit.request import Row, SubmitRequest
from farmsubmit.tasks import movie
from farmsubmit.tasks.argv import program


def add_row(job: Job, row: Row, request: SubmitRequest) -> None:
    """Add the tasks of a row to the job.

    Chunks are siblings; the movie, where one is wanted, is their parent, so that it runs after them. A scene whose
    output is itself a movie is one task, for a movie file cannot be written in parts. Raises SceneError for sub-frames.
    """
    if not row.frames.whole:
        raise SceneError(f"the frames {row.frames} are not all whole", "Blender names its files by whole frames")
    if _writes_movie(request):
        _add_chunk(job, row, row.frames, request)
        return
    chunks = order_chunks(row.frames.chunk_by_size(row.chunk), row.order)
    parent: Parent = job
    if row.movie and len(row.frames) > 1:
        parent = movie.add(job, row.title, row.frames, row.output, request)
    for chunk in chunks:
        _add_chunk(parent, row, chunk, request)


def _writes_movie(request: SubmitRequest) -> bool:
    return any(output.kind == "movie" for output in request.facts.outputs[:1])


def _add_chunk(parent: Parent, row: Row, frames: FrameSet, request: SubmitRequest) -> None:
    task = parent.newTask(title=f"{row.title} {frames}")
    task.newCommand(argv=_argv(row, frames, request), service=row.service)


def _argv(row: Row, frames: FrameSet, request: SubmitRequest) -> List[str]:
    wrapper = str(files.shipped("wrappers", "blenderscript.py"))
    argv = [program(request.programs.blender), "-b", mapped(request.facts.path), "--python-exit-code", "1"]
    argv += ["-P", mapped(wrapper), "--", "render", "--frames", frame_list(frames), "--output", mapped(row.output)]
    # Name and value in one word: a name that starts with a tilde would otherwise be taken for a home folder.
    argv += [f"--layer={literal(name)}" for name in row.layers]
    return argv


def frame_list(frames: FrameSet) -> str:
    """Return whole frames as Blender writes them, ``1..5,7``, in which a minus sign can only be a sign."""
    parts: List[str] = []
    run: List[int] = []
    for frame in frames:
        number = int(frame)
        if run and number != run[-1] + 1:
            parts.append(_run(run))
            run = []
        run.append(number)
    return ",".join([*parts, _run(run)])


def _run(run: Sequence[int]) -> str:
    return f"{run[0]}..{run[-1]}" if len(run) > 2 else ",".join(map(str, run))
