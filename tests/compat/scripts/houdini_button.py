# ruff: noqa -- written as public scripts are written
"""In the manner of a farm button in Houdini: a simulation in order, renders of it on one blade each, a movie."""

import getpass
import sys

import tractor.api.author

author = tractor.api.author
hip, first, last, step = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
hbatch = sys.argv[5:]
ENVKEY = ["setenv HOUDINI_PATH=/pipe/houdini;&", "setenv JOB=/shows/abc"]

job = author.Job(title="%s %d-%d" % (hip, first, last), service="Linux64", envkey=ENVKEY, priority=50.5, etalevel=1)
job.atleast, job.atmost = 1, 4

sim = author.Task(title="sim", id="sim.1")
sim.newCommand(argv=hbatch + ["-c", "render /out/sim", hip], service="Sim", atleast=4, atmost=8, maxrunsecs=86400)

movie = job.newTask(title="movie", service="ffmpeg", argv=["ffmpeg", "-i", "beauty.%%04d.exr", "beauty.mov"])
movie.chaser = ["rv", "beauty.mov"]
for start in range(first, last + 1, step):
    end = min(start + step - 1, last)
    chunk = movie.newTask(title="beauty %d-%d" % (start, end), id="beauty.%d" % start, service="Render")
    if start == first:
        chunk.addChild(sim)
    else:
        chunk.addChild(author.Instance(title="sim.1"))
    chunk.newCommand(argv=["/bin/mkdir", "-p", "/tmp/%j"], refersto="beauty.%d" % start, service="Render")
    chunk.newCommand(
        argv=hbatch + ["-c", "render -f %d %d /out/beauty" % (start, end), hip],
        refersto="beauty.%d" % start,
        service="Render",
        samehost=1,
        minrunsecs=1,
        retryrc=[1, 3],
        msg="quit\n",
    )
    chunk.addCleanup(author.Command(argv="/bin/rm -rf /tmp/%j", refersto="beauty.%d" % start, service="Render"))

print(job.asTcl())
print(job.spool(owner=getpass.getuser()))
