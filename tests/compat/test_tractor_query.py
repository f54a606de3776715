"""``tractor.api.query`` over an engine's interface: what it lists, does, and refuses."""

import copy
import pickle
import time
from datetime import datetime

import pytest

from farmsubmit.compat import tractor as alias
from farmsubmit.compat import tractorquery as tq
from farmsubmit.engines import registry
from farmsubmit.engines.base import ACTIONS, Blade, Capabilities, Engine, JobStatus, TaskStatus
from farmsubmit.errors import EngineUnreachable
from farmsubmit.lang.search import seconds_of

NOW = time.time()


class Farm(Engine):
    scheme = "query"
    capabilities = Capabilities(frozenset(ACTIONS), tasks=True, blades=True)

    def __init__(self, location=""):
        super().__init__(location)
        self.asked, self.done = [], []

    def translate(self, job):
        raise AssertionError("nothing is sent here")

    spool = translate

    def jobs(self):
        return [
            JobStatus("7", "candy", "error", {"error": 1, "done": 1, "skipped": 1}, 10.0, "anna", NOW - 90, NOW - 60),
            JobStatus("abc", "salt", "done", {"done": 2}, 5.0, "bob", NOW - 900, NOW - 800, NOW - 700),
        ]

    def tasks(self, jid):
        self.asked.append(jid)
        return [
            TaskStatus(1, "frame 1", "error", 2, 40, 3, "rack-1", NOW - 60, NOW - 50, "out of memory"),
            TaskStatus(2, "movie", "blocked"),
        ]

    def commands(self, jid, tid):
        return [["prman", f"{jid}.{tid}.rib"], ["/bin/true"]]

    def blades(self):
        return [Blade("rack-1", "10.0.0.1", "Linux64", ("PixarRender", "fx")), Blade("rack-2")]

    def control(self, jid, action, tids=(), value=None):
        self.done.append((jid, action, list(tids), value))


@pytest.fixture(autouse=True)
def farm(monkeypatch):
    engine = Farm()
    monkeypatch.setattr(registry, "engine_for", lambda url: engine)
    return engine


# --- lists


def test_jobs_are_dictionaries_with_tractors_names(farm):
    first, second = tq.jobs()
    assert (first["jid"], first["title"], first["owner"], first["priority"]) == (7, "candy", "anna", 10.0)
    assert (first["numtasks"], first["numdone"], first["numerror"], first["numactive"]) == (3, 2, 1, 0)
    assert (second["jid"], second["elapsedsecs"], first["stoptime"]) == ("abc", pytest.approx(100), None)
    assert seconds_of(second["stoptime"]) == pytest.approx(NOW - 700, abs=0.01)


def test_a_time_is_printed_as_tractor_prints_it(monkeypatch):
    monkeypatch.setenv("TZ", "Etc/GMT+8")
    time.tzset()
    try:
        moment = datetime.fromisoformat("2014-02-17T08:16:53.971-08:00").timestamp()
        monkeypatch.setattr(Farm, "jobs", lambda self: [JobStatus("1", "t", "done", spooled=moment)])
        assert tq.jobs()[0]["spooltime"] == "2014-02-17 08:16:53.971-08"
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize(
    ("clause", "titles"),
    [
        ("owner in [anna freddie] and spooltime > -1h", ["candy"]),
        ("done", ["salt"]),
        ("not done and numerror", ["candy"]),
        ("jid = abc", ["salt"]),
        ("Job.owner = bob", ["salt"]),
        ("stoptime > -7d", ["salt"]),
    ],
)
def test_a_search_narrows_the_jobs(clause, titles):
    assert [job["title"] for job in tq.jobs(clause)] == titles


def test_only_the_columns_that_were_asked_for_come_and_no_more_rows_than_the_limit():
    assert tq.jobs("", columns=["title", "jid"], limit=1) == [{"title": "candy", "jid": 7}]
    assert len(tq.jobs(limit=0, archive=True)) == 2


def test_only_jobs_that_may_be_meant_are_asked_for_their_tasks(farm):
    found = tq.tasks("Job.title like can and state = error", columns=["jid", "tid", "title", "exitcode", "reason"])
    assert found == [{"jid": 7, "tid": 1, "title": "frame 1", "exitcode": 3, "reason": "out of memory"}]
    assert farm.asked == ["7"]


def test_an_outer_name_is_the_inner_ones_where_both_have_it():
    assert [(task["jid"], task["tid"]) for task in tq.tasks("title = movie and owner = bob")] == [("abc", 2)]
    assert tq.tasks("title = candy") == []


def test_commands_have_their_words():
    found = tq.commands("jid=7 and tid=2", columns=["argv", "tid"], archive=True)
    assert found == [{"argv": ["prman", "7.2.rib"], "tid": 2}, {"argv": ["/bin/true"], "tid": 2}]
    assert len(tq.commands("argv like rib$ and Task.state = error")) == 2


def test_invocations_are_the_last_run_of_what_has_run():
    (run,) = tq.invocations("jid=7")
    assert (run["tid"], run["current"], run["blade"], run["elapsedsecs"]) == (1, 0, "rack-1", pytest.approx(10))


def test_blades_are_found_by_what_they_provide():
    assert [blade["name"] for blade in tq.blades("provides = fx")] == ["rack-1"]
    assert [blade["name"] for blade in tq.blades("not (provides in [fx])")] == ["rack-2"]


