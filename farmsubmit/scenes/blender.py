"""Read a .blend by asking Blender: it is free to install, and what it says is true for every version of the format."""

from __future__ import annotations

import re
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Callable, Tuple, Union

from farmsubmit import files
from farmsubmit.errors import SceneError
from farmsubmit.scenes import existing_file, first_bytes, shown
from farmsubmit.scenes.facts import SceneFacts

if TYPE_CHECKING:
    from subprocess import CompletedProcess, Popen

# A plain file, one packed by gzip (Blender up to 2.9x) and one packed by zstd (3.0 and newer).
_MAGIC = (b"BLENDER", b"\x1f\x8b", b"\x28\xb5\x2f\xfd")
TIMEOUT = 600.0
# So often somebody is asked whether the answer is still wanted.
_LOOK = 0.2


def read_blend(
    path: Union[str, Path],
    blender: str = "blender",
    timeout: float = TIMEOUT,
    cancelled: Callable[[], bool] = lambda: False,
) -> SceneFacts:
    """Return the facts of a .blend file, read by Blender in the background; no code in the scene runs.

    ``blender`` is the program, by name or path, and ``timeout`` is in seconds. ``cancelled`` is asked now and then, and
    ends Blender where it says so; that is a SceneError too. Raises SceneError for a file that is
    missing, is no .blend or is damaged, for a Blender that cannot be started, and for one that does not answer.
    """
    # Absolute, so that no name can be taken for an option, and without following links: paths start from its folder.
    scene = existing_file(Path(path)).absolute()
    _check_magic(scene)
    with tempfile.TemporaryDirectory(prefix="farmsubmit-") as folder:
        result = Path(folder, "facts.json")
        done = _run(_argv(blender, scene, result), scene, timeout, cancelled)
        if done.returncode != 0 or not result.is_file():
            raise SceneError(f"Blender cannot read {shown(scene)}: {_complaint(done)}")
        return _facts(result, scene)


def _check_magic(scene: Path) -> None:
    start = first_bytes(scene, 7)
    if not start:
        raise SceneError(f"{shown(scene)} is empty", "save it again, or name another file")
    if not start.startswith(_MAGIC):
        raise SceneError(
            f"{shown(scene)} is no Blender scene", "a .blend starts with BLENDER, or is packed by gzip or zstd"
        )


def _argv(blender: str, scene: Path, result: Path) -> list[str]:
    # Blender works through its arguments from left to right: -Y (no scripts) must stand before the scene.
    wrapper = str(files.shipped("wrappers", "blenderscript.py"))
    options = [blender, "-b", "-Y", "--factory-startup", str(scene), "--python-exit-code", "1", "-P", wrapper]
    return [*options, "--", "facts", "--result", str(result)]


def _run(argv: list[str], scene: Path, timeout: float, cancelled: Callable[[], bool]) -> CompletedProcess[bytes]:
    import subprocess

    try:
        return _finished(argv, timeout, cancelled)
    except subprocess.TimeoutExpired:
        raise SceneError(f"Blender did not read {shown(scene)} within {timeout:g} seconds") from None
    except FileNotFoundError:
        hint = "install Blender, or name it with --set blender=/path/to/blender"
        raise SceneError(f"there is no program {argv[0]!r} to read {shown(scene)} with", hint) from None
    except (OSError, ValueError) as error:
        hint = "name another with --set blender=/path/to/blender"
        raise SceneError(f"{argv[0]!r} cannot be started: {getattr(error, 'strerror', None) or error}", hint) from None


def _finished(argv: list[str], timeout: float, cancelled: Callable[[], bool]) -> CompletedProcess[bytes]:
    import subprocess

    pipe = subprocess.PIPE
    with subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe, start_new_session=True) as process:
        try:
            out, err = _said(process, timeout, cancelled)
        except BaseException:
            _kill(process)
            raise
    return subprocess.CompletedProcess(argv, process.returncode, out, err)


def _said(process: Popen[bytes], timeout: float, cancelled: Callable[[], bool]) -> Tuple[bytes, bytes]:
    """Return what a program says until its end; raises TimeoutExpired, and SceneError where nobody waits any more."""
    import subprocess

    end = time.monotonic() + timeout
    while not cancelled():
        try:
            return process.communicate(timeout=min(_LOOK, timeout))
        except subprocess.TimeoutExpired:
            if time.monotonic() >= end:
                raise
    raise SceneError("the scene was not read to its end", "open it again")


def _kill(process: Popen[bytes]) -> None:
    """Kill a program with all that it started: ``blender`` is often a script around the real one."""
    import os
    import signal

    if hasattr(os, "killpg"):
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()


def _complaint(done: CompletedProcess[bytes]) -> str:
    """Return what Blender or the wrapper said last, without the path that the sentence has already."""
    said = (done.stdout + b"\n" + done.stderr).decode("utf-8", "replace")
    lines: list[str] = re.findall(r"^(?:farmsubmit|Error): (.+)$", said, re.MULTILINE)
    if lines:
        return re.sub(r"^(Failed to read blend file|Cannot read file) '.*'[:,] ", "", lines[-1])
    if done.returncode < 0:
        return f"it crashed (signal {-done.returncode})"
    return f"it ended with exit code {done.returncode} and wrote no facts"


def _facts(result: Path, scene: Path) -> SceneFacts:
    import json

    try:
        document = json.loads(result.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise SceneError(f"what Blender wrote of {shown(scene)} is no JSON: {error}") from None
    return SceneFacts.from_json(document)
