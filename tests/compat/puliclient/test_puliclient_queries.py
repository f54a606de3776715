"""Asking a server for jobs and render nodes."""

import pytest

from farmsubmit.compat.puliclient import Graph, enums
from farmsubmit.compat.puliclient.model.job import Job
from farmsubmit.compat.puliclient.model.renderNode import RenderNode
from farmsubmit.compat.puliclient.server.queueHandler import InvalidParamError, QueueHandler
from farmsubmit.compat.puliclient.server.renderNodeHandler import RenderNodeHandler
from farmsubmit.compat.puliclient.server.server import RequestError, RequestTimeoutError, Server
from farmsubmit.errors import FarmsubmitError


@pytest.fixture
def link(server):
    return Server("127.0.0.1", server.server_address[1])


@pytest.fixture
def queue(link):
    """A queue with the jobs 2 and 4, of one task each."""
    for name, user in (("film_a", "ann"), ("film_b", "ben")):
        graph = Graph(name, user=user, tags={"prod": name})
        graph.addNewTask("t", {"cmd": "ls"})
        graph.submit()
    return QueueHandler(link)


@pytest.mark.parametrize(
    ("ask", "found"),
    [
        (lambda queue: queue.getAllJobs(), [2, 4]),
        (lambda queue: queue.getJobsById([4, 99]), [4]),
        (lambda queue: queue.getJobsById(range(1, 3)), [2]),
        (lambda queue: queue.getJobsByName([".*_a", "film_b"]), [2, 4]),
        (lambda queue: queue.getJobsByUser(["ben"], False), [4]),
        (lambda queue: queue.getJobsByProd(["film_a"]), [2]),
        (lambda queue: queue.getJobsByTags({"prod": ["film_b"]}), [4]),
        (lambda queue: queue.getJobsByPool(["renderfarm"]), []),
        (lambda queue: queue.getJobsByStatus([enums.NODE_DONE]), [2, 4]),
        (lambda queue: queue.getJobs(idList=[2, 4], nameList=["film"], userList=["ann"], poolList=["default"]), [2]),
        (lambda queue: queue.getJobs(statusList=[5], tagsDict={"prod": ["film_a"]}), []),
    ],
)
def test_jobs_are_found(queue, ask, found):
    jobs, summary = ask(queue)
    assert ([job.id for job in jobs], summary["count"]) == (found, len(found))


def test_a_job_holds_what_is_below_it(queue):
    job = queue.getJobsById([2])[0][0]
    assert (job.name, job.user, job.tags["prod"], job.statusShortLabel) == ("film_a", "ann", "film_a", "D")
    command = job.children[0].task.commands[0]
    assert (command.arguments, str(command), str(job), repr(job)) == (
        *({"cmd": "ls"}, f"Command: {command.id}"),
        *("Job: 2 - film_a", "Job(film_a)"),
    )
    assert job.encode()["children"][0]["task"]["commands"][0]["description"] == "t"
    assert queue.getJobsById([2], recursive=False)[0][0].children == []


def test_jobs_that_are_very_deep_are_read_and_written():
    deep = {"name": "leaf"}
    for _ in range(3000):
        deep = {"name": "group", "children": [deep, "noise"], "nonsense": 1}
    encoded, depth = Job(deep).encode(), 0
    while encoded["children"]:
        (encoded,), depth = encoded["children"], depth + 1
    assert (depth, encoded["name"]) == (3000, "leaf")


@pytest.mark.parametrize("status", [-1, 9, None, "x"])
def test_a_state_that_nobody_knows_has_a_label_too(status):
    assert "unknown" in Job({"status": status}).statusLabel
    assert Job({"status": 4}).statusLabel == "ERROR"


def test_what_does_nothing_in_the_old_client_is_refused():
    with pytest.raises(NotImplementedError, match="farmsubmit jobs"):
        Job().setName("x")
    with pytest.raises(AttributeError):
        Job().nothing  # noqa: B018


@pytest.mark.parametrize(
    "ask",
    [
        lambda queue: queue.getJobsById([]),
        lambda queue: queue.getJobsByProd([]),
        lambda queue: queue.getJobs(tagsDict={}),
        lambda queue: queue.getJobsByStatus([7]),
    ],
)
def test_filters_that_mean_nothing_are_refused_before_asking(queue, server, ask):
    server.requests.clear()
    with pytest.raises(InvalidParamError):
        ask(queue)
    assert server.requests == []