def test_a_copy_of_a_row_is_a_plain_dictionary():
    row = tq.jobs("jid=7")[0]
    assert row == pickle.loads(pickle.dumps(row)) == copy.deepcopy(row)
    assert type(copy.copy(row)) is dict


# --- what is refused


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: tq.jobs("ownr = anna"), "column 1: there is no attribute 'ownr'; did you mean 'owner'?"),
        (lambda: tq.jobs("tier = rush"), "tier of a job is nothing that engines tell farmsubmit"),
        (lambda: tq.tasks("Job.crews = fx"), "crews of a job is nothing that engines tell"),
        (lambda: tq.jobs(columns=["titel"]), "a job has no 'titel'; did you mean 'title'?"),
        (lambda: tq.commands(columns=["cid"]), "cid of a command is nothing that engines tell"),
        (lambda: tq.jobs(columns="title"), r"write columns=\['title'\]"),
        (lambda: tq.jobs(sortby=["jid"]), "no documented argument 'sortby'; it takes search, columns, limit, archive"),
        (lambda: tq.jobs(limit=-1), "0 is no limit"),
        (lambda: tq.jobs(7), "7 is no search"),
        (lambda: tq.jobs()[0]["crews"], "crews of a job is nothing that engines tell"),
        (lambda: tq.jobs(columns=["jid"])[0]["title"], "'title' was not among the columns that were asked for"),
        (lambda: tq.cattr({"jid": 1}, key="argv", value=["a"]), "cattr is nothing that engines can do"),
        (lambda: tq.restart("jid=7"), "farmsubmit resubmit"),
        (lambda: tq.jattr("jid=7", key="comment", value="x"), "cannot change 'comment' of a job that is sent"),
        (lambda: tq.chpri("jid=7", "high"), "'high' is no priority"),
        (lambda: tq.pause("jid=7", force=True), "pause has no documented argument 'force'"),
        (lambda: tq.delete(""), "an empty search would mean everything"),
        (lambda: tq.delete(7), "7 names no jobs"),
        (lambda: tq.retry({"jid": 7}), "a row needs jid and tid"),
        (lambda: tq.retry({"jid": 7, "tid": "x"}), "'x' is no number of a task"),
        (lambda: tq.blade, "no documented 'blade'; did you mean 'blades'?"),
        (lambda: tq.zzzzzz, "known are PasswordRequired|known are .*jobs"),
    ],
)
def test_what_cannot_be_done_is_refused_in_one_sentence(farm, call, words):
    with pytest.raises(tq.TractorQueryError, match=words):
        call()
    assert farm.done == []


def test_a_name_that_is_not_there_can_be_asked_for():
    assert not hasattr(tq, "zzzzzz")
    assert hasattr(tq, "retryerrors")
    assert tq.jobs()[0].get("crews", "none") == "none"


def test_an_engine_that_does_not_answer_is_a_query_error_with_its_exit_code(monkeypatch):
    def away(self):
        raise EngineUnreachable("query: does not answer")

    monkeypatch.setattr(Farm, "jobs", away)
    with pytest.raises(tq.TractorQueryError, match="does not answer") as caught:
        tq.jobs()
    assert caught.value.exit_code == 3


# --- operations


@pytest.mark.parametrize(
    ("call", "done"),
    [
        (lambda: tq.pause("owner = anna"), [("7", "pause", [], None)]),
        (lambda: tq.unpause(tq.jobs()), [("7", "resume", [], None), ("abc", "resume", [], None)]),
        (lambda: tq.interrupt({"jid": 7}), [("7", "kill", [], None)]),
        (lambda: tq.delete({"jid": 7}), [("7", "delete", [], None)]),
        (lambda: tq.retryerrors("jid=7"), [("7", "retry", [1], None)]),
        (lambda: tq.skiperrors("jid=7"), [("7", "skip", [1], None)]),
        (lambda: tq.chpri("jid=7", 55), [("7", "priority", [], 55.0)]),
        (lambda: tq.jattr("jid=7", key="priority", value=1.5), [("7", "priority", [], 1.5)]),
        (lambda: tq.retry("jid=7"), [("7", "retry", [1, 2], None)]),
        (lambda: tq.skip(tq.tasks("tid = 2")), [("7", "skip", [2], None), ("abc", "skip", [2], None)]),
        (lambda: tq.kill([{"jid": 7, "tid": 1}, {"jid": 7, "tid": 1}]), [("7", "kill", [1], None)]),
        (lambda: tq.pause("owner = nobody"), []),
    ],
)
def test_an_operation_becomes_an_action_of_the_engine(farm, call, done):
    call()
    assert farm.done == done


def test_nothing_is_asked_of_a_job_without_errors(farm, monkeypatch):
    monkeypatch.setattr(Farm, "tasks", lambda self, jid: [TaskStatus(1, "t", "done")])
    tq.retryerrors("jid=7")
    assert farm.done == []


# --- the names


def test_all_ways_to_import_the_api_give_the_same_modules():
    alias.install()
    import tractor.api.author
    import tractor.api.query as query
    from tractor.api import author
    from tractor.api.query import PasswordRequired, TractorQueryError, jobs

    assert query is tq
    assert tractor.api.author is author
    assert issubclass(PasswordRequired, TractorQueryError)
    assert jobs is tq.jobs
