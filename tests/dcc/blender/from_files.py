"""Runs inside Blender and reads each scene's file as ``farmsubmit inspect`` does: ``-- FOLDER WRAPPERS``."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

import bpy

folder, wrappers = Path(sys.argv[-2]), sys.argv[-1]
sys.path.append(wrappers)
blenderfacts = import_module("blenderfacts")

for path in sorted(folder.glob("*.blend")):
    bpy.ops.wm.open_mainfile(filepath=str(path))
    blenderfacts.write_facts(str(path.with_suffix(".file.json")))
