# ruff: noqa -- written as public scripts are written
"""In the manner of a wrangler's nightly script: what went wrong is told, tried again, and the rest is tidied."""

import sys

import tractor.api.query as tq

tq.setEngineClientParam(hostname="tractor-engine", port=80, user="wrangler", debug=False)
try:
    broken = tq.jobs("numerror and not numactive and spooltime > -1d", columns=["jid", "title", "numerror", "numtasks"])
    for job in broken:
        print("%(jid)s %(title)s: %(numerror)d of %(numtasks)d" % job)
        for task in tq.tasks("jid=%s and state = error" % job["jid"]):
            argv = [command["argv"][0] for command in tq.commands("jid=%s and tid=%s" % (job["jid"], task["tid"]))]
            print("  %s %s" % (task["title"], argv == [sys.argv[1]]))
    tq.chpri(broken, 200)
    for done in tq.jobs("done and stoptime > -7d", archive=True):
        tq.delete(done)
    print(sorted(job["title"] for job in tq.jobs("")), tq.jobs("title like ^bad", limit=0)[0]["priority"])
    tq.retryerrors(broken)
except tq.PasswordRequired:
    sys.exit("a password is needed")
except tq.TractorQueryError as err:
    sys.exit("the farm says no: %s" % err)
tq.closeEngineClient()
