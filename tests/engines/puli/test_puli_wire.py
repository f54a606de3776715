"""A Puli server that fails, lies, or never ends: which error comes, and that one submission makes one job."""

import json
import random

import pytest

from farmsubmit.author import Job
from farmsubmit.engines import http, registry
from farmsubmit.engines.base import SpoolInfo
from farmsubmit.engines.puli import PuliEngine, control
from farmsubmit.engines.puli.tags import KEY
from farmsubmit.errors import AnswerLost, EngineError, EngineUnreachable, FarmsubmitError, SpoolError


def keys(site):
    return [node.task.tags.get(KEY) for node in site.farm.nodes[1].children]


def test_the_key_finds_the_job_and_nothing_else_does(site, frames):
    jid = site.jid(frames, "abc-1")
    assert site.engine.find("abc-1") == jid
    assert site.engine.find("abc") is None
    assert site.engine.find("") is None


def test_nothing_arrives_where_nobody_listens(frames):
    engine = PuliEngine("//127.0.0.1:1")
    with pytest.raises(EngineUnreachable) as told:
        engine.spool(engine.translate(frames), SpoolInfo("me", "here", key="k"))
    assert not isinstance(told.value, AnswerLost)


@pytest.mark.parametrize("fault", ["silent", "lost", "deaf", "half"])
def test_an_answer_that_does_not_come_is_lost(site, frames, fault):
    site.goes_wrong(fault, "POST /graphs")
    with pytest.raises(AnswerLost):
        site.spool(frames)
    assert site.engine.find("key-1") == (None if fault in ("deaf", "half") else "2")


@pytest.mark.parametrize("fault", ["500-after", "500", "empty", "garbage", "html"])
def test_an_answer_that_says_nothing_is_not_believed(site, frames, fault):
    site.goes_wrong(fault, "POST /graphs")
    if fault == "500-after":
        assert site.jid(frames) == "2"
        return
    with pytest.raises(SpoolError):
        site.spool(frames)
    assert keys(site) == []


def test_half_a_job_that_a_500_left_is_cancelled(site, frames):
    site.goes_wrong("500-after", "POST /graphs")
    document = site.engine.translate(frames)
    real = site.farm._count
    site.farm._count = lambda node: None
    with pytest.raises(SpoolError, match="kept a part of the job as 2, which was cancelled"):
        site.engine.spool(document, SpoolInfo("me", "here", key="key-1"))
    site.farm._count = real
    assert len(site.farm.soon) == 4


def test_a_500_whose_job_cannot_be_looked_for_is_unsure(site, frames):
    site.goes_wrong("500", "POST /", times=2)
    with pytest.raises(AnswerLost, match="cannot be asked"):
        site.spool(frames)


def test_a_limit_that_cannot_be_set_loses_no_job(site, frames):
    frames.maxactive = 3
    site.goes_wrong("500", "POST /poolshares")
    ticket = site.spool(frames)
    assert [(each.option, ticket.jid) for each in ticket.dropped] == [("maxactive", "2")]


def test_a_pool_that_is_not_there_is_refused_before_anything_is_sent(site, frames):
    site.engine = PuliEngine(f"//{site.server.address}?pool=defualt")
    with pytest.raises(SpoolError, match="no pool 'defualt'; did you mean 'default'"):
        site.spool(frames)
    assert site.asked("POST") == []


def test_a_user_who_is_not_ascii_is_refused_before_anything_is_sent(site, frames):
    with pytest.raises(SpoolError, match="user of the graph, column 1"):
        site.engine.spool(site.engine.translate(frames), SpoolInfo("éva", "here", key="k"))
    assert site.server.requests == []


def test_behind_a_proxy_only_the_id_counts(site, frames):
    site.server.says("POST /graphs/", "Graph created.\nCreated nodes: 77,78")
    assert site.jid(frames) == "77"


def test_an_empty_answer_to_a_change_is_no_success(site, frames):
    jid = site.jid(frames)
    site.goes_wrong("empty", "PUT ")
    with pytest.raises(EngineError, match="does not have"):
        site.engine.control(jid, "kill")


def test_a_job_that_does_not_end_is_not_deleted(site, frames, monkeypatch):
    monkeypatch.setattr(control, "ARCHIVE_SECONDS", 0.1)
    jid = site.jid(frames)
    site.farm.tick()
    with pytest.raises(EngineError, match="is cancelled, but not over"):
        site.engine.control(jid, "delete")


def test_an_error_of_the_server_is_one_short_line(site):
    site.server.says("GET /pools/", '{"pools": 3}')
    with pytest.raises(EngineError, match="something else than pools"):
        site.engine.pools()
    site.goes_wrong("500", "GET /pools")
    with pytest.raises(EngineError, match=r"answers 500: Internal Server Error$"):
        site.engine.pools()


def test_an_answer_without_end_is_cut_off(site, monkeypatch):
    monkeypatch.setattr(http, "LARGEST", 1 << 20)
    site.goes_wrong("long", "GET /query")
    with pytest.raises(EngineError, match="more than 1 MB"):
        site.engine.jobs()


