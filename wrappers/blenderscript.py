"""Runs inside Blender in the background: says what a scene holds, renders frames and checks them, or runs a function.

    blender -b -Y SCENE --python-exit-code 1 -P blenderscript.py -- facts --result FILE
    blender -b SCENE --python-exit-code 1 -P blenderscript.py -- render --frames 1..5,7 --output /out/a.####.png
    blender -b [SCENE] --python-exit-code 1 -P blenderscript.py -- run WORD

Exit codes: 0 done, 1 failed, 2 wrong usage. The last line says why, after ``farmsubmit:``. For ``run`` see farmword.py
and farmwrapper.py. It needs nothing but the standard library and the files beside it, for a render machine may have
nothing else. Tried with Blender 3.4 and 5.0, ``run`` with 3.4.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import sys
import traceback
from pathlib import Path
from typing import Any, Callable, Dict, List, NoReturn, Optional, Sequence, Tuple

# Blender's own limit (MAXFRAMEF), below and above zero.
MAX_FRAME = 1048574

# What people mean as the ending of a file; Blender adds its own behind any other.
_ENDING = re.compile(
    r"\.(png|jpe?g|exr|tiff?|tga|bmp|dpx|cin|hdr|jp2|webp|mov|mp4|mkv|avi|mxf|webm|ogv)$", re.IGNORECASE
)


class Refused(Exception):
    """Something was asked for that cannot be done; the exit code is 2."""


class Failed(Exception):
    """Blender did not do what it was told; the exit code is 1."""


# --- the command line


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise Refused(message)


def main(words: Sequence[str]) -> int:
    """Do what the words after ``--`` ask for and return the exit code."""
    try:
        args = _parser().parse_args(_joined(words))
        if args.verb == "facts":
            from blenderfacts import write_facts

            write_facts(args.result)
        elif args.verb == "run":
            run(args.word)
        else:
            render(args)
    except (Refused, Failed) as error:
        return _say(str(error), 2 if isinstance(error, Refused) else 1)
    except Exception as error:
        traceback.print_exc()
        return _say(f"{type(error).__name__}: {error}", 1)
    return 0


def _say(problem: str, code: int) -> int:
    sys.stdout.flush()
    sys.stderr.write(f"farmsubmit: {' '.join(problem.split())}\n")
    sys.stderr.flush()
    return code


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="blenderscript.py", allow_abbrev=False, add_help=False)
    verbs = parser.add_subparsers(dest="verb", required=True, parser_class=_Parser)
    facts = verbs.add_parser("facts", allow_abbrev=False)
    facts.add_argument("--result", required=True)
    frames = verbs.add_parser("render", allow_abbrev=False)
    frames.add_argument("--frames", required=True)
    frames.add_argument("--step", default="1")
    frames.add_argument("--output")
    frames.add_argument("--layer", action="append", default=[])
    frames.add_argument("--scene")
    frames.add_argument("--camera")
    verbs.add_parser("run", allow_abbrev=False).add_argument("word")
    return parser


def _joined(words: Sequence[str]) -> List[str]:
    """Join each option and its value, for argparse takes ``-3..-1`` and a layer named ``-a`` for options."""
    joined: List[str] = []
    for word in words:
        if joined and re.fullmatch("--[a-z]+", joined[-1]):
            joined[-1] += f"={word}"
        else:
            joined.append(word)
    return joined


def parse_frames(text: str, step: str = "1") -> List[int]:
    """Return the frames of ``1..5,7,-3..-1``, none twice; ``step`` thins the ranges, and ``5..1`` counts down."""
    if not re.fullmatch("[0-9]{1,7}", step) or int(step) < 1:
        raise Refused(f"--step {step} is not a whole number above 0")
    frames: Dict[int, None] = {}
    for part in text.split(","):
        frames.update(dict.fromkeys(_frames_of(part.strip(), int(step))))
    return list(frames)


def _frames_of(part: str, step: int) -> Sequence[int]:
    if re.fullmatch(r"-?[0-9]+\.[0-9]+", part):
        raise Refused(f"frame {part} is a sub-frame, and Blender numbers its files by whole frames")
    found = re.fullmatch(r"(-?[0-9]{1,9})(?:\.\.(-?[0-9]{1,9}))?", part)
    if not found:
        raise Refused(f"{part!r} is no frame and no range; write 7, 1..5 or -3..-1, with commas between")
    first, last = int(found[1]), int(found[2] or found[1])
    if max(abs(first), abs(last)) > MAX_FRAME:
        raise Refused(f"frame {max(first, last, key=abs)} is beyond Blender's limit of {MAX_FRAME}")
    return range(first, last + 1, step) if first <= last else range(first, last - 1, -step)


# --- a function


def run(word: str) -> NoReturn:
    """Run what the word says and end Blender with the exit code of that."""
    from farmwrapper import main as wrapper_main

    wrapper_main(word, stop=_remove_session_folder)


def _remove_session_folder() -> None:
    """Remove the temporary folder of this Blender, which gets no chance to do so itself."""
    import bpy

    folder = Path(bpy.app.tempdir)
    # Where Blender could make none, this is everybody's: so only by its name, and only where nothing is in it.
    if folder.name.startswith("blender_"):
        with contextlib.suppress(OSError):
            folder.rmdir()


# --- rendering


def render(args: argparse.Namespace) -> None:
    """Render the frames that the options name, and see that every file was written."""
    frames = parse_frames(args.frames, args.step)
    scene = _scene(args.scene)
    _choose_layers(scene, args.layer)
    if args.camera is not None:
        _choose_camera(scene, args.camera)
    if scene.render.is_movie_format:
        _render_movie(scene, frames, args.output)
    else:
        _render_images(scene, frames, args.output)


def _scene(name: Optional[str]) -> Any:
    import bpy

    if name is None:
        return bpy.context.scene
    return bpy.data.scenes[_known(name, "scene", bpy.data.scenes.keys())]


def _known(name: str, what: str, names: Sequence[str]) -> str:
    if name not in names:
        raise Refused(f"there is no {what} {name!r}; there is {', '.join(map(repr, names)) or 'none at all'}")
    return name


def _choose_layers(scene: Any, chosen: Sequence[str]) -> None:
    names = [_known(name, "view layer", scene.view_layers.keys()) for name in chosen]
    for layer in scene.view_layers if names else ():
        layer.use = layer.name in names


def _choose_camera(scene: Any, name: str) -> None:
    cameras = {item.name: item for item in scene.objects if item.type == "CAMERA"}
    scene.camera = cameras[_known(name, "camera", list(cameras))]
    # A marker bound to a camera would switch to that one at its frame.
    for marker in scene.timeline_markers:
        marker.camera = None


def _absolute(pattern: str) -> str:
    # // stands for the scene's folder, to Blender alone. Path.resolve() would follow links.
    return pattern if pattern.startswith("//") else os.path.abspath(pattern)  # noqa: PTH100


def _render_images(scene: Any, frames: Sequence[int], output: Optional[str]) -> None:
    settings = scene.render
    if output is not None:
        settings.filepath = _absolute(output)
        _check_numbered(output, settings.frame_path(frame=frames[0]))
    _check_ending(settings, frames[0])
    for done, frame in enumerate(frames, start=1):
        paths = _frame_paths(settings, frame)
        before = [_stamp(path) for path in paths]
        _render_frame(scene, frame, paths[0])
        for path, stamp in zip(paths, before):
            _check_written(f"frame {frame}", path, stamp, settings.use_overwrite)
        _progress(done, len(frames))


def _check_ending(settings: Any, frame: int) -> None:
    """Blender would write ``a.0001.png`` for ``a.####.exr`` and say nothing."""
    wanted = re.search(r"#\.(\w{2,4})$", settings.filepath)
    path = settings.frame_path(frame=frame)
    if wanted and not path.endswith("." + wanted[1]):
        form = settings.image_settings.file_format
        raise Refused(f"the scene writes {form}, so {settings.filepath} would become {Path(path).name}")


