"""What is made of finished frames: a movie by ffmpeg, a contact sheet by oiiotool."""

from __future__ import annotations

import math
import re
from typing import List, Sequence

from farmsubmit.errors import ArgumentError
from farmsubmit.lang.frames import Frame, FrameSet
from farmsubmit.lang.substitution import literal, mapped
from farmsubmit.tasks.plugin import Program, shown
from farmsubmit.tasks.shipped._base import FarmTask, by_farmmake, path_word
from farmsubmit.tasks.shipped._patterns import frame_path, is_movie, printf_path, split, without_frame

# H.264 in 4:2:0 wants even sides; a player that shows it anywhere is worth a line of pixels.
_ENCODE = ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-crf", "18", "-vf", "crop=trunc(iw/2)*2:trunc(ih/2)*2"]
# A name with a percent sign and one of these is a pattern to ffmpeg, unless an option says no, which is new in 5.0.
_LIKE_PATTERN = re.compile(r"[*?{\[]|%[0-9]*d")
#: They tell oiiotool to take ``#``, ``%04d`` and braces in file names as they are.
OIIOTOOL_WORDS = ("--wildcardoff", "--evaloff")
_CELL = re.compile("[1-9][0-9]{0,4}x[1-9][0-9]{0,4}")


class _OfFrames(FarmTask):
    """A task with one command over all frames."""

    service_arguments = ("movie_service",)
    service_setting = "movie_service"

    def leaf_title(self) -> str:
        """Return the title: the frames are all."""
        return self.title or type(self).__name__

    def maker(self, program: str, frames: FrameSet, made: str) -> Program:
        """Return a program that starts where these frames are there, and whose output is seen when it is whole.

        ``made`` is the word of the command that names its output.
        """
        pattern = path_word(self.text("output"))
        return by_farmmake(self, self.program(program), "--of", pattern, "--frames", str(frames), "--makes", made)


class Movie(_OfFrames):
    """Makes an H.264 movie of exactly the frames asked for, or none where one of them is not there."""

    description = (
        "Makes an H.264 movie of exactly these frames with ffmpeg; EXR is shown as sRGB. Where frames are missing or "
        "empty it says which, and makes none."
    )
    required_arguments = ("output", "frames")
    argument_defaults = {"fps": 24.0, "movie_file": "", "movie_service": ""}
    argument_help = {
        "output": "the file pattern of the frames, with ####",
        "frames": "the frames",
        "fps": "frames per second",
        "movie_file": "the movie; empty is an .mp4 beside the frames",
        "movie_service": "service expression of the command; empty is that of the settings",
    }

    def cmd(self) -> Sequence[str]:
        """Return ffmpeg over the numbered files, or over the list that stdin() gives."""
        frames, pattern, fps = self.frame_set().sorted(), self.text("output"), f"{self._fps():g}"
        if is_movie(pattern):
            raise ArgumentError(f"{pattern!r} is a movie already", "leave the movie out")
        made = path_word(self.optional("movie_file") or movie_path(pattern))
        # Without -xerror a frame that cannot be read would end the movie, or be left out, and pass for done.
        argv = [self.maker("ffmpeg", frames, made), "-y", "-loglevel", "warning", "-xerror", *_transfer(pattern)]
        if _is_plain(frames):
            argv += ["-framerate", fps, "-start_number", str(frames.first), "-i", mapped(printf_path(pattern))]
        else:
            # ffmpeg's own numbering knows no gaps and no signs: hand it the list of files.
            argv += ["-f", "concat", "-safe", "0", "-protocol_whitelist", "file,pipe", "-i", "pipe:0"]
        # The count, for ffmpeg would go on into frames of an earlier, longer render.
        return [*argv, *map(literal, _ENCODE), "-r", fps, "-frames:v", str(len(frames)), made]

    def stdin(self) -> str:
        """Return the list of files, where the frames have gaps or signs."""
        frames = self.frame_set().sorted()
        return "" if _is_plain(frames) else _file_list(frames, self.text("output"), self._fps())

    def _fps(self) -> float:
        fps = self.value("fps")
        if isinstance(fps, bool) or not isinstance(fps, (int, float)) or not 0 < fps < math.inf:
            raise ArgumentError(f"fps = {shown(fps)} is no number above 0")
        return float(fps)


