"""Run the tests on every Python of 3.9 to 3.13 that this machine has.

The wheel is built from the source distribution, installed into an environment for each Python, and tested from a
copy of the tests that stands away from the checkout, so that nothing of the checkout can help it.

Three Pythons are tested beside each other, which starves a test now and then that waits for a window or a farm. So up
to three tests that fail are run once more when nothing else runs, and are named whatever comes of it.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Iterable

ROOT = Path(__file__).resolve().parent.parent
VERSIONS = ("3.9", "3.10", "3.11", "3.12", "3.13")
# The dialog is tested with every binding that a DCC may bring, each on a Python that has it.
BINDINGS = {
    "3.9": ("PySide6-Essentials", "pytest-qt"),
    "3.10": ("PySide2", "pytest-qt<4.5"),  # later ones know PySide2 no more
    "3.11": ("PyQt5", "pytest-qt"),
    "3.13": ("PySide6-Essentials", "pytest-qt"),
}
# The DCCs that bring such a binding and such a Python; the oldest and the newest Python test all DCCs.
HOSTS = {"3.10": ("dcc/maya", "dcc/nuke"), "3.11": ("dcc/katana",)}
# What starts programs many times takes most of the time; it runs where the dialog is not tested.
PROGRAMS = ("engines/test_local_*.py", "engines/test_follow.py", "core/test_*cli*.py", "wrappers/test_hosts.py")
# What is tested on the oldest and the newest Python, and is much the same between them.
ENDS_ONLY = ("engines/drqueue", "engines/puli", "engines/tractor", "scenes", "tasks", "compat")
FARM = "engines/slurm"
# Where another binding is tested, the core is not tested again.
CORE = ("core", "checks", "plugins", "engines", "wrappers", FARM, *ENDS_ONLY)
# These know more of our own classes than of a binding.
NEWEST_DIALOG = tuple(f"ui/test_{name}.py" for name in ("style", "session", "rows_model", "real_window", "screenshots"))
DCCS = ("dcc/blender", "dcc/katana", "dcc/maya", "dcc/nuke")
# More than these are no accident.
MOST_AGAIN = 3
# Blender has a Python of its own, and a farm does not care for ours: once is enough, of each where there is time.
BLENDER, SLURM = "not blender", "not slurm"


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="farmsubmit-test-", dir=folder_in_memory()) as folder:
        away = Path(folder)
        wheel = build_wheel(away)
        for name in ("tests", "bench", "docs"):
            shutil.copytree(ROOT / name, away / name, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "pyproject.toml", away)
        pythons = {version: found for version in VERSIONS if (found := find_python(version))}
        print(f"testing on Python {', '.join(pythons)}", flush=True)
        # Those that take longest begin first; a third one fills the time in which tests wait for programs.
        order = sorted(pythons, key=lambda version: version not in ends(pythons))
        with ThreadPoolExecutor(max_workers=3) as pool:
            results = list(pool.map(lambda version: test_on(version, pythons, wheel, away), order))
        results = [code and test_again(version, pythons, away) for version, code in zip(order, results)]
    failed = [version for version, code in zip(order, results) if code]
    print(f"{len(results) - len(failed)} passed, {len(failed)} failed {' '.join(failed)}", flush=True)
    return 1 if failed or not results else 0


def folder_in_memory() -> str | None:
    """Return a folder that is no disk, where there is room in one: queues and letters are written through each time."""
    memory = Path("/dev/shm")
    has_room = memory.is_dir() and shutil.disk_usage(memory).free > 4 << 30
    return str(memory) if has_room else None


def ends(pythons: Iterable[str]) -> tuple[str, str]:
    """Return the oldest and the newest Python: only these test what starts programs, and USD."""
    versions = list(pythons)
    return versions[0], versions[-1]


def build_wheel(away: Path) -> Path:
    """Build the source distribution, then the wheel from it, and return the wheel."""
    command = [sys.executable, "-m", "build", "--outdir", str(away / "dist"), str(ROOT)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return next((away / "dist").glob("*.whl"))


def find_python(version: str) -> str | None:
    """Return the interpreter of a version, on PATH or kept by pyenv."""
    kept = sorted((Path.home() / ".pyenv" / "versions").glob(f"{version}.*/bin/python"))
    for candidate in (shutil.which(f"python{version}"), *map(str, kept), sys.executable):
        if candidate and answers(candidate) == version:
            return candidate
    return None


def answers(python: str) -> str:
    code = "import sys, ensurepip; print('%d.%d' % sys.version_info[:2])"
    done = subprocess.run([python, "-c", code], capture_output=True, text=True, check=False)
    return done.stdout.strip()


def test_on(version: str, pythons: dict[str, str], wheel: Path, away: Path) -> int:
    """Install the wheel for one Python, run the tests, print what they said, and return the exit code."""
    python, whole = pythons[version], version in ends(pythons)
    started = time.monotonic()
    bin_dir = ROOT / ".venvs" / version / "bin"
    log = subprocess.run([python, "-m", "venv", "--clear", str(bin_dir.parent)], capture_output=True, check=False)
    if log.returncode == 0:
        log = pip(bin_dir, f"{wheel}[test]")
    if log.returncode == 0:
        if version in BINDINGS:
            pip(bin_dir, f"{wheel}[ui]", *BINDINGS[version])
        if whole:
            pip(bin_dir, f"{wheel}[stubs]")
            # Where this machine's kind has no usd-core, the tests of USD are skipped.
            pip(bin_dir, f"{wheel}[usd]")
        log = run_tests(bin_dir, version, away, options_for(version, pythons))
    text = (log.stdout or b"").decode(errors="replace") + (log.stderr or b"").decode(errors="replace")
    tail = text if log.returncode else "\n".join(text.splitlines()[-8:])
    print(f"--- Python {version}, {time.monotonic() - started:.0f} s\n{tail}", flush=True)
    return log.returncode


def options_for(version: str, pythons: dict[str, str]) -> list[str]:
    oldest, newest = ends(pythons)
    has_other = any(other not in BINDINGS for other in pythons)
    if version in (oldest, newest):
        left_out = [*PROGRAMS] if has_other and version in BINDINGS else []
    else:
        left_out = [*(CORE if version in BINDINGS else ENDS_ONLY)]
        left_out += [dcc for dcc in DCCS if dcc not in HOSTS.get(version, ())]
    if version not in BINDINGS:
        left_out.append("ui")
    elif version != newest:
        left_out += NEWEST_DIALOG
    has_farm = version not in BINDINGS if has_other else version == newest
    markers = ([] if version == newest else [BLENDER]) + ([] if has_farm else [SLURM])
    chosen = ["-m", " and ".join(markers)] if markers else []
    return [*chosen, *(f"--ignore-glob=tests/{name}" for name in left_out)]


def pip(bin_dir: Path, *what: str) -> subprocess.CompletedProcess[bytes]:
    command = [str(bin_dir / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *what]
    return subprocess.run(command, capture_output=True, check=False)


def test_again(version: str, pythons: dict[str, str], away: Path) -> int:
    """Run what failed once more, and return the exit code of that."""
    record = cache_of(version, away) / "v" / "cache" / "lastfailed"
    failed = sorted(json.loads(record.read_text(encoding="utf-8"))) if record.exists() else []
    if not 0 < len(failed) <= MOST_AGAIN:
        return 1
    bin_dir = ROOT / ".venvs" / version / "bin"
    done = run_tests(bin_dir, version, away, [*options_for(version, pythons), "--last-failed"])
    outcome = "UNSTEADY, passed when it ran alone" if done.returncode == 0 else "FAILED again when it ran alone"
    for name in failed:
        print(f"--- Python {version}: {outcome}: {name}", flush=True)
    return done.returncode


def cache_of(version: str, away: Path) -> Path:
    return away / f"cache-{version}"


def run_tests(bin_dir: Path, version: str, away: Path, options: list[str]) -> subprocess.CompletedProcess[bytes]:
    path = f"{bin_dir}{os.pathsep}{os.environ['PATH']}"
    command = [str(bin_dir / "python"), "-m", "pytest", "-q", "-o", f"cache_dir={cache_of(version, away)}"]
    command += ["--basetemp", str(away / f"tmp-{version}"), *options]
    environment = {**os.environ, "PATH": path, "QT_QPA_PLATFORM": "offscreen"}
    return subprocess.run(command, cwd=away, env=environment, capture_output=True, check=False)


if __name__ == "__main__":
    sys.exit(main())
