"""What the pictures show: a Maya scene, a Nuke script, a large job, and an engine that stands as a picture needs it."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar, Dict, List, Sequence

from farmsubmit.author.elements import Job, Task
from farmsubmit.author.tree import walk
from farmsubmit.engines.base import (
    ACTIONS,
    ACTIVE,
    BLOCKED,
    DONE,
    ERROR,
    Capabilities,
    Dropped,
    Engine,
    JobStatus,
    Known,
    SpoolInfo,
    TaskStatus,
    Ticket,
    Translation,
)
from farmsubmit.errors import EngineUnreachable
from farmsubmit.lang.servicekey import Blade

URL = "demo://farm-engine:80"
LAYERS = ("beauty", "fx_smoke", "mattes", "turntable")
WRITES = (
    *("beauty", "denoise", "cryptomatte_object", "cryptomatte_material", "depth", "motion", "position", "normals"),
    *("precomp_smoke", "slate", "delivery_dnxhd", "review_h264"),
)
_LOG = """\
14:02:11 {blade} try 2 of 3 pid 40112
00:00:02 1204MB | loading texture /shows/demo/sq02/tex/wall_1001.tx
00:00:09 3410MB | 30% done - 512 rays/pixel
00:00:11 3412MB ERROR | [texturesys] could not open "/shows/demo/sq02/tex/wall_1032.tx": No such file or directory
00:00:11 3412MB ERROR | render terminating early: missing texture
# exit code 211
"""


# --- scenes


def maya_scene(folder: Path) -> Path:
    """Write a Maya scene of four layers, the last one off, with 61 files of which two are missing."""
    textures = folder / "tex"
    textures.mkdir(parents=True, exist_ok=True)
    names = [f"wall_{1001 + number}.tx" for number in range(61)]
    for name in names[:-2]:
        (textures / name).write_bytes(b"texture")
    path = folder / "lighting" / "scenes" / "sq02_sh010_lighting_v012.ma"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        '//Maya ASCII 2026 scene\nrequires maya "2026";\nrequires "mtoa" "5.5.0";\ncurrentUnit -t film;\n'
        + 'createNode transform -n "shotCam";\ncreateNode camera -n "shotCamShape" -p "shotCam";\n'
        + "".join(_file_node(number, textures / name) for number, name in enumerate(names))
        + "".join(_layer(name, name != LAYERS[-1]) for name in LAYERS)
        + _globals(folder / "images")
    )
    return path


def _file_node(number: int, path: Path) -> str:
    return f'createNode file -n "file{number}";\n\tsetAttr ".ftn" -type "string" "{path.as_posix()}";\n'


def _layer(name: str, on: bool) -> str:
    twin = f'createNode renderLayer -n "rs_{name}";\n\tsetAttr ".rndr" {"yes" if on else "no"};\n'
    return f'createNode renderSetupLayer -n "{name}";\n{twin}connectAttr "rs_{name}.msg" "{name}.lrl";\n'


def _globals(images: Path) -> str:
    return (
        'select -ne :defaultRenderGlobals;\n\tsetAttr ".ren" -type "string" "arnold";\n\tsetAttr ".an" yes;\n'
        '\tsetAttr ".fs" 1001;\n\tsetAttr ".ef" 1100;\n\tsetAttr ".pff" yes;\n\tsetAttr ".ep" 4;\n'
        f'\tsetAttr ".ifp" -type "string" "{images.as_posix()}/<RenderLayer>/<RenderLayer>";\n'
    )


def nuke_script(folder: Path) -> Path:
    """Write a Nuke script with twelve Write nodes, two of which are disabled."""
    path = folder / "comp" / "sq02_sh010_comp_v031.nk"
    path.parent.mkdir(parents=True, exist_ok=True)
    plate = (folder / "images" / "beauty" / "beauty.####.exr").as_posix()
    head = (
        "version 16.0 v2\nRoot {\n first_frame 1001\n last_frame 1100\n fps 24\n"
        ' format "2048 1152 0 0 2048 1152 1 "\n}\n'
        f"Read {{\n file {plate}\n first 1001\n last 1100\n name Read1\n}}\n"
    )
    path.write_text(head + "".join(_write(folder, number, name) for number, name in enumerate(WRITES)))
    return path


def _write(folder: Path, number: int, name: str) -> str:
    file = (folder / "comp" / name / f"{name}.####.exr").as_posix()
    disabled = " disable true\n" if name in ("slate", "motion") else ""
    return f"push 0\nWrite {{\n file {file}\n file_type exr\n render_order {number}\n{disabled} name Write_{name}\n}}\n"


def large_job(tasks: int = 100_000) -> Job:
    """Return a job of so many tasks in groups of a hundred, and a movie over each group."""
    job = Job(title="sq02 all shots", priority=50, service="PixarRender")
    for group in range(tasks // 101):
        shot = job.newTask(title=f"sh{10 * (group + 1):04} movie", argv=["ffmpeg", "-i", "in.exr"], service="ffmpeg")
        for frame in range(100):
            argv = ["Render", "-s", str(1001 + frame), "-e", str(1001 + frame), f"/shows/demo/sh{10 * (group + 1)}.ma"]
            shot.newTask(title=f"frame {1001 + frame}", argv=argv)
    return job


# --- an engine


class DemoEngine(Engine):
    """An engine of tests: jobs stay in this process, and stand as the class is told.

    ``standing`` gives the state of a task by its title, ``is_down`` lets nothing answer, ``gate`` holds a job that is
    being sent until it is opened.
    """

    scheme = "demo"
    capabilities = Capabilities(frozenset(ACTIONS), tasks=True, logs=True, progress=True, blades=True)
    sent: ClassVar[Dict[str, Job]] = {}
    standing: ClassVar[Dict[str, TaskStatus]] = {}
    is_down: ClassVar[bool] = False
    gate: ClassVar[Any] = None

    def translate(self, job: Job) -> Translation:
        """Take the job as it is, and drop one thing."""
        reason = "this engine has no approval step; the rest starts when the first frames are done"
        return Translation(job, (Dropped("Job", "preview_first", reason),))

    def spool(self, translation: Translation, info: SpoolInfo, block: bool = False) -> Ticket:
        """Keep the job."""
        self._reach()
        if self.gate is not None:
            self.gate.wait(30)
        self.sent["18252"] = translation.payload
        return Ticket("18252", self.url, "http://farm-engine/jobs/18252", translation.dropped)

    def answer(self) -> str:
        """Tell a name."""
        self._reach()
        return "Demo engine 2.4"

    def jobs(self) -> List[JobStatus]:
        """Tell how all jobs stand."""
        self._reach()
        return [self.status(jid) for jid in self.sent]

    def blades(self) -> List[Blade]:
        """Tell of 120 blades, a third of which have much memory."""
        self._reach()
        return [blade(number) for number in range(120)]

    def known(self) -> Known:
        """Tell some names."""
        return Known(tags=frozenset({"arnold", "license-a"}), projects=frozenset({"demo"}))

    def status(self, jid: str) -> JobStatus:
        """Count the tasks by their states."""
        counts: Dict[str, int] = {}
        for task in self.tasks(jid):
            counts[task.state] = counts.get(task.state, 0) + 1
        state = DONE if set(counts) == {DONE} else ACTIVE
        now = time.time()
        stopped = now if state == DONE else None
        return JobStatus(jid, str(self.sent[jid].title), state, counts, 100.0, "kim", now - 860, now - 840, stopped)

    def tasks(self, jid: str) -> List[TaskStatus]:
        """Tell how tasks stand, in script order."""
        self._reach()
        return [self._task(number, title) for number, title in enumerate(titles(self.sent[jid]), 1)]

    def log(self, jid: str, tid: Any = None) -> str:
        """Return a log in which a texture is missing, for tasks that failed."""
        task = next(task for task in self.tasks(jid) if task.tid == tid)
        return _LOG.format(blade=task.blade) if task.state == ERROR else ""

    def control(self, jid: str, action: str, tids: Sequence[int] = (), value: Any = None) -> None:
        """Do as asked, which changes nothing here."""

    def _task(self, number: int, title: str) -> TaskStatus:
        return replace(self.standing.get(title, TaskStatus(0, "", BLOCKED)), tid=number, title=title)

    def _reach(self) -> None:
        if self.is_down:
            hint = "ask whoever keeps the farm, or choose another engine"
            raise EngineUnreachable(f"{self.url} does not answer: connection refused", hint)


def titles(job: Job) -> List[str]:
    """Return the titles of the tasks of a job, in script order."""
    return [str(each.title) for each, _, is_out in walk(job) if isinstance(each, Task) and not is_out]


def blade(number: int) -> Blade:
    """Return a blade; every third one has much memory, every tenth runs macOS."""
    is_large = number % 3 == 0
    system = "macOS" if number % 10 == 0 else "Linux"
    keys = ("PixarRender", "MayaRender", "ffmpeg", system, *(("BigIron",) if is_large else ()))
    return Blade(f"rack-{number:03}", provides=keys, metrics={"mem": 64.0 if is_large else 16.0})


def live_standing(job: Job) -> Dict[str, TaskStatus]:
    """Return a job in the middle: nineteen tasks done, six active, two failed."""
    now = time.time()
    leaves = [str(each.title) for each, _, out in walk(job) if isinstance(each, Task) and not out and not each.subtasks]
    found = {}
    for place, title in enumerate(leaves):
        began = now - 840 + place
        if place in (4, 17):
            found[title] = TaskStatus(0, title, ERROR, None, 30, 211, f"rack-{150 + place}", began, now - 300)
        elif place < 21:
            found[title] = TaskStatus(0, title, DONE, None, 100, 0, f"rack-{150 + place}", began, began + 400)
        elif place < 27:
            found[title] = TaskStatus(0, title, ACTIVE, None, 11 * (place - 19), None, f"rack-{150 + place}", now - 200)
    return found


def done_standing(job: Job) -> Dict[str, TaskStatus]:
    """Return a job that is done."""
    now = time.time()
    return {
        title: TaskStatus(0, title, DONE, None, 100, 0, f"rack-{150 + place % 40}", now - 800, now - 400)
        for place, title in enumerate(titles(job))
    }
