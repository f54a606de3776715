# ruff: noqa -- written as public scripts are written
"""In the manner of a cache export out of Maya: one Alembic an asset, one after the other, then a check."""

import os
import sys

import tractor.api.author as author

scene, mayapy = sys.argv[1], sys.argv[2:]
ASSETS = {"hero": "|grp|hero {rig}", "prop[1]": "|grp|prop$1", "cam": "C:\\cams\\"}

author.setEngineClientParam(
    hostname=os.environ.get("CACHE_FARM", "10.0.0.25"), port=80, user="anna", password="not told", debug=True
)
job = author.Job()
job.title = "(ABC) " + os.path.basename(scene)
job.comment = ""
job.metadata = "source file : %s" % scene
job.envkey = ["maya-2024"]
job.service = "Cache||USER"
job.maxactive = 5
job.priority = 100
job.projects = ["export"]
job.afterjids = []
job.samehost = 0

check = author.Task(title="check", serialsubtasks=1)
check.addCommand(author.Command(argv=["/bin/ls", os.path.dirname(scene) or "."], local=True))
for name in sorted(ASSETS):
    task = author.Task(title=str(name))
    export = author.Command(service="Cache", envkey=["maya-2024"], minrunsecs=0)
    export.argv = mayapy[:]
    export.argv.append("--geo")
    export.argv.append(ASSETS[name])
    export.metrics = "cache"
    task.addCommand(export)
    check.addChild(task)
job.addChild(check)

try:
    job.atmost = "three"
except author.AuthorError:
    job.atmost = 3
try:
    check.addCommand("a string")
except TypeError:
    pass
jid = job.spool(owner="anna")
author.closeEngineClient()
print(jid)
