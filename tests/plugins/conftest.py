from __future__ import annotations

import importlib.metadata
import os
from textwrap import dedent

import pytest

from farmsubmit.plugins import load_catalogue
from farmsubmit.settings import SETTINGS


class Studio:
    """Plug-in folders of one test, on the setting plugin_path in the order in which they were made."""

    def __init__(self, root, monkeypatch):
        self.root, self._monkeypatch = root, monkeypatch
        self.folders = []

    def folder(self, name):
        path = self.root / name
        if path not in self.folders:
            path.mkdir()
            self.folders.append(path)
            self._monkeypatch.setenv("FARMSUBMIT_PLUGIN_PATH", os.pathsep.join(map(str, self.folders)))
        return path

    def write(self, name, text):
        """Write ``folder/file.py``; the file is dated later each time, however quick the test is."""
        folder, _, file = name.partition("/")
        path = self.folder(folder) / file
        before = path.stat().st_mtime_ns if path.exists() else 0
        path.parent.mkdir(exist_ok=True)
        path.write_text(dedent(text))
        if before:
            os.utime(path, ns=(before + 1_000_000, before + 1_000_000))
        return path

    def task(self, name, title, more=""):
        return self.write(name, f"class {title}:\n    plugin_kind = 'task'\n{more}")

    def problems(self):
        """The problems of this test's folders."""
        return [problem for problem in load_catalogue().problems if self.root in problem.path.parents]


@pytest.fixture
def studio(tmp_path, monkeypatch):
    monkeypatch.setenv("FARMSUBMIT_HOME", str(tmp_path / "home"))
    for name in (*SETTINGS, "configuration_path"):
        monkeypatch.delenv(f"FARMSUBMIT_{name.upper()}", raising=False)
    monkeypatch.delenv("JOBTRONAUT_CONFIGURATION_PATH", raising=False)
    return Studio(tmp_path, monkeypatch)


@pytest.fixture
def entry_points(monkeypatch):
    """Return a function that lets an installed package name modules as entry points."""

    class Group(list):
        def select(self, group):
            return self if group == "farmsubmit.plugins" else []

    def name(**modules):
        made = [importlib.metadata.EntryPoint(name, value, "farmsubmit.plugins") for name, value in modules.items()]
        monkeypatch.setattr(importlib.metadata, "entry_points", lambda: Group(made))

    return name
