"""Laws of a job that grows while it runs: its order, and that the queue on disk knows as much as the runner."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from farmsubmit.author import Instance, Job
from farmsubmit.author.planning.planner import build_plan, plan_graft
from farmsubmit.engines.base import BLOCKED, DONE, ERROR, READY, SKIPPED, SpoolInfo
from farmsubmit.engines.local.again import what_runs_again
from farmsubmit.engines.local.expansion import _refuse_endless
from farmsubmit.engines.local.growth import ground, grow
from farmsubmit.engines.local.jobrun import JobRun
from farmsubmit.engines.local.store import Journal, Store
from farmsubmit.errors import JobTreeError

# A tree is (serial, children).
trees = st.recursive(
    st.just((False, [])), lambda inner: st.tuples(st.booleans(), st.lists(inner, max_size=3)), max_leaves=6
).filter(lambda tree: tree[1])
steps = st.lists(st.sampled_from(["graft", "start", "end", "retry", "finish"]), min_size=6, max_size=15)


class Model:
    """A job that is run by hand, and which of its tasks have run to their end since they were last retried."""

    def __init__(self, store, tree, draw):
        self.store, self.draw, self.names = store, draw, 0
        plan = build_plan(self.job_of(tree), 4)[0]
        jid = store.add_job(plan, SpoolInfo("me", "here"), 0.0)
        self.run = JobRun(store, Journal(store), jid)

    def job_of(self, tree, known=()):
        job = Job(title="law", serialsubtasks=tree[0])
        todo = [(job, below) for below in tree[1]]
        while todo:
            parent, (serial, below) = todo.pop()
            self.names += 1
            task = parent.newTask(title="t", id=f"t{self.names}", serialsubtasks=serial)
            todo += [(task, each) for each in below]
        for name in known:
            job.addChild(Instance(title=name))
        return job

    def start(self):
        unit = self.run.head()
        if unit is not None:
            self.check_free(unit.tid)
            self.run.begin(unit)

    def check_free(self, tid):
        for node, waiters in self.run.wiring._waiters.items():
            assert tid not in waiters or node < 0 or self.run.states[node] in (DONE, SKIPPED)

    def graft(self):
        if not self.run.units:
            self.start()
        if not self.run.units:
            return
        host = self.draw(st.sampled_from(sorted(self.run.units)))
        on = ground(self.run, host, 4)
        known = self.draw(st.lists(st.sampled_from(sorted(on.ids)), max_size=2, unique=True))
        try:
            plan = plan_graft(self.job_of(self.draw(trees), known), on)
            _refuse_endless(self.run, plan)
        except JobTreeError:
            return
        grow(self.run, plan)

    def end(self):
        if self.run.units:
            unit = self.run.units[self.draw(st.sampled_from(sorted(self.run.units)))]
            unit.reason = self.draw(st.sampled_from(["", "", "bad"]))
            self.run.forget(unit)

    def retry(self):
        ended = [tid for tid, state in enumerate(self.run.states) if state in (DONE, ERROR) or tid in self.run.spent]
        if ended:
            again = what_runs_again(self.run, [self.draw(st.sampled_from(ended))])
            if not again.touched & self.run.units.keys():
                self.run.retry(again)

    def go(self, steps):
        for step in steps:
            getattr(self, step)()
            for graft in self.run.grafts._all:
                assert self.run.has(graft.host)
                assert self.run.states[graft.host] != DONE or all(map(self.run.has_passed, graft.tops))

    def retry_errors(self):
        errors = [tid for tid, state in enumerate(self.run.states) if state == ERROR]
        if errors:
            self.run.retry(what_runs_again(self.run, errors))

    def finish(self):
        """Run what is left, all of it well."""
        while True:
            while self.run.head() is not None:
                self.start()
            if not self.run.units:
                return
            self.run.forget(next(iter(self.run.units.values())))


def facts(run):
    wiring = run.wiring
    missing = {node: missing for node, missing in wiring._missing.items() if missing}
    needs = {node: sorted(needed) for node, needed in wiring._needs.items() if needed}
    last = max((tid for tid, state in enumerate(run.states) if state), default=0)
    return run.states[: last + 1], sorted(run._ready), run.spent, run._left, missing, needs


@settings(max_examples=80, deadline=None)
@given(trees, steps, st.data())
def test_a_job_that_grew_is_read_back_as_it_is(tree, steps, data):
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder), durable=False) as store:
        model = Model(store, tree, data.draw)
        model.go(steps)
        for unit in list(model.run.units.values()):
            model.run.forget(unit)
        model.run.journal.flush()
        again = JobRun(store, Journal(store), model.run.jid)
        assert facts(again) == facts(model.run)
        assert again.journal._notes == []


@settings(max_examples=80, deadline=None)
@given(trees, steps, st.data())
def test_a_job_that_grew_comes_to_its_end_once_nothing_fails(tree, steps, data):
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder), durable=False) as store:
        model = Model(store, tree, data.draw)
        model.go(steps)
        model.finish()
        model.retry_errors()
        model.finish()
        assert model.run.outcome == DONE
        assert set(model.run.states[1:]) <= {DONE, ""}
        model.run.journal.flush()
        assert store.counts(1)[1] == {DONE: sum(map(bool, model.run.states))}


@settings(max_examples=60, deadline=None)
@given(trees, steps, st.data())
def test_what_a_crash_leaves_runs_to_the_end(tree, steps, data):
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder), durable=False) as store:
        model = Model(store, tree, data.draw)
        model.go(steps)
        model.run.journal.flush()
        cut_off = set(model.run.units)
        model.run = JobRun(store, Journal(store), 1)
        states = model.run.states
        assert all(states[tid] in (READY, BLOCKED) for tid in cut_off if model.run.has(tid))
        assert not any(model.run.grafts.of(tid) for tid in cut_off)
        model.retry_errors()
        model.finish()
        assert model.run.outcome == DONE
