"""Whole scripts as people write them for Puli, run by ``farmsubmit exec``."""

import sys

import pytest

from farmsubmit.compat import puliclient
from farmsubmit.compat.puliclient import DONE, ERROR, READY
from farmsubmit.compat.script import ScriptError, run_script
from farmsubmit.errors import FarmsubmitError

# The examples of the API reference: edges, a chain, and what submit() gives.
REFERENCE = """
from puliclient import ERROR, Graph

graph = Graph("reference")
taskA, taskB, taskC = (graph.addNewTask(name, arguments={"cmd": "true"}) for name in ("A", "B", "C"))
print(graph.addEdges([(taskA, taskB), (taskA, taskC, [ERROR])]))
print(graph.addChain([taskA, taskB, taskC]))
print(graph.submit())
"""

FRAMES = """
import sys
import puliclient

graph = puliclient.Graph("shot010", tags={"prod": "film", "shot": "010"}, poolName="renderfarm", maxRN=2)
render = graph.addNewTask("render", arguments={"cmd": "render -f %%MI_FRAME%%", "start": 1, "end": 4, "packetSize": 2})
movie = puliclient.Task("movie", {"cmd": "makemovie"}, lic="nuke", ramUse=4096)
graph.add(movie)
movie.dependsOn(render)
graph.submit(sys.argv[1], int(sys.argv[2]))
"""

GROUPS = """
from puliclient import Graph, GraphError, TaskGroup

def fill(parent, counts):
    if not counts:
        parent.addNewTask(name="work", arguments={"cmd": "sleep 0", "start": 0, "end": 1}, tags={"nbFrames": 2})
        return
    for _ in range(counts[0]):
        fill(parent.addNewTaskGroup(name="folder", tags={"prod": "test"}), counts[1:])

graph = Graph("tree", user="ann")
fill(graph, [2, 2])
group = TaskGroup("late", environment={"STEP": "late"})
group.addNewTask("after", {"cmd": "echo $STEP"})
graph.addList([group])
graph.addChain(graph.root.taskGroups)
try:
    graph.add("nothing")
except GraphError as error:
    print("refused")
print("state", graph.execute())
"""

OWN_RUNNER = """
from puliclient import Graph
from puliclient.jobs import CommandRunner, IntegerParameter

class Wait(CommandRunner):
    wait = IntegerParameter(default=0)

    def execute(self, arguments, updateCompletion, updateMessage):
        self.log.info("waiting %d", arguments["wait"])

if __name__ == "__main__":
    graph = Graph("own runner")
    graph.addNewTask("wait", runner="own_runner.Wait", arguments={"wait": 3})
    print(graph.execute())
"""

CALLABLES = """
from puliclient import Graph
import shot_tools

graph = Graph("callables")
graph.addNewCallable(shot_tools.publish, "publish", user_args=("a", "b"), user_kwargs={"wait": 1})
graph.addNewCallable(shot_tools.Shot.check, user_kwargs={"frame": 5})
print(graph.execute())
"""
SHOT_TOOLS = """
def publish(first, second, wait=0):
    print("publish", first, second, wait)

class Shot:
    def check(self, frame):
        print("check", frame)
"""

QUERIES = """
import sys
from octopus.core import enums
from puliclient.server.queueHandler import QueueHandler
from puliclient.server.renderNodeHandler import RenderNodeHandler
from puliclient.server.server import RequestError, RequestTimeoutError, Server

server = Server("127.0.0.1", int(sys.argv[1]))
try:
    jobs, summary = QueueHandler(server).getJobsByStatus([enums.NODE_DONE, enums.NODE_RUNNING], False)
    nodes, _ = RenderNodeHandler(server).getRenderNodesByStatus([enums.RN_IDLE])
except (RequestTimeoutError, RequestError) as error:
    sys.exit(str(error))
for job in jobs:
    print("id:%s name:%s user:%s %s" % (job.id, job.name, job.user, job.statusLabel))
print(summary["count"], len(nodes))
"""


