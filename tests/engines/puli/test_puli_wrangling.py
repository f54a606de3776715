"""What a wrangler does to a Puli farm: many jobs at once, render nodes in and out, licences, pools."""

import pytest

from farmsubmit.author import Job
from farmsubmit.engines.base import DONE, KILLED, READY
from farmsubmit.engines.puli import bulk
from farmsubmit.errors import EngineError

NODE, OTHER = "node1:9001", "node2:9001"
UNKNOWN, PAUSED, IDLE, WORKING = 0, 2, 3, 5


@pytest.fixture
def nodes(site):
    """The states of render nodes: the number of each, and whether it is in quarantine."""
    site.farm.add_render_node(OTHER)
    return lambda: [(node.status, node.is_excluded) for node in site.engine.render_nodes()]


@pytest.fixture
def jids(site):
    """Three jobs of a command each."""

    def posted(name):
        job = Job(title=name)
        job.newTask(title=name, argv=["x"])
        return site.jid(job, key=name)

    return [posted(name) for name in "abc"]


def changes(site):
    """The requests that would change something, jobs' own apart."""
    return [line for line, _ in site.server.requests if not line.startswith(("GET", "POST /query", "POST /graphs"))]


# --- many jobs


def test_many_jobs_get_a_priority_in_one_request(site, jids):
    site.engine.change_jobs(jids[:2], "priority", 70)
    assert [job.priority for job in site.engine.jobs()] == [70, 70, 0]
    assert changes(site) == [f"PUT /edit/prio?value=70&constraint_id={jids[0]}&constraint_id={jids[1]}"]


def test_many_jobs_are_killed_and_the_others_live(site, jids):
    site.engine.change_jobs(jids[1:], "kill")
    site.farm.tick(), site.farm.tick()
    assert [site.engine.status(jid).state for jid in jids] == [READY, KILLED, KILLED]


def test_many_jobs_go_on(site, jids):
    for jid in jids:
        site.engine.control(jid, "pause")
    site.engine.change_jobs(jids, "resume")
    site.farm.run()
    assert [job.state for job in site.engine.jobs()] == [DONE] * 3


def test_more_jobs_than_an_address_holds_take_more_requests(site, jids, monkeypatch):
    monkeypatch.setattr(bulk, "MOST_AT_ONCE", 2)
    site.engine.change_jobs([*jids, jids[0]], "priority", 7)
    assert [job.priority for job in site.engine.jobs()] == [7, 7, 7]
    assert len(changes(site)) == 2


@pytest.mark.parametrize(
    ("numbers", "action", "told"),
    [
        ([], "kill", "no job is named"),
        (["99"], "kill", "there is no job 99 on"),
        (["x"], "resume", "there is no job 'x' on"),
        (["1"], "kill", "there is no job 1 on"),
        ([None], "pause", "'pause' cannot be done to many jobs at once"),
        ([None], "priority", "priority needs a number"),
    ],
)
def test_nothing_is_changed_where_one_job_makes_no_sense(site, jids, numbers, action, told):
    with pytest.raises(EngineError, match=told):
        site.engine.change_jobs([each or jids[0] for each in (jids[0], *numbers)] if numbers else [], action)
    assert changes(site) == []


def test_jobs_that_are_over_are_not_killed(site, jids):
    site.farm.run()
    with pytest.raises(EngineError, match=f"job {jids[0]} is over: it is done"):
        site.engine.change_jobs(jids, "kill")


def test_jobs_that_the_server_leaves_out_are_told(site, jids):
    site.server.says("PUT /edit/prio", {"editedJobs": [int(jids[0])]})
    with pytest.raises(EngineError, match=f"did not change 2 of the jobs, such as {jids[1]}"):
        site.engine.change_jobs(jids, "priority", 7)


@pytest.mark.parametrize("answer", ["", "[]", '{"editedJobs": 3}'])
def test_an_answer_that_says_nothing_is_not_believed_for_many_jobs_either(site, jids, answer):
    site.server.says("PUT /resume", answer)
    with pytest.raises(EngineError):
        site.engine.change_jobs(jids, "resume")


# --- render nodes


def test_render_nodes_are_paused_and_taken_back(site, nodes):
    site.engine.pause_render_nodes(["Node1:9001", OTHER])
    assert nodes() == [(PAUSED, False), (PAUSED, False)]
    site.engine.resume_render_nodes([OTHER])
    assert nodes() == [(PAUSED, False), (IDLE, False)]


def test_several_render_nodes_are_put_in_quarantine_in_one_request(site, nodes):
    site.engine.quarantine([NODE, OTHER])
    assert nodes() == [(IDLE, True), (IDLE, True)]
    site.engine.quarantine([NODE], is_in=False)
    assert nodes() == [(IDLE, False), (IDLE, True)]
    assert len(changes(site)) == 2