def _check_numbered(output: str, path: str) -> None:
    """Blender would write ``a.png0001.png`` for ``a.png``."""
    if "#" not in re.split(r"[/\\]", output)[-1] and _ENDING.search(output):
        raise Refused(f"{output} has no #### for the frame, so it would become {Path(path).name}")


def _frame_paths(settings: Any, frame: int) -> List[str]:
    """Return every file of a frame: one, or one a view where each view has its own."""
    import bpy

    views = [""]
    if settings.use_multiview and settings.image_settings.views_format == "INDIVIDUAL":
        from blenderfacts import used_views

        views = used_views(settings) or views
    return [bpy.path.abspath(settings.frame_path(frame=frame, view=view)) for view in views]


def _render_frame(scene: Any, frame: int, path: str) -> None:
    _make_folder(path)
    if frame >= 0:
        # Twice the first: Blender never lets the range be empty, and moves the other end instead.
        scene.frame_start = scene.frame_end = scene.frame_start = frame
        _run_render(f"frame {frame}", scene, animation=True)
        return
    # The range of an animation cannot go below 0, but a still can be of any frame. It is named by hand.
    settings, pattern = scene.render, scene.render.filepath
    if not settings.use_overwrite and Path(path).exists():
        return
    scene.frame_set(frame)
    settings.filepath = _number(pattern, frame)
    _run_render(f"frame {frame}", scene, write_still=True)
    settings.filepath = pattern