@pytest.fixture
def script(tmp_path, monkeypatch):
    """Writes a script and runs it as exec does."""
    monkeypatch.setattr(sys, "argv", ["pytest"])
    monkeypatch.setattr(sys, "path", list(sys.path))

    def run(text, *args, name="script"):
        path = tmp_path / f"{name}.py"
        path.write_text(text)
        return run_script(path, [str(arg) for arg in args])

    yield run
    for name in ("own_runner", "shot_tools"):
        sys.modules.pop(name, None)


def test_the_examples_of_the_reference_give_what_is_printed_there(script, server, capsys):
    assert script(REFERENCE) == 0
    pair = (f"http://{server.address}/nodes/2", "Graph created.\nCreated nodes: 2,3,4,5")
    assert capsys.readouterr().out.splitlines() == ["True", "True", repr(pair)]


def test_frames_and_a_movie_are_sent_with_all_that_was_said(script, server):
    assert script(FRAMES, "127.0.0.1", server.server_address[1]) == 0
    (sent,) = server.farm.submitted
    assert (sent["poolName"], sent["tasks"][0]["tags"]["plan"]) == ("renderfarm", "010")
    assert sent["tasks"][2]["dependencies"] == [[1, [DONE]]]
    assert [share.maxRN for share in server.farm.shares.values() if share.node.id == 2] == [2]
    assert server.farm.run() == ["render_1_2", "render_3_4", "movie"]


def test_a_tree_of_groups_runs_here_in_order(script, capfd):
    assert script(GROUPS) == 0
    lines = capfd.readouterr().out.splitlines()
    assert (lines[0], lines[-3:]) == (
        "refused",
        ["late", "Commands: 9 done, 0 failed, 0 canceled, 0 not started", "state 3"],
    )


def test_a_runner_in_the_script_is_found_by_its_name(script, capsys):
    assert script(OWN_RUNNER, name="own_runner") == 0
    assert "waiting 3" in capsys.readouterr().out


def test_callables_of_a_module_beside_the_script_run(script, tmp_path, capsys):
    (tmp_path / "shot_tools.py").write_text(SHOT_TOOLS)
    assert script(CALLABLES) == 0
    assert "publish a b 1\ncheck 5\n" in capsys.readouterr().out


def test_jobs_and_render_nodes_are_asked_for(script, server, capsys):
    graph = puliclient.Graph("film", user="ann")
    graph.addNewTask("t", {"cmd": "ls"})
    graph.submit()
    server.farm.run()
    assert script(QUERIES, server.server_address[1]) == 0
    assert capsys.readouterr().out.splitlines()[0] == "id:2 name:film user:ann DONE"


def test_a_mistake_is_told_with_the_line_of_the_script(script):
    with pytest.raises(FarmsubmitError, match=r"script\.py, line 2: task 't': its end 1 is before its start 3"):
        script("from puliclient import *\nTask('t', {'start': 3, 'end': 1}).decompose()")
    with pytest.raises(FarmsubmitError, match=r"script\.py, line 3: .*does not answer"):
        script("from puliclient import *\ng = Graph('g')\ng.submit('127.0.0.1', 1)")
    with pytest.raises(ScriptError, match="contrib"):
        script("import puliclient.contrib.generic")


def test_all_names_are_there(script):
    assert all(hasattr(puliclient, name) for name in puliclient.__all__)
    assert (READY, DONE, ERROR) == (1, 3, 4)
    assert script("from puliclient import *\nassert Graph and jobs and CMD_DONE == 5 and PAUSED == 6") == 0


def test_modules_are_the_same_under_both_names():
    import octopus.core.enums.node
    import puliclient.jobs
    import puliclient.model.renderNode

    from farmsubmit.compat.puliclient import enums, jobs

    assert puliclient.jobs is jobs
    assert octopus.core.enums.node is enums
