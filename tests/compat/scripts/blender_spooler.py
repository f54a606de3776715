# ruff: noqa -- written as public scripts are written
"""In the manner of RenderMan for Blender's spooler: one RIB render a frame, a clean-up, commands for the end."""

import datetime
import getpass
import socket
import sys

import tractor.api.author as author

scene, first, last, command = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4:]

job = author.Job()
job.title = "%s frames %d-%d" % (scene, first, last)
job.priority = 10
job.service = "PixarRender"
job.envkey = ["prman-26.0", "rmantree=/opt/pixar/RenderManProServer-26.0"]
job.projects = ["show"]
job.crews = ["lighting", "fx"]
job.tier = "rush"
job.comment = "from the button"
job.metadata = '{"scene": "%s"}' % scene
job.after = datetime.datetime(2030, 11, 24, 13, 45)
job.serialsubtasks = 1
job.newDirMap(src="X:/", dst="//fileserver/projects/", zone="UNC")
job.newDirMap(src="X:/", dst="/fileserver/projects/", zone="NFS")

frames = author.Task()
frames.title = "Frames"
frames.serialsubtasks = False
for frame in range(first, last + 1):
    rib, image = "%s.%04d.rib" % (scene, frame), "%s.%04d.exr" % (scene, frame)
    one = author.Task(title="Frame: %d" % frame, serialsubtasks=True)
    render = author.Command(local=False, service="PixarRender")
    render.argv = list(command) + ["-Progress", "-t:0", "%%D(%s)" % rib]
    one.addCommand(render)
    one.preview = "sho %s" % image
    frames.addChild(one)
job.addChild(frames)

cleanup = author.Command(local=False)
cleanup.argv = ["TractorBuiltIn", "File", "delete", "%%D(%s.alf)" % scene]
job.addCleanup(cleanup)
job.newPostscript(argv="/bin/echo done", when="done", service="PixarRender")
job.newPostscript(argv=["/bin/echo", "over"], when="always", service="PixarRender")

try:
    jid = job.spool(
        block=True,
        spoolfile=scene,
        spoolhost=socket.gethostname(),
        owner=getpass.getuser(),
        hostname="tractor-engine",
        port=80,
    )
except (author.SpoolError, author.RequiredValueError, author.AuthorError, TypeError) as err:
    sys.exit("not spooled: %s" % err)
print("spooled %s" % jid)
