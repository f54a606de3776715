"""Renders with Katana's batch mode. Written after Foundry's documents; not tried with a Katana."""

from __future__ import annotations

from typing import Dict, List, Sequence

from farmsubmit.errors import ArgumentError
from farmsubmit.lang.frames import FrameSet
from farmsubmit.lang.substitution import literal, mapped
from farmsubmit.tasks.plugin import shown
from farmsubmit.tasks.shipped._base import (
    FRAMES_DEFAULTS,
    FRAMES_HELP,
    ChunkTask,
    FarmTask,
    defaults_of,
    forward,
    joined,
    merged,
)
from farmsubmit.tasks.shipped.movie import Movie


class KatanaRender(ChunkTask):
    """Renders a Render node of a Katana recipe."""

    description = "Renders a Render node of a Katana recipe, a task for each chunk."
    required_arguments = ("scene", "frames")
    argument_defaults = merged(FRAMES_DEFAULTS, {"render_node": "", "variables": {}, "output": ""})
    argument_help = merged(
        {
            "scene": "the .katana file",
            "render_node": "the node to render; empty is the one with the render flag",
            "variables": "values of graph state variables by name, such as {'shot': 'sh010'}",
            "output": "the file pattern that the node writes, for what follows; it does not change the recipe",
        },
        FRAMES_HELP,
    )
    service_setting = "service_katana"

    def cmd(self) -> Sequence[str]:
        """Return Katana in batch mode. Source: Foundry's Batch Mode page."""
        argv = [self.program("katana"), "--batch", f"--katana-file={mapped(forward(self.text('scene')))}"]
        argv += [joined("--render-node", self.text("render_node"))] if self.optional("render_node") else []
        argv += ["-t", katana_frames(self.frame_set())]
        for name, value in self._variables().items():
            argv += ["--var", literal(f"{name}={value}")]
        return argv

    def _variables(self) -> Dict[str, str]:
        found = self.value("variables")
        if not isinstance(found, dict) or not all(isinstance(part, str) for item in found.items() for part in item):
            raise ArgumentError(f"variables = {shown(found)} is no mapping of names to texts")
        for name in found:
            if not name or "=" in name or name.startswith("-"):
                raise ArgumentError(f"variables: {name!r} cannot be the name of one", "leave out '=' and '-'")
        return found


def katana_frames(frames: FrameSet) -> str:
    """Return frames as the value of ``-t``: ranges without a step and single frames, with commas between.

    Raises ArgumentError below zero: Foundry does not say how a minus sign is read.
    """
    if frames.min < 0:
        raise ArgumentError(f"frame {frames.min}: Katana's -t is not known to take frames below 0", "shift the frames")
    runs: List[List[int]] = []
    for frame in map(int, frames):
        if runs and frame == runs[-1][1] + 1:
            runs[-1][1] = frame
        else:
            runs.append([frame, frame])
    return ",".join(f"{first}-{last}" if last > first else str(first) for first, last in runs)


class KatanaRenderMovie(FarmTask):
    """Renders a Render node of a Katana recipe, then makes a movie of its frames."""

    description = "Renders a Render node of a Katana recipe, then makes a movie of the frames in output."
    required_tasks = ("KatanaRender", "Movie")
    required_arguments = ("scene", "frames", "output")
    argument_defaults = defaults_of(required_arguments, Movie.argument_defaults, KatanaRender.argument_defaults)
    argument_help = merged(Movie.argument_help, KatanaRender.argument_help)
