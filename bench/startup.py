"""What it costs to start: importing farmsubmit beside bare Python, ``farmsubmit --help``, and loading the settings."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from _report import report, timed

from farmsubmit.settings import load_settings

ROUNDS = 15
SETTINGS = """chunk = 3
tags = ["a", "b"]
dirmaps = ["X:/=/mnt/x@NFS", "Y:/=/mnt/y@NFS"]
environment_set = {OCIO = "/show/config.ocio"}
[dcc.maya]
chunk = 4
"""
POLICY = """[policy.priority]
max = 90
[policy.chunk]
lock = true
when = {dcc = ["nuke"], group = ["artists"]}
"""


def once(argv: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(argv, stdout=subprocess.DEVNULL, check=True)
    return 1000 * (time.perf_counter() - start)


def main() -> None:
    python = sys.executable
    commands = {
        "bare": [python, "-c", "pass"],
        "import": [python, "-c", "import farmsubmit"],
        "author": [python, "-c", "import farmsubmit.author"],
        "help": [python, "-m", "farmsubmit", "--help"],
    }
    # In turn, so that a slow moment of the machine meets all of them.
    times: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(ROUNDS):
        for name, argv in commands.items():
            times[name].append(once(argv))
    median = {name: statistics.median(values) for name, values in times.items()}
    report("bare Python", median["bare"], "ms")
    report("import farmsubmit, over bare Python", median["import"] - median["bare"], "ms", 40)
    report("import farmsubmit.author, over bare Python", median["author"] - median["bare"], "ms")
    report("farmsubmit --help", median["help"], "ms", 150)
    with tempfile.TemporaryDirectory() as folder:
        settings(Path(folder))


def settings(folder: Path) -> None:
    for name in [name for name in os.environ if name.startswith(("FARMSUBMIT_", "JOBTRONAUT_"))]:
        del os.environ[name]
    os.environ["FARMSUBMIT_HOME"] = str(folder)
    report("load_settings() without files", 1000 * timed(load_settings, ROUNDS), "ms", 1)
    files = {"site/settings.toml": SETTINGS + POLICY, "show/farmsubmit.toml": SETTINGS + POLICY}
    for name, text in {**files, "config/settings.toml": SETTINGS}.items():
        path = folder / name
        path.parent.mkdir()
        path.write_text(text)
    os.environ["FARMSUBMIT_SITE"] = str(folder / "site")
    scene = folder / "show" / "seq" / "sh010" / "a.ma"
    report("load_settings() the first time, with 3 files", 1000 * timed(lambda: load_settings(scene=scene), 1), "ms")
    report("load_settings() with 3 files", 1000 * timed(lambda: load_settings(scene=scene), ROUNDS), "ms", 5)


if __name__ == "__main__":
    main()
