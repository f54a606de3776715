"""The processor that cuts frames into chunks, so that each is what the command line of its program can say."""

from __future__ import annotations

from typing import Any, Iterator, List

from farmsubmit.errors import ArgumentError
from farmsubmit.lang.frames import FrameSet, order_chunks
from farmsubmit.tasks.processor import Given, Parameter, processor
from farmsubmit.tasks.shipped._base import as_frame_set
from farmsubmit.tasks.shipped._patterns import is_movie
from farmsubmit.tasks.values import FLAG, TEXT, TEXTS, WHOLE, WHOLES


@processor(
    "FramesToChunksProcessor",
    accepts=(TEXT, WHOLE, WHOLES, TEXTS),
    parameters={
        "size": Parameter(WHOLE, 0, "frames in a chunk; 0 is what the argument chunk says"),
        "ranges": Parameter(FLAG, False, "whether each chunk must be one range upwards, with or without a step"),
    },
    description="Cuts frames into chunks, each a frame set as text, by the arguments chunk and order.",
)
def frames_to_chunks(value: Any, given: Given) -> List[str]:
    """Return the chunks of frames as texts; of a list of texts, which are chunks already, each is cut by itself.

    A movie file, as the argument ``output`` tells it by its ending, makes one chunk. Raises ArgumentError.
    """
    groups = [as_frame_set(text) for text in value] if _are_texts(value) else [as_frame_set(value)]
    chunks = [chunk for frames in groups for chunk in _chunks(frames, given)]
    if given.parameters["ranges"]:
        chunks = _as_ranges(chunks, given)
    return [str(chunk) for chunk in chunks]


def _as_ranges(chunks: List[FrameSet], given: Given) -> List[FrameSet]:
    parts = [part for chunk in chunks for part in ranges(chunk)]
    movie = str(_argument(given, "output", ""))
    if len(parts) > len(chunks) and is_movie(movie):
        problem = f"a command has one range, and {movie!r} is a movie, which no two commands can write"
        raise ArgumentError(problem, "give one range, such as 1-100x2, or render images")
    return parts


def _are_texts(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and all(isinstance(item, str) for item in value)


def _chunks(frames: FrameSet, given: Given) -> List[FrameSet]:
    if not frames.whole:
        raise ArgumentError(f"the frames {frames} are not all whole", "a command line has whole frames only")
    size = given.parameters["size"] or _size(given)
    chunks = frames.chunk_by_size(size or max(len(frames), 1))
    return order_chunks(chunks, str(_argument(given, "order", "forward")))


def _size(given: Given) -> int:
    if is_movie(str(_argument(given, "output", ""))):
        return 0
    size = _argument(given, "chunk", 0)
    if isinstance(size, bool) or not isinstance(size, int) or size < 0:
        raise ArgumentError(f"chunk = {size!r} is no number of frames", "give 1 or more, or 0 for all in one task")
    return size


def _argument(given: Given, name: str, default: Any) -> Any:
    value = given.arguments[name].processed if name in given.arguments else None
    return default if value is None else value


def ranges(frames: FrameSet) -> Iterator[FrameSet]:
    """Give the frames as ranges upwards, as few as reading from below finds: 1,2,3,10,20 is 1-3 and 10-20x10."""
    run: List[int] = []
    for frame in map(int, frames.sorted()):
        if len(run) > 1 and frame - run[-1] != run[1] - run[0]:
            yield FrameSet.of(run)
            run = []
        run.append(frame)
    yield FrameSet.of(run)
