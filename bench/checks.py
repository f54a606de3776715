"""Checks of a scene that needs 2,000 files, against os.path.exists, on this disk and on one that answers slowly."""

from __future__ import annotations

import os
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Callable, Iterator
from unittest import mock

from _report import report, timed

from farmsubmit import author
from farmsubmit.checks import check
from farmsubmit.checks.existence import look_up
from farmsubmit.scenes.facts import Camera, FrameRange, NeededFile, Output, SceneFacts

FILES = 2_000
#: Seconds that a file server takes for an answer: one millisecond is a usual one on a busy network.
ANSWER = 0.001
LIMIT = 0.5


def scene(folder: Path, folders: int) -> SceneFacts:
    """Return facts that need FILES files in so many folders; every tenth is not there."""
    needed = []
    for number in range(FILES):
        path = folder / f"{folders}" / f"asset{number % folders}" / f"texture{number}.tx"
        if number % 10:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
        needed.append(NeededFile(str(path), f"file{number}", "ftn", "image"))
    output = Output("beauty", file="/show/out/beauty.####.exr")
    return SceneFacts(
        "maya",
        "/show/shot.ma",
        frames=FrameRange(1, 100),
        cameras=(Camera("shotCam"),),
        outputs=(output,),
        files=tuple(needed),
    )


def job(facts: SceneFacts) -> author.Job:
    made = author.Job(title="shot", service="MayaRender")
    made.newDirMap("/show", "X:/show", "UNC")
    for first in range(1, 101, 5):
        argv = ["Render", "-s", str(first), "-e", str(first + 4), f"%D({facts.path})"]
        made.newTask(title=f"{first}-{first + 4}", argv=argv, service="MayaRender")
    return made


@contextmanager
def slow_disk() -> Iterator[None]:
    """Let each look at a file and each listing of a folder take ANSWER longer."""

    def slowed(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            time.sleep(ANSWER)
            return function(*args, **kwargs)

        return call

    with mock.patch.object(os, "stat", slowed(os.stat)), mock.patch.object(os, "scandir", slowed(os.scandir)):
        yield


def one_by_one(facts: SceneFacts) -> int:
    return sum(os.path.exists(file.path) for file in facts.files)  # noqa: PTH110


def main() -> None:
    check()  # the plug-ins are loaded once in a process
    with tempfile.TemporaryDirectory() as made:
        for folders in (20, 200, FILES):
            measure(scene(Path(made), folders), f"{FILES:,} files in {folders:,} folders")


def measure(facts: SceneFacts, what: str) -> None:
    ours = job(facts)
    missing = sum(state.exists is False for state in look_up(facts.files, lambda: False))
    assert missing == FILES - one_by_one(facts) == FILES / 10
    plain = timed(lambda: one_by_one(facts))
    report(f"check, {what}", timed(lambda: check(ours, facts)), "s", LIMIT, f"os.path.exists {plain:.3f} s")
    with slow_disk():
        plain = timed(lambda: one_by_one(facts), 1)
        slow = timed(lambda: check(ours, facts), 1)
    report(f"the same, {ANSWER * 1000:g} ms an answer", slow, "s", LIMIT, f"os.path.exists {plain:.3f} s")


if __name__ == "__main__":
    main()
