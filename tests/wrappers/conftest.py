from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Dict, Optional

import pytest

from farmsubmit import files

HERE = Path(__file__).parent
FUNCTIONS, FAKES = HERE / "functions", HERE / "fakes"
Done = subprocess.CompletedProcess


class Hosts:
    """Starts wrappers in hosts, real or faked; the result file is in a folder that does not exist yet."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.result = folder / "résults of 木" / "1.json"
        self.wrappers = files.shipped("wrappers")

    def word(self, call: str, what: Optional[Dict[str, Any]] = None, once: bool = False, **paths: Any) -> str:
        head = {"farmsubmit": 1, "call": f"jobs:{call}" if ":" not in call else call, "with": what or {}, "once": once}
        named = {"python": FUNCTIONS, "result": self.result, **paths}
        return "".join([json.dumps(head), *(f"|{name}={path}" for name, path in named.items() if path)])

    def read(self) -> Any:
        return json.loads(self.result.read_text("utf-8"))

    def plain(self, word: str, **env: str) -> Done[str]:
        return self._host("plain", str(self.wrappers), word, **env)

    def call(self, name: str, what: Optional[Dict[str, Any]] = None, **env: str) -> Done[str]:
        return self.plain(self.word(name, what), **env)

    def mayapy(self, word: str, **env: str) -> Done[str]:
        return self._start(sys.executable, str(self.wrappers / "mayascript.py"), word, **env)

    def maya(self, word: str, script: str = "", **env: str) -> Done[str]:
        return self._host("maya", "-batch", "-script", script or str(self.wrappers / "mayascript.mel"), word, **env)

    def nuke(self, *words: str, **env: str) -> Done[str]:
        return self._host("nuke", "-t", str(self.wrappers / "nukescript.py"), *words, **env)

    def katana(self, word: str, **env: str) -> Done[str]:
        return self._host("katana", "--script", str(self.wrappers / "katanascript.py"), word, **env)

    def blender(self, *words: str) -> Done[str]:
        blender = shutil.which("blender")
        if blender is None:
            pytest.skip("there is no Blender on this machine")
        script = str(self.wrappers / "blenderscript.py")
        start = (blender, "-b", "--factory-startup", "--python-exit-code", "1", "-P", script, "--", "run")
        return self._start(*start, *words)

    def _host(self, name: str, *words: str, **env: str) -> Done[str]:
        return self._start(sys.executable, str(FAKES / "hosts.py"), name, *words, **env)

    def _start(self, *argv: str, **env: str) -> Done[str]:
        # With PYTHONUNBUFFERED nothing would be held back, in C neither.
        settings = {"PYTHONPATH": str(FAKES), "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1", "PYTHONUNBUFFERED": ""}
        env = {**os.environ, **settings, **env}
        return subprocess.run(
            argv, capture_output=True, encoding="utf-8", timeout=120, check=False, cwd=self.folder, env=env
        )


@pytest.fixture
def hosts(tmp_path: Path) -> Hosts:
    return Hosts(tmp_path)