@pytest.mark.parametrize("fault", ["silent", "half", "lost"])
def test_a_question_that_is_not_answered_has_lost_nothing(site, fault):
    site.goes_wrong(fault, "POST /query/job")
    with pytest.raises(EngineUnreachable) as told:
        site.engine.find("k")
    assert not isinstance(told.value, AnswerLost)


ITEM = {
    "id": 2,
    "name": "n",
    "user": "u",
    "status": 3,
    "commandCount": 1,
    "doneCommandCount": 1,
    "readyCommandCount": 0,
}


@pytest.mark.parametrize(
    "change",
    [{"id": -1}, {"commandCount": -3}, {"status": "3"}, {"doneCommandCount": 1 << 60}, {"readyCommandCount": True}],
)
def test_counts_that_cannot_be_are_refused(site, change):
    site.server.says("GET /query", {"items": [{**ITEM, **change}]})
    with pytest.raises(EngineError, match="a number of 0 or more"):
        site.engine.jobs()


def test_texts_and_times_that_make_no_sense_are_made_harmless(site):
    odd = {"name": "x" * 100_000, "user": ["u"], "creationTime": 1e300, "startTime": "soon", "endTime": -5}
    site.server.says("GET /query", json.dumps({"items": [{**ITEM, **odd}]}).replace("1e+300", "Infinity"))
    found = site.engine.jobs()[0]
    assert (len(found.title), found.owner, found.spooled, found.started, found.stopped) == (300, "", 0, None, None)


LEAF = {"id": 3, "name": "t", "tags": {}, "children": [], "task": {"id": 1}}
TREE = {"id": 2, "name": "g", "tags": {}, "children": [LEAF]}
COMMAND = {"id": 1, "task": 1, "status": 5, "description": "d"}


def tells(site, tree, commands):
    site.server.says("GET /nodes/2", {"id": 2, "parent": 1, "taskGroup": 1, "status": 1})
    site.server.says("POST /query/job", {"items": [tree]})
    site.server.says("GET /tasks/1/commands", {"commands": commands})


def test_a_tree_is_read(site):
    tells(site, TREE, [COMMAND])
    assert site.states("2") == ["done"]


@pytest.mark.parametrize(
    ("tree", "commands"),
    [
        ({**TREE, "id": 9}, []),
        ({**TREE, "children": [LEAF, LEAF]}, []),
        ({**TREE, "children": [{**LEAF, "id": -3}]}, []),
        ({**TREE, "children": [{**LEAF, "task": 7}]}, []),
        ({**TREE, "children": 7}, []),
        ([], []),
        (TREE, [{**COMMAND, "task": -9}]),
        (TREE, [{**COMMAND, "status": 99}]),
        (TREE, "all"),
    ],
)
def test_a_tree_that_cannot_be_is_refused(site, tree, commands):
    tells(site, tree, commands)
    with pytest.raises(EngineError, match=r"something else|a number of 0"):
        site.engine.tasks("2")


def test_a_deep_answer_is_no_end_of_the_stack(site):
    site.server.says("GET /pools/", '{"pools": ' + "[" * 100_000 + "]" * 100_000 + "}")
    with pytest.raises(EngineError):
        site.engine.pools()


def test_a_render_node_with_a_strange_address_is_not_asked(site, frames):
    jid = site.jid(frames)
    site.farm.run(where="http://elsewhere/?x=:1")
    assert "has no address" in site.engine.log(jid, 2)


FAULTS = ("", "silent", "lost", "deaf", "half", "500-after")


@pytest.fixture
def shared(site, monkeypatch, tmp_path):
    """The outbox of a user whose engine is this server."""
    monkeypatch.setenv("FARMSUBMIT_HOME", str(tmp_path))
    monkeypatch.setattr(registry, "_homes", lambda: {"puli": ""})
    site.seconds = 10.0
    monkeypatch.setattr(registry, "_load", lambda home, scheme: lambda at: PuliEngine(at, (5.0, site.seconds)))
    monkeypatch.setattr("farmsubmit.submission.way.into_history", lambda *args, **more: None)
    monkeypatch.setattr("os.fsync", lambda handle: None)
    return site


def test_in_40_runs_of_random_faults_no_job_is_lost_and_none_made_twice(shared):
    from farmsubmit import outbox
    from farmsubmit.submission import Submission
    from farmsubmit.submission import outbox as carrier

    sent = []
    for seed in range(40):
        chance = random.Random(seed)
        job = Job(title=str(seed))
        job.newTask(title="frame", argv=["render"])
        fault = chance.choice(FAULTS)
        shared.seconds = 0.1 if fault == "silent" else 10.0
        way = Submission(job, f"puli://{shared.server.address}")
        way.prepare(is_checked=False)
        sent.append(way.key)
        shared.server.goes_wrong(fault or "lost", "POST /graphs", 1 if fault else 0)
        try:
            way.send()
        except FarmsubmitError:
            assert outbox.letters() != []
        shared.server.fault_left, shared.seconds = 0, 10.0
        carrier.carry(outbox.letters())
        assert outbox.letters() == []
    assert sorted(keys(shared)) == sorted(sent)
