"""The add-on as it is installed, beside a bare folder, and one run of it in a real Blender for the tests to look at."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import MappingProxyType
from typing import Any, Iterator, Mapping, NamedTuple

import pytest

import farmsubmit
from farmsubmit import files

HERE = Path(__file__).parent
LIBRARIES = ("jinja2", "markupsafe", "platformdirs", "qtpy", "packaging", "tomli")
# Blender as a Python module: Pythons with bpy, with a path separator between them.
HOSTS = ["blender", *filter(None, os.environ.get("FARMSUBMIT_TEST_BPY", "").split(os.pathsep))]
FOLDERS = ("shots", "panel", "headless", "cli", "copy", "as_saved", "save")


class Run(NamedTuple):
    """What a Blender told, and the folder that it worked in."""

    host: str
    told: Any
    folder: Path

    @property
    def is_program(self) -> bool:
        return self.host == "blender"

    def job(self, name: str) -> bytes:
        (path,) = (self.folder / name).iterdir()
        return path.read_bytes()


@pytest.fixture(scope="session")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bare folder: the core, the dialog, and the libraries of both; nothing else of this Python."""
    root = tmp_path_factory.mktemp("bare")
    (root / "ui").mkdir()
    (root / "libraries").mkdir()
    (root / "farmsubmit").symlink_to(Path(farmsubmit.__file__).parent)
    for home, name in [("ui", "farmsubmit_ui"), *(("libraries", name) for name in LIBRARIES)]:
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.origin is not None:
            (root / home / name).symlink_to(Path(spec.origin).parent)
    return root


@pytest.fixture(scope="session")
def scripts(bare: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Blender's folder of user scripts with the add-on in it."""
    folder = tmp_path_factory.mktemp("scripts")
    addon = folder / "addons" / "farmsubmit_blender"
    shutil.copytree(files.shipped("dcc", "blender", "farmsubmit_blender"), addon)
    (addon / "farmsubmit_root.txt").write_text(f"{bare}\n")
    return folder


@pytest.fixture(scope="module", params=HOSTS)
def run(request: Any, scripts: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """One run of inside.py, and the facts that another Blender reads of the same files."""
    if shutil.which(request.param) is None:
        pytest.skip("there is no Blender on this machine")
    folder = tmp_path_factory.mktemp("work é")
    for name in FOLDERS:
        (folder / name).mkdir()
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("FARMSUBMIT_")]:
            patch.delenv(name)
        patch.setenv("FARMSUBMIT_HOME", str(folder / "home"))
        patch.setenv("FARMSUBMIT_MOVIE", "no")
        patch.setenv("QT_QPA_PLATFORM", "offscreen")
        steps = [*(["local"] if request.param == "blender" else []), *(["dialog"] if has_qt() else [])]
        start(
            request.param, "inside.py", *steps, str(folder), sys.executable, env={"BLENDER_USER_SCRIPTS": str(scripts)}
        )
        start(request.param, "from_files.py", str(folder), str(files.shipped("wrappers")))
        yield Run(request.param, json.loads((folder / "told.json").read_text()), folder)


def has_qt() -> bool:
    names = ("qtpy", "farmsubmit_ui", "PySide6")
    return all(importlib.util.find_spec(name) is not None for name in names)


def start(host: str, script: str, *words: str, env: Mapping[str, str] = MappingProxyType({})) -> None:
    """Run a script of this folder in Blender with nothing but its own variables."""
    options = ["-b", "-Y", "--factory-startup", "--python-exit-code", "1", "-P"] if host == "blender" else []
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "BLENDER"))}
    done = subprocess.run(
        [host, *options, str(HERE / script), "--", *words],
        env={**clean, **env},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
