# ruff: noqa -- written as public scripts are written
"""In the manner of Meshroom's submitter: chunks under nodes, needs as a service expression, JSON beside each task."""

import json
import os
import sys

from tractor.api import author
from tractor.api.author import Command, Job, RequiredValueError

program = sys.argv[1:]


def service(memory, keys=()):
    needed = list(keys) + ["@.mem > %d" % memory]
    return " && ".join(needed)


def chunks(node, count, **more):
    task = author.Task({}, title=node, metadata=json.dumps({"node": node, "braces": "{"}), **more)
    for number in range(count):
        one = task.newTask(title="%s_%d_%d" % (node, number, number + 1), argv=None)
        one.metadata = json.dumps({"chunk": number})
        one.newCommand(
            argv=program + ["--node", node, "--iteration", str(number)],
            service=service(4, ["mikrosRender"]),
            tags=["nuke", "mem"],
            envkey=["setenv REZ_USED=meshroom-2023.3 PROD=%s" % os.environ.get("PROD", "show")],
            expand=False,
            retryrc=[139, -9],
        )
    return task


job = Job(title="[Meshroom] scene.mg", priority=1000, tags=["meshroom"], maxactive=20)
job.service = "mikrosRender"
job.paused = False
job.spoolcwd = os.getcwd()
job.projects = ["show"]
job.comment = "3 nodes"

features = chunks("FeatureExtraction", 2)
matching = chunks("FeatureMatching", 1, serialsubtasks=1)
matching.addChild(features)
publish = author.Task(title="Publish")
publish.addCommand(Command(argv=program + ["--publish"], service=service(1), local=True))
publish.addChild(matching)
publish.addChild(features)
job.subtasks.append(publish)

try:
    author.Job(title="nothing in it").asTcl()
except RequiredValueError:
    jid = job.spool(block=True, owner="batch")
    print("http://%s/tv/#jid=%s" % (os.environ.get("TRACTOR_ENGINE", "tractor-engine"), jid))
