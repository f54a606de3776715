"""The tool that takes pictures of the dialog: it runs, and what it takes is a picture of something."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from qtpy import API_NAME
from qtpy.QtGui import QImage

pytestmark = pytest.mark.skipif(API_NAME != "PySide6", reason="the pictures are taken with PySide6")

TOOL = Path(__file__).with_name("screenshots.py")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Two pictures at a small size, taken in a process of its own."""
    folder = tmp_path_factory.mktemp("shots")
    ui = TOOL.parents[2] / "ui"
    path = os.pathsep.join(map(str, (ui, ui.parent, *filter(None, [os.environ.get("PYTHONPATH", "")]))))
    command = [sys.executable, str(TOOL), str(folder), "--style", "light", "--size", "1000x600"]
    wanted = ["--only", "empty", "--only", "maya"]
    subprocess.run(
        [*command, *wanted], check=True, capture_output=True, timeout=120, env={**os.environ, "PYTHONPATH": path}
    )
    return folder


def colours(image):
    return {image.pixel(x, y) for x in range(0, image.width(), 3) for y in range(0, image.height(), 3)}


@pytest.mark.parametrize(("name", "fewest"), [("empty", 20), ("maya", 100)])
def test_a_picture_has_its_size_and_is_not_blank(folder, name, fewest):
    image = QImage(str(folder / f"{name}-light-1000x600.png"))
    assert (image.width(), image.height()) == (1000, 600)
    assert len(colours(image)) > fewest


def test_a_size_may_name_the_scale_of_the_screen(monkeypatch):
    monkeypatch.syspath_prepend(str(TOOL.parent))
    from screenshots import Size

    assert Size.parse("1440x900@2") == (1440, 900, 2) and str(Size(1280, 720)) == "1280x720"
