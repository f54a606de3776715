"""A submission in which nothing is wrong, for tests to plant a mistake in."""

from dataclasses import replace
from datetime import datetime

import pytest

from farmsubmit import author
from farmsubmit.checks import Context, Knowledge
from farmsubmit.checks.run import run_rules
from farmsubmit.lang.frames import FrameSet
from farmsubmit.lang.servicekey import Blade
from farmsubmit.request import Row, SubmitRequest
from farmsubmit.scenes.facts import Camera, FrameRange, Output, SceneFacts


class Kit:
    """A job, the facts of its scene, settings and what the farm told; ``request`` only where a test makes one."""

    def __init__(self):
        self.job = author.Job(title="night", service="Linux", tier="rush", projects=["show"], tags=["maya"])
        self.job.newTask(title="render", id="render", argv=["Render", "%D(/show/shot.ma)"], service="MayaRender")
        output = Output("beauty", file="/show/out/beauty.####.exr")
        cameras = (Camera("shotCam"),)
        frames = FrameRange(1, 10)
        self.facts = SceneFacts("maya", "/show/shot.ma", frames=frames, cameras=cameras, outputs=(output,))
        self.settings = {"engine": "tractor://farm"}
        self.request = None
        blade = Blade("rack-1", provides=("Linux", "MayaRender"))
        self.knowledge = Knowledge([blade], tags=["maya"], tiers=["rush", "batch"], projects=["show"], jids=[12])
        self.now = datetime(2026, 11, 21, 12, 0)

    def scene(self, **changes):
        """Change the facts."""
        self.facts = replace(self.facts, **changes)

    def know(self, **changes):
        """Change what the farm told."""
        self.knowledge = replace(self.knowledge, **changes)

    def rows(self, *rows, **options):
        """Ask for rows of the scene."""
        self.request = SubmitRequest(self.facts, rows, options=options)

    @staticmethod
    def row(frames="1-10", **values):
        """Return a row of a request."""
        usual = {"id": "beauty", "output": "/show/out/a.####.exr"}
        return Row(frames=FrameSet.parse(frames) if frames else FrameSet(), **{**usual, **values})

    @property
    def command(self):
        """The one command of the job."""
        return self.job.subtasks[0].cmds[0]

    def context(self):
        return Context(self.job, self.facts, self.request, self.settings, self.knowledge, now=self.now)

    def problems(self, **how):
        return run_rules(self.context(), **how)


@pytest.fixture
def kit():
    return Kit()