def movie_path(pattern: str) -> str:
    """Return where the movie goes: beside the frames, under their name without the number."""
    return without_frame(pattern, ".mp4", "movie")


def _is_plain(frames: FrameSet) -> bool:
    return frames.whole and len(frames) == frames.last - frames.first + 1 and frames.first >= 0


def _file_list(frames: FrameSet, pattern: str, fps: float) -> str:
    lines: List[str] = ["ffconcat version 1.0"]
    plain = ["option pattern_type none"] if "%" in pattern and _LIKE_PATTERN.search(pattern) else []
    for frame in frames:
        # Without "file:" the names would be taken for parts of the pipe that the list comes through.
        lines.append("file 'file:" + mapped(frame_path(pattern, frame).replace("'", "'\\''")) + "'")
        lines += [*plain, f"duration {1 / fps:.6f}"]
    return "\n".join(lines) + "\n"


def _transfer(pattern: str) -> List[str]:
    """EXR is linear; the movie is for looking at."""
    return ["-apply_trc", "iec61966_2_1"] if pattern.lower().endswith(".exr") else []


class ContactSheet(_OfFrames):
    """Puts frames side by side into one picture."""

    description = "Puts some of the frames, evenly apart, side by side into one picture with oiiotool."
    required_arguments = ("output", "frames")
    argument_defaults = {"sheet_file": "", "sheet_pictures": 20, "sheet_cell": "320x180", "movie_service": ""}
    argument_help = {
        "output": "the file pattern of the frames, with ####",
        "frames": "the frames to choose from",
        "sheet_file": "the picture; empty is a .jpg beside the frames",
        "sheet_pictures": "how many frames at most",
        "sheet_cell": "width and height that each frame is fitted into, such as 320x180",
        "movie_service": "service expression of the command; empty is that of the settings",
    }

    def cmd(self) -> Sequence[str]:
        """Return oiiotool with the chosen files and its mosaic."""
        pattern, cell = self.text("output"), self.text("sheet_cell")
        if not _CELL.fullmatch(cell):
            raise ArgumentError(f"sheet_cell = {cell!r} is no size", "write for example 320x180")
        chosen = evenly(list(self.frame_set().sorted()), self.whole("sheet_pictures", least=1))
        columns = math.ceil(math.sqrt(len(chosen)))
        made = made_by_oiiotool(self.optional("sheet_file") or sheet_path(pattern))
        argv = [self.maker("oiiotool", FrameSet.of(chosen), made), *OIIOTOOL_WORDS]
        argv += [path_word(frame_path(pattern, frame)) for frame in chosen]
        argv += [f"--mosaic:pad=4:fit={cell}", f"{columns}x{math.ceil(len(chosen) / columns)}"]
        # Not strict: a studio's colour configuration need not have these names.
        argv += ["--colorconvert:strict=0", "linear", "sRGB"] if pattern.lower().endswith(".exr") else []
        return [*argv, "-o", made]


def sheet_path(pattern: str) -> str:
    """Return where the contact sheet goes: beside the frames."""
    return without_frame(pattern, ".contact.jpg", "frames")


def made_by_oiiotool(path: str) -> str:
    """Return the word for a file that oiiotool writes.

    Raises ArgumentError for a folder with a percent sign, for which oiiotool puts a digit (seen with 2.4).
    """
    if "%" in split(path)[0]:
        raise ArgumentError(f"oiiotool cannot write below a folder with '%' in its name, as in {path!r}", "rename it")
    return path_word(path)


def evenly(frames: Sequence[Frame], count: int) -> List[Frame]:
    """Return at most ``count`` of the frames, evenly apart, the first and the last among them."""
    if len(frames) <= count:
        return list(frames)
    if count == 1:
        return [frames[0]]
    return [frames[place * (len(frames) - 1) // (count - 1)] for place in range(count)]
