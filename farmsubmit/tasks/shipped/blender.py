"""Renders with Blender, through the wrapper's verb ``render``: each chunk checks that every file was written."""

from __future__ import annotations

from typing import List, Sequence

from farmsubmit.lang.frames import FrameSet
from farmsubmit.tasks.plugin import Program
from farmsubmit.tasks.shipped._base import (
    FRAMES_DEFAULTS,
    FRAMES_HELP,
    ChunkTask,
    FarmTask,
    defaults_of,
    joined,
    merged,
    path_option,
    path_word,
)
from farmsubmit.tasks.shipped.follow import Denoise
from farmsubmit.tasks.shipped.movie import Movie


class BlenderRender(ChunkTask):
    """Renders the frames of a Blender scene."""

    description = (
        "Renders the frames of a Blender scene, a task for each chunk. A scene that writes a movie needs all frames in "
        "one task: chunk:0, or its file as output."
    )
    required_arguments = ("scene", "frames")
    argument_defaults = merged(FRAMES_DEFAULTS, {"output": "", "layers": (), "camera": "", "blender_scene": ""})
    argument_help = merged(
        {
            "scene": "the .blend file",
            "output": "the file pattern, such as /show/out/b.####.png; empty is the scene's own",
            "layers": "view layers to render together; none means those that the scene renders",
            "camera": "the camera; empty is the scene's own, with its markers",
            "blender_scene": "which scene of the file; empty is the one it was saved with",
        },
        FRAMES_HELP,
    )
    service_setting = "service"

    def cmd(self) -> Sequence[str]:
        """Return Blender with the wrapper, the frames and what to render."""
        argv = [*wrapped(self), "render", "--frames", frame_list(self.frame_set())]
        argv += path_option("--output", self.optional("output"))
        argv += [joined("--layer", name) for name in self.texts("layers")]
        for flag, name in (("--camera", "camera"), ("--scene", "blender_scene")):
            argv += [joined(flag, self.text(name))] if self.optional(name) else []
        return argv


def wrapped(task: FarmTask) -> List[str]:
    """Return the command line that opens the scene in Blender and runs the wrapper, up to the wrapper's own words."""
    blender: Program = task.program("blender")
    argv = [blender, "-b", path_word(task.text("scene")), "--python-exit-code", "1"]
    return [*argv, "-P", task.wrapper("blender"), "--"]


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


# What follows a render must know where its frames are.
_OUTPUT = {"output": "the file pattern of the frames, such as /show/out/b.####.png"}


class BlenderRenderMovie(FarmTask):
    """Renders the frames of a Blender scene, then makes a movie of them."""

    description = "Renders the frames of a Blender scene, then makes a movie of them."
    required_tasks = ("BlenderRender", "Movie")
    required_arguments = ("scene", "frames", "output")
    argument_defaults = defaults_of(required_arguments, Movie.argument_defaults, BlenderRender.argument_defaults)
    argument_help = merged(Movie.argument_help, BlenderRender.argument_help, _OUTPUT)


class BlenderRenderDenoise(ChunkTask):
    """Renders a Blender scene, and cleans each chunk as soon as it is rendered."""

    description = "Renders the frames of a Blender scene, and denoises each chunk as soon as it is there."
    required_tasks = ("BlenderRender", "Denoise")
    required_arguments = ("scene", "frames", "output")
    argument_defaults = defaults_of(required_arguments, Denoise.argument_defaults, BlenderRender.argument_defaults)
    argument_help = merged(Denoise.argument_help, BlenderRender.argument_help, _OUTPUT)
