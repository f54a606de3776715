"""Read a USD scene, ``.usd``, ``.usda``, ``.usdc`` or ``.usdz``, by USD's own library, the optional package usd-core.

Source: the schemas of OpenUSD (UsdRender, UsdGeom). A USD scene holds no code.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Union

from farmsubmit.errors import MissingLibraryError, SceneError
from farmsubmit.scenes import existing_file, shown
from farmsubmit.scenes.facts import SceneFacts

if TYPE_CHECKING:
    from subprocess import CompletedProcess

TIMEOUT = 60.0
_INTERPRETERS = ("python", "mayapy", "hython", "pypy")


def read_usd(path: Union[str, Path], timeout: float = TIMEOUT) -> SceneFacts:
    """Return the facts of a USD scene with all its payloads.

    ``frames`` are its time codes and ``fps`` the time codes of a second. ``outputs`` are its render products: enabled
    are those of the render settings that the stage names, or of the first ones in it. ``references`` are all layers
    that it is made of. USD reads it in a process of its own, for at most ``timeout`` seconds: a damaged binary file may
    crash it; only inside a DCC, which is no Python to start, it is this one. Raises SceneError for a file that is
    missing or that USD cannot open, and MissingLibraryError without usd-core.
    """
    import sys
    from importlib.util import find_spec

    scene = existing_file(Path(path)).absolute()
    if find_spec("pxr") is None:
        raise MissingLibraryError("usd-core", "reading USD")
    python = sys.executable or ""
    if not Path(python).stem.lower().startswith(_INTERPRETERS):
        from farmsubmit.scenes.usd.stage import stage_facts

        return stage_facts(scene)
    with tempfile.TemporaryDirectory(prefix="farmsubmit-") as folder:
        result = Path(folder, "facts.json")
        done = _run([python, "-m", "farmsubmit.scenes.usd.stage", str(scene), str(result)], scene, timeout)
        return _facts(result, scene, done)


def _run(argv: list[str], scene: Path, timeout: float) -> CompletedProcess[bytes]:
    import os
    import subprocess
    import sys

    # The other Python finds what this one finds, and nothing in its working folder.
    known = os.pathsep.join(str(Path(folder).absolute()) for folder in sys.path)
    environment = {**os.environ, "PYTHONPATH": known}
    try:
        return subprocess.run(
            argv, capture_output=True, check=False, cwd=Path(argv[-1]).parent, env=environment, timeout=timeout
        )
    except subprocess.TimeoutExpired:
        raise SceneError(f"USD did not read {shown(scene)} within {timeout:g} seconds") from None
    except OSError as error:
        raise SceneError(f"{argv[0]!r} cannot be started to read {shown(scene)}: {error.strerror}") from None


def _facts(result: Path, scene: Path, done: CompletedProcess[bytes]) -> SceneFacts:
    import json

    if done.returncode < 0:
        raise SceneError(f"USD crashed while it read {shown(scene)} (signal {-done.returncode})")
    if done.returncode or not result.is_file():
        last = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
        raise SceneError(f"USD cannot read {shown(scene)}: {''.join(last) or 'it does not say why'}")
    said = json.loads(result.read_text("utf-8"))
    if "problem" in said:
        raise SceneError(said["problem"])
    return SceneFacts.from_json(said["facts"])