@pytest.fixture
def nodes(link, server):
    """Render nodes 1 and 2."""
    server.farm.render_nodes.clear()
    server.farm.add_render_node("vfx1:8000")
    server.farm.add_render_node("vfx2:8000", status=enums.RN_PAUSED)
    return RenderNodeHandler(link)


def test_render_nodes_are_asked_for(nodes, server):
    found, _ = nodes.getRenderNodesByName(["vfx.*:8000"])
    assert [(node.name, node.host, node.port) for node in found[:1]] == [("vfx1:8000", "vfx1", 8000)]
    assert server.requests[-1] == ("POST /query/rendernode", b'{"name": ["vfx.*:8000"]}')
    assert (str(found[0]), repr(found[0]), found[0].encode()["id"]) == ("vfx1:8000", "RenderNode(vfx1:8000)", 1)


@pytest.mark.parametrize(
    ("ask", "found"),
    [
        (lambda nodes: nodes.getAllRenderNodes(), [1, 2, 3]),
        (lambda nodes: nodes.getRenderNodesByHost(["vfx[12]"]), [1, 2]),
        (lambda nodes: nodes.getRenderNodesById([3]), [3]),
        (lambda nodes: nodes.getRenderNodesByPool(["default"]), [1, 2, 3]),
        (lambda nodes: nodes.getRenderNodesByPool(["other"]), []),
        (lambda nodes: nodes.getRenderNodesByStatus([enums.RN_PAUSED]), [2]),
        (lambda nodes: nodes.getRenderNodesByVersion(["dev"]), []),
        (lambda nodes: nodes.getRenderNodes(idList=[1, 3], nameList=["busy", "x"], versionList=["1.7.15"]), [3]),
    ],
)
def test_render_nodes_are_found_though_a_busy_server_cannot_tell(nodes, server, ask, found):
    server.farm.add_render_node("busy:9000", status=enums.RN_WORKING)
    chosen, summary = ask(nodes)
    assert ([node.id for node in chosen], summary) == (found, {"count": len(found), "totalInDispatcher": 3})


@pytest.mark.parametrize("hosts", [[], None, ["("]])
def test_hosts_that_are_none_are_refused(nodes, server, hosts):
    server.farm.add_render_node("busy:9000", status=enums.RN_WORKING)
    with pytest.raises(InvalidParamError):
        nodes.getRenderNodesByHost(hosts)


def test_an_address_may_begin_with_a_slash(link, queue):
    assert link.get("/nodes/2")["name"] == link.get("nodes/2")["name"] == "film_a"
    assert link.get("rendernodes/nobody:1") == ""
    assert link.put("nodes/2/dispatchKey", data='{"dispatchKey": 7}') is not None
    assert link.get("query", params={"attr": "dispatchKey"})["items"][0]["dispatchKey"] == 7


def test_a_refusal_tells_what_the_server_said(link):
    with pytest.raises(RequestError, match="404: Node not found") as caught:
        link.get("nodes/77")
    assert caught.value.status == 404
    with pytest.raises(RequestError, match="patch"):
        link.request("nodes/2", "patch")


def test_a_server_that_is_not_there_and_one_that_hangs_are_told_apart(link, server):
    with pytest.raises(RequestError, match="does not answer"):
        Server("127.0.0.1", 1).get("nodes/1")
    server.goes_wrong("silent", "POST")
    with pytest.raises(RequestTimeoutError):
        link.post("query/job", data="{}")


@pytest.mark.parametrize("fault", ["empty", "garbage", "half", "deaf"])
def test_answers_that_are_none_are_errors(queue, server, fault):
    server.goes_wrong(fault, "POST /query/job", times=2)
    with pytest.raises(FarmsubmitError):
        queue.getAllJobs()


@pytest.mark.parametrize("answer", [{"items": 5}, [], {"rendernodes": 1}])
def test_answers_of_another_shape_are_errors(nodes, server, answer):
    server.says("POST /query/rendernode", answer)
    with pytest.raises(RequestError, match="no list"):
        nodes.getAllRenderNodes()


def test_a_worker_is_told_and_a_deaf_one_is_not_taken_for_done(server, capsys):
    server.says("POST /pause/", "")
    worker = RenderNode({"name": "w", "host": "127.0.0.1", "port": server.server_address[1]})
    assert (worker.pause(), worker.resume(), worker.restart(), worker.killAndRestart()) == (True,) * 4
    bodies = [body for line, body in server.requests if line == "POST /pause/"]
    assert bodies == [b'{"content": "-1"}', b'{"content": "0"}', b'{"content": "-2"}', b'{"content": "-3"}']
    server.goes_wrong("500")
    assert worker.pause() is False
    assert "render node w" in capsys.readouterr().err
