"""The movie recipe: ffmpeg over exactly the frames of a row."""

from __future__ import annotations

import re
from typing import List

from farmsubmit.author.elements import Command, Job, Task
from farmsubmit.lang.frames import FrameSet, frame_text
from farmsubmit.lang.substitution import literal, mapped
from farmsubmit.request import SubmitRequest
from farmsubmit.tasks.argv import program

_HASHES = re.compile(r"#+")
_DEFAULT_FPS = 24.0
# H.264 in 4:2:0 wants even sides; a player that shows it anywhere is worth a line of pixels.
_ENCODE = ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-crf", "18", "-vf", "crop=trunc(iw/2)*2:trunc(ih/2)*2"]


def add(job: Job, title: str, frames: FrameSet, pattern: str, request: SubmitRequest) -> Task:
    """Add the movie task and return it, for the frames to go below it."""
    task = job.newTask(title=f"{title} movie")
    task.addCommand(_command(frames.sorted(), pattern, request))
    return task


def movie_path(pattern: str) -> str:
    """Return where the movie goes: beside the frames, under their name without the number."""
    folder, slash, name = pattern.rpartition("/")
    stem = _HASHES.sub("", name.rsplit(".", 1)[0]).rstrip("._- ")
    return f"{folder}{slash}{stem or 'movie'}.mp4"


def _command(frames: FrameSet, pattern: str, request: SubmitRequest) -> Command:
    fps = request.facts.fps or _DEFAULT_FPS
    argv = [program(request.programs.ffmpeg), "-y", "-loglevel", "warning", *_transfer(pattern)]
    message = None
    if _is_plain(frames):
        argv += ["-framerate", f"{fps:g}", "-start_number", str(frames.first), "-i", mapped(_numbered(pattern))]
    else:
        # ffmpeg's own numbering knows no gaps and no signs: hand it the list of files.
        argv += ["-f", "concat", "-safe", "0", "-protocol_whitelist", "file,pipe", "-i", "pipe:0"]
        message = _file_list(frames, pattern, fps)
    # The count, for ffmpeg would go on into frames of an earlier, longer render.
    argv += [*map(literal, _ENCODE), "-r", f"{fps:g}", "-frames:v", str(len(frames)), mapped(movie_path(pattern))]
    return Command(argv=argv, service=request.programs.movie_service, msg=message)


def _is_plain(frames: FrameSet) -> bool:
    return frames.whole and len(frames) == frames.last - frames.first + 1 and frames.first >= 0


def _numbered(pattern: str) -> str:
    """Return the pattern as ffmpeg reads it: a percent sign doubled, ``####`` as ``%04d``."""
    return _HASHES.sub(lambda found: f"%0{len(found.group())}d", pattern.replace("%", "%%"))


def _file_list(frames: FrameSet, pattern: str, fps: float) -> str:
    lines: List[str] = ["ffconcat version 1.0"]
    for frame in frames:
        path = _HASHES.sub(lambda found: frame_text(frame, len(found.group())), pattern)  # noqa: B023  # used at once
        # Without "file:" the names would be taken for parts of the pipe that the list comes through.
        lines.append("file 'file:" + mapped(path.replace("'", "'\\''")) + "'")
        lines.append(f"duration {1 / fps:.6f}")
    return "\n".join(lines) + "\n"


def _transfer(pattern: str) -> List[str]:
    """EXR is linear; the movie is for looking at."""
    return ["-apply_trc", "iec61966_2_1"] if pattern.lower().endswith(".exr") else []