def _number(pattern: str, frame: int) -> str:
    """Return the pattern with a frame in it, as Blender writes it: a sign, then the digits."""
    named = pattern if "#" in pattern.rpartition("/")[2] else f"{pattern}####"
    sign = "-" if frame < 0 else ""
    return _fill(named, lambda width: f"{sign}{abs(frame):0{width}d}")


def _fill(pattern: str, number: Callable[[int], str]) -> str:
    """Return the pattern with its file name's last run of ``#`` replaced by a text for that width."""
    folder, slash, name = pattern.rpartition("/")
    name = re.sub("(#+)(?=[^#]*$)", lambda run: number(len(run[0])), name)
    return f"{folder}{slash}{name}"


def _make_folder(path: str) -> None:
    folder = Path(path).parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Failed(f"the folder {folder} cannot be made: {error.strerror}") from None


def _run_render(what: str, scene: Any, **how: bool) -> None:
    import bpy

    try:
        result = bpy.ops.render.render(scene=scene.name, **how)
    except RuntimeError as error:
        raise Failed(f"{what} was not rendered: {str(error).replace('Error: ', '')}") from None
    if "FINISHED" not in result:
        raise Failed(f"{what} was not rendered: Blender cancelled it")


def _stamp(path: str) -> Optional[Tuple[int, int, int]]:
    try:
        status = Path(path).stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size


def _check_written(what: str, path: str, before: Optional[Tuple[int, int, int]], overwrite: bool) -> None:
    now = _stamp(path)
    if now is None:
        raise Failed(f"{what} was not written: {path}")
    if now[2] == 0:
        raise Failed(f"{what} is empty: {path}")
    if now == before and overwrite:
        raise Failed(f"{what} was not written, what is there is older: {path}")


def _progress(done: int, total: int) -> None:
    sys.stdout.write(f"TR_PROGRESS {100 * done // total}%\n")
    sys.stdout.flush()


def _render_movie(scene: Any, frames: Sequence[int], output: Optional[str]) -> None:
    import bpy

    steps = {after - before for before, after in zip(frames, frames[1:])} or {1}
    if len(steps) > 1 or min(steps) < 1 or frames[0] < 0:
        raise Refused("the scene writes a movie, which needs one range of frames upwards from 0 or later")
    scene.frame_start = scene.frame_end = scene.frame_start = frames[0]
    scene.frame_end, scene.frame_step = frames[-1], steps.pop()
    if output is not None:
        # Of a name that has its ending already, Blender would leave the #### as it is.
        pattern = _fill(output, lambda width: f"{frames[0]:0{width}d}-{frames[-1]:0{width}d}")
        scene.render.filepath = _absolute(pattern)
    path = bpy.path.abspath(scene.render.frame_path())
    ending = _ENDING.search(output or "")
    if ending and not path.endswith(ending[0]):
        raise Refused(f"the scene writes a movie, so {output} would become {Path(path).name}")
    _make_folder(path)
    before, written = _stamp(path), []

    def after_write(*_: Any) -> None:
        written.append(scene.frame_current)
        _progress(len(written), len(frames))

    bpy.app.handlers.render_write.append(after_write)
    _run_render("the movie", scene, animation=True)
    _check_written("the movie", path, before, overwrite=True)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent))
    sys.exit(main(sys.argv[sys.argv.index("--") + 1 :] if "--" in sys.argv else []))
