"""The demonstration: the main job, end to end, on this machine."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Optional

from farmsubmit import files
from farmsubmit.author.elements import Job
from farmsubmit.cli import show
from farmsubmit.cli.follow import follow
from farmsubmit.errors import FarmsubmitError, JobFailed
from farmsubmit.formats.preview import preview
from farmsubmit.scenes import SceneFacts, read_scene
from farmsubmit.submission import Submission
from farmsubmit.tasks.build import build

_CHUNK = 3


def run_demo(folder: Path, settings: Any) -> int:
    """Make a scene, read it, build its job, show it, run it, and say where the frames are.

    Without Blender a job of ordinary commands takes the scene's place. Returns the exit code.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FarmsubmitError(f"{folder} cannot be made: {error.strerror or error}") from None
    folder = folder.resolve()
    if shutil.which(settings["blender"]) is None:
        show.say(f"Blender is missing: {settings['blender']!r} is not on PATH, so ordinary commands run instead.")
        return _run(_ordinary_job(folder), None, folder, settings)
    scene = _make_scene(folder, settings["blender"])
    show.say(f"1. a scene            {scene}")
    facts = read_scene(str(scene), blender=settings["blender"])
    frames = facts.frames
    said = f"{frames.first}-{frames.last}" if frames else "?"
    show.say(f"2. read by Blender    frames {said}, {facts.renderer}, {facts.outputs[0].file}")
    job = build(facts, chunk=_CHUNK, settings=settings, comment="made by farmsubmit demo")
    return _run(job, facts, folder, settings)


def _make_scene(folder: Path, blender: str) -> Path:
    scene = folder / "demo.blend"
    maker = files.shipped("resources", "demo", "make_scene.py")
    argv = [blender, "-b", "--factory-startup", "--python-exit-code", "1", "-P", str(maker), "--", str(scene)]
    done = subprocess.run(argv, capture_output=True, text=True, errors="replace", check=False)
    if done.returncode or not scene.exists():
        said = (done.stdout + done.stderr).strip().splitlines()[-1:]
        raise JobFailed(f"Blender could not make the demo scene: {' '.join(said)}")
    return scene


def _ordinary_job(folder: Path) -> Job:
    """Return a job of commands that every machine has: eight small tasks, then one that gathers them."""
    job = Job(title="demo of ordinary commands", service="Python")
    write = "import sys; open(sys.argv[1], 'w').write('frame ' + sys.argv[2] + chr(10))"
    gather = "import sys; print(''.join(open(name).read() for name in sys.argv[1:]))"
    names = [str(folder / f"frame.{number:04d}.txt") for number in range(1, 9)]
    parent = job.newTask(title="gather", argv=[sys.executable, "-c", gather, *names], service="Python")
    for number, name in enumerate(names, 1):
        parent.newTask(title=f"frame {number}", argv=[sys.executable, "-c", write, name, str(number)], service="Python")
    return job


def _run(job: Job, facts: Optional[SceneFacts], folder: Path, settings: Any) -> int:
    show.say("3. the job, before it is sent:")
    for line in preview(job, "tree").rstrip("\n").splitlines():
        show.say("   " + line)
    way = Submission(job, "local:", facts=facts, settings=settings)
    try:
        way.prepare()
    finally:
        for problem in way.problems:
            show.say(f"   {problem}")
    count = len(way.problems)
    show.say(f"4. checked            {count or 'no'} problem{'' if count == 1 else 's'}")
    ticket = way.send().ticket
    show.say(f"5. spooled            job {ticket.jid} of {ticket.engine}")
    code = follow(way.engine, ticket.jid)
    if code == 0:
        _tell_results(folder)
    return code


def _tell_results(folder: Path) -> None:
    frames = sorted([*folder.rglob("*.png"), *folder.glob("frame.*.txt")])
    count = f"6. {len(frames)} frames"
    show.say(f"{count:<21} {frames[0].parent if frames else folder}")
    for movie in sorted(folder.rglob("*.mp4")):
        show.say(f"   a movie            {movie}")
