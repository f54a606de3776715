"""From NUKE_PATH alone, with a bare folder and no pip, to jobs in a folder and in the local queue."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Iterable

import pytest

import farmsubmit
from farmsubmit import files

pytest.importorskip("qtpy")
HERE = Path(__file__).resolve().parent
LIBRARIES = ("qtpy", "packaging", "jinja2", "markupsafe", "platformdirs", "tomli", "typing_extensions")
BINDINGS = ("PySide6", "shiboken6", "PySide2", "shiboken2", "PyQt5")


def bare_folder(home: Path) -> Path:
    """Return a copy of farmsubmit as a server has it, the libraries linked."""
    import farmsubmit_ui

    skipped = shutil.ignore_patterns("__pycache__", "dcc")
    shutil.copytree(Path(farmsubmit.__file__).parent, home / "farmsubmit", ignore=skipped)
    shutil.copytree(Path(farmsubmit_ui.__file__).parent, home / "ui" / "farmsubmit_ui", ignore=skipped)
    shutil.copytree(files.shipped("dcc", "nuke"), home / "dcc" / "nuke", ignore=skipped)
    for name in ("wrappers", "resources"):
        if not (home / "farmsubmit" / name).is_dir():
            shutil.copytree(files.shipped(name), home / name, ignore=skipped)
    link(LIBRARIES, home / "libraries")
    return home


def link(names: Iterable[str], folder: Path) -> Path:
    folder.mkdir(parents=True)
    for name in names:
        spec = find_spec(name)
        if spec is not None and spec.origin:
            origin = Path(spec.origin)
            source = origin.parent if origin.name == "__init__.py" else origin
            (folder / source.name).symlink_to(source)
    return folder


def program(folder: Path, writes: Path) -> Path:
    """Make a Nuke that writes down what it was asked to render."""
    folder.mkdir()
    path = folder / "nuke"
    path.write_text(f'#!/bin/sh\necho "$@" >> "{writes}"\n')
    path.chmod(0o755)
    return folder


@pytest.mark.skipif(sys.platform == "win32", reason="links, and a program that is a shell script")
def test_from_the_menu_to_a_folder_and_the_local_queue(tmp_path):
    core = bare_folder(tmp_path / "server")
    scene = tmp_path / "sh010.nk"
    shutil.copy(HERE / "scenes" / "plain.nk", scene)
    (tmp_path / "sent").mkdir()
    rendered = tmp_path / "rendered"
    environment = {
        "NUKE_PATH": str(core / "dcc" / "nuke"),
        "HOME": str(tmp_path / "home"),
        "PATH": f"{program(tmp_path / 'bin', rendered)}{os.pathsep}{os.defpath}",
        "QT_QPA_PLATFORM": "offscreen",
        "XDG_RUNTIME_DIR": str(tmp_path),
    }
    qt = link(BINDINGS, tmp_path / "qt")
    words = ["-I", "-S", HERE / "as_nuke.py", core, HERE / "fake", qt, scene, tmp_path / "sent"]
    done = subprocess.run(
        [sys.executable, *map(str, words)], env=environment, capture_output=True, text=True, timeout=90, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    first, second, loaded = done.stdout.split()
    assert (first, second) == (f"folder:{tmp_path / 'sent'}", "local:")
    assert Path(loaded) == core / "farmsubmit"
    job = next((tmp_path / "sent").rglob("*.alf")).read_text()
    assert "-priority {42.0}" in job
    assert "1001-1002" in lines_of(rendered)
    assert str(scene) in lines_of(rendered)


def lines_of(path: Path) -> str:
    """Return what a file says, which the local queue may write a moment later."""
    end = time.monotonic() + 20
    while not path.is_file() and time.monotonic() < end:
        time.sleep(0.02)
    return path.read_text()
