"""Renders with Nuke's own command line. Written after Foundry's documents; not tried with a Nuke."""

from __future__ import annotations

from typing import List, Sequence

from farmsubmit.errors import ArgumentError
from farmsubmit.lang.frames import FrameSet
from farmsubmit.lang.substitution import literal
from farmsubmit.tasks.shipped._base import (
    FRAMES_DEFAULTS,
    FRAMES_HELP,
    ChunkTask,
    FarmTask,
    defaults_of,
    forward,
    merged,
    path_word,
)
from farmsubmit.tasks.shipped.chunks import ranges
from farmsubmit.tasks.shipped.movie import Movie


class NukeRender(ChunkTask):
    """Executes Write nodes of a Nuke script."""

    description = (
        "Executes Write nodes of a Nuke script, a task for each chunk. A Write that makes a movie file needs all "
        "frames in one task: chunk:0, or its file as output."
    )
    required_arguments = ("scene", "frames")
    argument_defaults = merged(
        FRAMES_DEFAULTS, {"writes": (), "views": (), "continue_on_error": False, "render_order": False, "output": ""}
    )
    argument_help = merged(
        {
            "scene": "the .nk script",
            "writes": "names of the Write nodes to execute; none means all that are enabled",
            "views": "views to render; none means those that each Write names",
            "continue_on_error": "True: go on with the next frame after an error (--cont)",
            "render_order": "True: keep to the render order of the Writes (--sro)",
            "output": "the file pattern that a Write makes, for what follows; it does not change the script",
        },
        FRAMES_HELP,
    )
    service_setting = "service_nuke"

    def cmd(self) -> Sequence[str]:
        """Return Nuke with its frame ranges, all options before the script. Source: Command Line Operations."""
        argv: List[str] = [self.program("nuke")]
        for text in nuke_ranges(self.frame_set()):
            argv += ["-F", text]
        argv += ["--cont"] if self.flag("continue_on_error") else []
        argv += ["--sro"] if self.flag("render_order") else []
        views, writes = _names("views", self.texts("views")), _names("writes", self.texts("writes"))
        argv += ["--view", views] if views else []
        argv += ["-X", writes] if writes else ["-x"]
        return [*argv, path_word(forward(self.text("scene")))]


def nuke_ranges(frames: FrameSet) -> List[str]:
    """Return frames as values of ``-F``: ``7``, ``1-10``, ``1-9x2``.

    Raises ArgumentError below zero: Foundry does not say how a minus sign is read.
    """
    if frames.min < 0:
        raise ArgumentError(f"frame {frames.min}: Nuke's -F is not known to take frames below 0", "shift the frames")
    return [_range(run) for run in ranges(frames)]


def _range(run: FrameSet) -> str:
    if len(run) == 1:
        return str(run.first)
    step = (run.last - run.first) // (len(run) - 1)
    return f"{run.first}-{run.last}" + (f"x{step}" if step > 1 else "")


def _names(what: str, names: Sequence[str]) -> str:
    """Return names as one word with commas; raises ArgumentError for a name that would not survive that."""
    for name in names:
        if "," in name or name.startswith("-") or not name.strip():
            raise ArgumentError(f"{what}: {name!r} cannot be said on Nuke's command line", "rename it")
    return literal(",".join(names))


class NukeRenderMovie(FarmTask):
    """Executes a Write node of a Nuke script, then makes a movie of its frames."""

    description = "Executes Write nodes of a Nuke script, then makes a movie of the frames in output."
    required_tasks = ("NukeRender", "Movie")
    required_arguments = ("scene", "frames", "output")
    argument_defaults = defaults_of(required_arguments, Movie.argument_defaults, NukeRender.argument_defaults)
    argument_help = merged(Movie.argument_help, NukeRender.argument_help)
