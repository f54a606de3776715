"""What the tests let the wrappers call: each does one thing that a function on a blade may do."""

from __future__ import annotations

import atexit
import ctypes
import io
import logging.handlers
import os
import sys
import threading
import time
from pathlib import Path
from typing import Any, Dict, List, NoReturn

What = Dict[str, Any]
Paths = Dict[str, List[str]]


class LicenceError(Exception):
    pass


class FloatingLicenseError(LicenceError):
    pass


class Untold(Exception):
    def __str__(self) -> str:
        raise ValueError("no text")


def report(what: What, paths: Paths) -> What:
    sys.stdout.write("TR_PROGRESS 100%\n")
    return {"what": what, "paths": paths, "folder": sys.path[0]}


def nothing(what: What, paths: Paths) -> None:
    pass


def give_set(what: What, paths: Paths) -> Any:
    return {1, 2}


def give_nan(what: What, paths: Paths) -> Any:
    return [float("nan")]


def crash(what: What, paths: Paths) -> float:
    return divide(1, 0)


def divide(one: int, other: int) -> float:
    return one / other


def untold(what: What, paths: Paths) -> NoReturn:
    raise Untold


def spoil(what: What, paths: Paths) -> None:
    """Put a folder where the result file is to be."""
    Path(paths["result"][0]).mkdir()
    if what:
        raise ValueError("no camera")


def interrupted(what: What, paths: Paths) -> NoReturn:
    raise KeyboardInterrupt


def leave(what: What, paths: Paths) -> NoReturn:
    sys.exit(what["code"])


def die(what: What, paths: Paths) -> NoReturn:
    os._exit(11)


def no_licence(what: What, paths: Paths) -> NoReturn:
    raise FloatingLicenseError("all\n4 seats are taken")


def raise_text(what: What, paths: Paths) -> NoReturn:
    raise RuntimeError(what["text"])


def raise_from_licence(what: What, paths: Paths) -> NoReturn:
    try:
        no_licence(what, paths)
    except LicenceError as error:
        raise RuntimeError("the frame was not rendered") from error


def count(what: What, paths: Paths) -> int:
    with Path(paths["counter"][0]).open("a") as stream:
        stream.write("x")
    return Path(paths["counter"][0]).stat().st_size


def speak(what: What, paths: Paths) -> NoReturn:
    sys.stdout.write("drawn: Bäume 木\n")
    raise ValueError("木 is no layer")


def hide_stdout(what: What, paths: Paths) -> None:
    sys.stdout = io.StringIO()
    if what:
        raise ValueError("no camera")


def hold_back(what: What, paths: Paths) -> None:
    """Leave text in a buffer of C and in one of a logging handler."""
    ctypes.CDLL(None).printf(b"from the renderer\n")
    memory = logging.handlers.MemoryHandler(1000, target=logging.StreamHandler(sys.stdout))
    logging.getLogger("jobs").addHandler(memory)
    logging.getLogger("jobs").warning("from the log")


def crash_at_exit(what: What, paths: Paths) -> None:
    atexit.register(os.abort)


def leave_thread(what: What, paths: Paths) -> None:
    threading.Thread(target=time.sleep, args=(60,), name="writer").start()


def session_folder(what: What, paths: Paths) -> str:
    import bpy

    return str(bpy.app.tempdir)


def make_image(what: What, paths: Paths) -> List[int]:
    """Let Blender itself write a file."""
    import bpy

    image = bpy.data.images.new("frame", width=4, height=2)
    image.filepath_raw, image.file_format = paths["image"][0], "PNG"
    image.save()
    return list(image.size)


def ask_maya(what: What, paths: Paths) -> Any:
    import maya.cmds

    return maya.cmds.about(batch=True)


def environment_of_maya(what: What, paths: Paths) -> Any:
    """Return the environment in which the fake Maya was started."""
    import mayastate

    return mayastate.environment


def ask_nuke(what: What, paths: Paths) -> Any:
    import nuke

    return nuke.GUI


def ask_katana(what: What, paths: Paths) -> Any:
    from Katana import Configuration

    return Configuration.get("KATANA_SCRIPT_MODE")


variable = 3
