"""A Maya that starts with nothing but MAYA_MODULE_PATH, a bare folder and its own Qt: from the click to the farm."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import farmsubmit
from farmsubmit import files

from .conftest import FAKE, HERE, SCENES

LIBRARIES = ("jinja2", "markupsafe", "platformdirs", "qtpy", "packaging", "tomli")
QT = ("PySide6", "shiboken6")
# Only looked for: the tests of the dialog may run in this process with another binding.
HAS_QT = all(importlib.util.find_spec(name) for name in QT)
pytestmark = pytest.mark.skipif(os.name == "nt" or not HAS_QT, reason="needs PySide6, links and a shell script")


def link(folder, names):
    folder.mkdir()
    for name in names:
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.origin is not None:
            (folder / name).symlink_to(Path(spec.origin).parent)


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    """A folder as it stands on a server: core, dialog, what Maya loads, and libraries; no pip has seen it."""
    root = tmp_path_factory.mktemp("bare")
    (root / "farmsubmit").symlink_to(Path(farmsubmit.__file__).parent)
    link(root / "ui", ["farmsubmit_ui"])
    link(root / "libraries", LIBRARIES)
    shutil.copytree(files.shipped("dcc", "maya"), root / "dcc" / "maya")
    return root


@pytest.fixture(scope="module")
def told(bare, tmp_path_factory):
    """What came of one session in Maya."""
    work = tmp_path_factory.mktemp("work")
    link(work / "qt", QT)
    (work / "jobs").mkdir()
    shutil.copytree(SCENES, work / "project")
    render = work / "Render"
    render.write_text(f'#!/bin/sh\necho "$@" >> "{work}/rendered"\n')
    render.chmod(0o755)
    environment = {
        "MAYA_MODULE_PATH": str(bare / "dcc" / "maya"),
        "FARMSUBMIT_HOME": str(work / "home"),
        "FARMSUBMIT_MAYA_RENDER": str(render),
        "FARMSUBMIT_MOVIE": "no",
        "QT_QPA_PLATFORM": "offscreen",
        "XDG_RUNTIME_DIR": str(work),
        "PATH": os.environ["PATH"],
        "HOME": str(work),
    }
    arguments = [str(FAKE), str(work / "qt"), str(work / "project"), str(work / "jobs")]
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-B", str(HERE / "in_maya.py"), *arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    rendered = work / "rendered"
    return {**found, "work": work, "stderr": done.stderr, "rendered": rendered.read_text() if rendered.exists() else ""}


def test_starting_maya_imports_neither_core_nor_dialog(told):
    assert told["imported at the start"] == []
    assert told["told at the start"] == []


def test_the_menus_are_there(told):
    assert told["menus"] == ["Submit to Farm…", "Submit Now", "Submit to Farm…"]


def test_the_click_opens_the_dialog_over_the_main_window_in_mayas_own_qt(told):
    assert told["parent"] == "MayaWindow"
    assert told["title"].startswith("render_setup.ma")
    assert told["binding"] == "PySide6"


def test_dialog_headless_and_command_line_make_the_same_job(told):
    dialog, headless, command_line = told["jobs"]
    assert "render_setup" in dialog
    assert dialog == headless == command_line


def test_a_changed_field_arrives_in_the_folder(told):
    (job,) = told["folder"]
    assert "-priority {77" in job or "-priority 77" in job


def test_the_local_engine_renders_each_layer_of_the_scene(told):
    assert told["local"] == "done"
    # Five frames a task: the first layer has 26 of them by its overrides, the last one the scene's 10.
    assert (told["rendered"].count("-rl first"), told["rendered"].count("-rl last")) == (6, 2)
    assert "-rl mid" not in told["rendered"]


def test_there_is_one_window_that_follows_the_scene_while_it_is_open(told):
    assert told["windows"] == 1
    assert told["after saving"] == 77
    assert len(told["after a new scene"]) == 1 and "never saved" in told["after a new scene"][0]
    assert told["script jobs"] == 3


def test_changes_are_asked_about_and_a_copy_leaves_the_scene_alone(told):
    assert told["windows after cancel"] == 0
    assert Path(told["copy"]).name.startswith("plain.farm-") and Path(told["copy"]).is_file()


def test_a_copy_is_called_after_the_scene_and_its_job_is_that_without_the_dialog(told):
    path, title, window = told["scene of the copy"]
    assert (Path(path).name, title, window[:8]) == ("plain.ma", "plain", "plain.ma")
    dialog, headless = (re.sub(r"\.farm-[\d-]+", ".farm-DATE", job) for job in told["jobs of the copy"])
    assert ".farm-DATE" in dialog and dialog == headless


def test_a_copy_stays_in_the_dialog_until_a_person_chooses_or_saves(told):
    assert told["after another copy"] == told["copy"]
    assert told["after cancel"] == [told["copy"], False]
    assert "unsaved-scene" in told["as saved"]
    path, priority = told["after it was saved"]
    assert (Path(path).name, priority) == ("plain.ma", 55)


def test_nothing_is_asked_that_maya_does_not_know_and_nothing_comes_from_elsewhere(told):
    assert told["refused"] == []
    assert told["from elsewhere"] == []
    assert "Traceback" not in told["stderr"]