def test_what_works_is_taken_out_of_quarantine_and_works_on(site, nodes):
    site.farm.render_nodes[NODE].status, site.farm.render_nodes[NODE].excluded = WORKING, True
    site.engine.resume_render_nodes([NODE, OTHER])
    assert nodes() == [(WORKING, False), (IDLE, False)]


@pytest.mark.parametrize(("status", "told"), [(WORKING, "works, and would go on"), (UNKNOWN, "does not answer")])
def test_a_pause_that_would_be_forgotten_is_refused(site, nodes, status, told):
    site.farm.render_nodes[OTHER].status = status
    with pytest.raises(EngineError, match=f"{told}.*quarantine"):
        site.engine.pause_render_nodes([NODE, OTHER])
    assert nodes()[0] == (IDLE, False)


def test_what_a_render_node_runs_is_killed_where_that_is_wanted(site, nodes, jids):
    site.farm.tick()
    command = site.command("a")
    site.farm.start(command)
    site.farm.render_nodes[NODE].status = WORKING
    site.engine.pause_render_nodes([NODE], kill=True)
    site.farm.tick()
    assert (nodes()[0], site.engine.status(jids[0]).state) == ((PAUSED, False), READY)


@pytest.mark.parametrize("do", ["pause_render_nodes", "resume_render_nodes", "quarantine"])
def test_a_render_node_that_is_not_there_is_told_before_anything_is_changed(site, nodes, do):
    with pytest.raises(EngineError, match=r"no render node 'node3:9001'.*did you mean"):
        getattr(site.engine, do)([NODE, "node3:9001"])
    with pytest.raises(EngineError, match="no render node is named"):
        getattr(site.engine, do)([])
    assert changes(site) == []


def test_a_pause_that_did_not_come_is_told(site, nodes):
    site.server.says(f"PUT /rendernodes/{NODE}/paused", "")
    with pytest.raises(EngineError, match=f"did not pause {NODE}"):
        site.engine.pause_render_nodes([NODE])


@pytest.mark.parametrize("fault", ["500", "html"])
def test_a_refusal_of_a_pause_is_an_error(site, nodes, fault):
    site.goes_wrong(fault, "PUT /rendernodes")
    with pytest.raises(EngineError):
        site.engine.pause_render_nodes([NODE])


# --- licences


def test_the_number_of_a_licence_is_set(site):
    site.engine.set_licence("nuke", 12)
    assert site.engine.licences() == [("nuke", 0, 12)]


def test_a_new_licence_is_made_only_where_that_is_meant(site):
    with pytest.raises(EngineError, match=r"no licence 'nukex'.*did you mean 'nuke'"):
        site.engine.set_licence("nukex", 3)
    site.engine.set_licence("nukex", 3, is_new=True)
    assert site.engine.known().tags == {"nuke", "nukex"}
    assert site.engine.known().any_case


@pytest.mark.parametrize(("name", "most"), [("nuke", -1), ("nuke", True), ("nuke", "3"), ("a&b", 3), ("a/b", 3)])
def test_a_licence_that_cannot_be_is_refused(site, name, most):
    with pytest.raises(EngineError, match="is no n"):
        site.engine.set_licence(name, most, is_new=True)
    assert changes(site) == []


# --- pools


def test_a_pool_is_made_filled_and_taken_away(site, nodes):
    site.engine.add_pool("night")
    site.engine.set_pool("night", [NODE, OTHER])
    site.engine.set_pool("night", [OTHER])
    assert [node.pools for node in site.engine.render_nodes()] == [("default",), ("default", "night")]
    site.engine.remove_pool("night")
    assert site.engine.pools() == ["default", "renderfarm"]


def test_a_pool_may_be_emptied(site):
    site.engine.set_pool("default", [])
    assert site.engine.render_nodes()[0].pools == ()


def test_a_pool_with_jobs_stays(site, jids):
    with pytest.raises(EngineError, match="3 jobs are in the pool 'default'"):
        site.engine.remove_pool("default")
    assert "default" in site.engine.pools()


@pytest.mark.parametrize(
    ("do", "told"),
    [
        (lambda engine: engine.add_pool("default"), "has the pool 'default' already"),
        (lambda engine: engine.add_pool("a b"), "is no name of a pool"),
        (lambda engine: engine.set_pool("nigth", [NODE]), "has no pool 'nigth'"),
        (lambda engine: engine.set_pool("default", ["nobody:1"]), "no render node 'nobody:1'"),
        (lambda engine: engine.remove_pool("nigth"), "has no pool 'nigth'"),
    ],
)
def test_what_cannot_be_done_to_a_pool_is_told(site, do, told):
    with pytest.raises(EngineError, match=told):
        do(site.engine)
    assert changes(site) == []


def test_a_pool_that_the_server_keeps_is_told(site):
    site.goes_wrong("html", "DELETE /pools")
    with pytest.raises(EngineError, match="answers 404"):
        site.engine.remove_pool("renderfarm")
