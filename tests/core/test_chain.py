"""Several jobs sent as one: in the order asked for, all or nothing."""

import pytest

from farmsubmit import submission
from farmsubmit.author.elements import Job
from farmsubmit.engines.base import Capabilities, Engine, Ticket, Translation
from farmsubmit.errors import EngineError, FarmsubmitError, SpoolError
from farmsubmit.submission import way


class Farm(Engine):
    """An engine that keeps what it is sent, and refuses a job of the title ``bad``."""

    scheme = "farm"
    capabilities = Capabilities(frozenset({"delete"}))

    def __init__(self):
        super().__init__()
        self.sent, self.stays = {}, ()

    def translate(self, job):
        return Translation((job.title, list(job.afterjids)))

    def spool(self, translation, info, block=False):
        if translation.payload[0] == "bad":
            raise SpoolError("the farm refuses bad")
        jid = str(100 + len(self.sent))
        self.sent[jid] = translation.payload
        return Ticket(jid, self.url)

    def control(self, jid, action, tids=(), value=None):
        if jid in self.stays:
            raise EngineError(f"{jid} is locked")
        assert action == "delete"
        del self.sent[jid]


@pytest.fixture
def farm(tmp_path, monkeypatch):
    engine = Farm()
    monkeypatch.setenv("FARMSUBMIT_HOME", str(tmp_path))
    monkeypatch.setattr(way, "engine_for", lambda url: engine)
    return engine


def job(title, **attributes):
    made = Job(title=title, service="linux", **attributes)
    made.newTask(title=title, argv=["/bin/true"], service="linux")
    return made


@pytest.mark.parametrize(
    ("nest", "waits"),
    [
        (lambda a, b, c, d: [a, b], [[], []]),
        (lambda a, b, c, d: (a, b, c), [[], [100], [101]]),
        (lambda a, b, c, d: (a, [b, c], d), [[], [100], [100], [101, 102]]),
        (lambda a, b, c, d: [(a, b), (c, d)], [[], [100], [], [102]]),
        (lambda a, b, c, d: (a, [], b), [[], [100]]),
    ],
)
def test_a_tuple_waits_and_a_list_does_not(farm, nest, waits):
    tickets = submission.submit_chain(nest(*map(job, "abcd")), "farm:")
    assert [farm.sent[ticket.jid][1] for ticket in tickets] == waits


def test_own_waits_stay_and_the_job_itself_is_not_changed(farm):
    second = job("b", afterjids=[7])
    submission.submit_chain((job("a"), second), "farm:")
    assert farm.sent["101"] == ("b", [7, 100])
    assert second.afterjids == [7]


def test_what_was_sent_is_taken_back_where_a_later_job_is_refused(farm):
    with pytest.raises(SpoolError, match="the farm refuses bad"):
        submission.submit_chain((job("a"), job("b"), job("bad")), "farm:")
    assert farm.sent == {}


def test_what_cannot_be_taken_back_is_named(farm):
    farm.stays = ("100",)
    with pytest.raises(SpoolError, match=r"sent and stay: 100"):
        submission.submit_chain((job("a"), job("bad")), "farm:")


def test_nothing_is_sent_where_one_job_fails_its_checks(farm):
    with pytest.raises(FarmsubmitError):
        submission.submit_chain((job("a"), Job(title="empty")), "farm:")
    with pytest.raises(FarmsubmitError, match="str is no job"):
        submission.submit_chain((job("a"), "b"), "farm:")
    assert farm.sent == {}


def test_an_engine_that_takes_nothing_back_takes_no_chain(farm):
    farm.capabilities = Capabilities()
    with pytest.raises(EngineError, match="by half"):
        submission.submit_chain((job("a"), job("b")), "farm:")
