"""Status filters: what plug-ins can do around the commands of the local engine, and that they can do no harm."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from farmsubmit.engines.local import filters as asking
from farmsubmit.engines.local import runner
from farmsubmit.engines.local.filters import Filters
from farmsubmit.engines.local.lock import RunnerStopped
from farmsubmit.engines.local.pump import FilteredLines
from farmsubmit.engines.local.store import queue_folder
from farmsubmit.engines.statusfilter import HOOKS, StatusFilter, Subprocess
from farmsubmit.errors import PluginError

TRUE, FALSE = ["true"], ["false"]


class Catalogue:
    """Plug-ins by name, as farmsubmit.plugins finds them."""

    def __init__(self, *plugins):
        self.plugins = {plugin.__name__: plugin for plugin in plugins}

    def get(self, kind, name):
        assert kind == "sitestatusfilter"
        if name not in self.plugins:
            raise PluginError(f"there is no {kind} {name!r}")
        return self.plugins[name]


@pytest.fixture
def use(queue, monkeypatch):
    """Return a function that lets a runner in this process ask these plug-ins, the first of them for everything."""

    def use(*plugins, selector=None):
        names = [plugin.__name__ for plugin in plugins]
        choose = selector or (lambda state, cmd: names)
        monkeypatch.setattr(
            runner, "Filters", lambda folder: Filters(folder, lambda: choose, lambda: Catalogue(*plugins))
        )

    return use


def runner_log():
    path = queue_folder() / "runner.log"
    return path.read_text() if path.exists() else ""


def plain(queue, jid="1"):
    """Return what the commands of a job printed."""
    return [line for line in queue.engine.log(jid).splitlines() if not line.startswith("#")]


def printing(queue, *lines):
    return queue.python(f"for line in {lines!r}: print(line)")


# --- events


def test_a_filter_sees_a_command_start_and_end(queue, job, use):
    seen = []

    class Watch(StatusFilter):
        def SubprocessPreStart(self, cmd, profile):
            seen.append(("before", cmd.pid, cmd.exitcode, cmd.argv, profile["zone"]))

        def SubprocessStarted(self, cmd):
            seen.append(("started", cmd.pid > 0, cmd.jid, cmd.tid, cmd.cid))

        def SubprocessEnded(self, cmd):
            seen.append(("ended", cmd.exitcode, cmd.elapsed > 0, cmd.logfile.endswith("logs/1/1.1.log")))

    use(Watch)
    job.newTask(title="t", argv=["false", "%t"])
    queue.run(job)
    assert seen == [
        ("before", None, None, ["false", "1"], "NFS"),
        ("started", True, 1, 1, 1),
        ("ended", 1, True, True),
    ]


def test_a_filter_sees_what_does_not_start(queue, job, use):
    seen = []

    class Watch(StatusFilter):
        def SubprocessFailedToStart(self, cmd):
            seen.append((cmd.exitcode, cmd.reason))

    use(Watch)
    job.newTask(title="t", argv=["prmna"])
    queue.run(job)
    assert seen == [(127, "cannot start 'prmna': not found on PATH")]


@pytest.mark.parametrize(("argv", "code", "state"), [(TRUE, 5, "error"), (FALSE, 0, "done")])
def test_a_filter_may_change_the_exit_code(queue, job, use, argv, code, state):
    class Change(StatusFilter):
        def SubprocessEnded(self, cmd):
            cmd.exitcode = code

    use(Change)
    job.newTask(title="t", argv=argv)
    queue.run(job)
    assert (queue.task().state, queue.task().exit_code) == (state, code)
    assert f"a status filter made exit code {code} of {1 - (argv == TRUE)}" in queue.engine.log("1")


def test_filters_share_their_persistent_data(queue, job, use):
    class One(StatusFilter):
        def SubprocessStarted(self, cmd):
            self.persistent_data["from"] = "one"

    class Two(StatusFilter):
        def SubprocessEnded(self, cmd):
            cmd.exitcode = 7 if self.persistent_data == {"from": "one"} else 0

    use(One, Two, selector=lambda state, cmd: "Two" if cmd and cmd.exitcode is not None else ["One"])
    job.newTask(title="t", argv=TRUE)
    queue.run(job)
    assert queue.task().exit_code == 7


# --- lines


class Lines(StatusFilter):
    def FilterSubprocessOutputLine(self, cmd, textline):
        if "secret" in textline:
            return None
        return textline.replace("FATAL", "TR_EXIT_STATUS 9 #").replace(" #", "")


def test_a_filter_changes_and_drops_lines_before_the_log(queue, job, use):
    use(Lines)
    job.newTask(title="t", argv=printing(queue, "é a", "my secret", "", "b"))
    assert queue.run(job).state == "done"
    assert plain(queue) == ["é a", "", "b"]


def test_what_a_filter_makes_of_a_line_is_what_counts(queue, job, use):
    use(Lines)
    job.newTask(title="t", argv=printing(queue, "FATAL", "TR_PROGRESS 42% secret"))
    queue.run(job)
    assert (queue.task().exit_code, queue.task().progress) == (9, 0)


def test_lines_of_an_expand_command_are_its_script_and_not_filtered(queue, job, use):
    use(Lines)
    code = "import sys; print('Task secret'); print('my secret', file=sys.stderr)"
    job.newTask(title="t").newCommand(argv=queue.python(code), expand=True)
    assert queue.run(job).counts == {"done": 2}
    assert plain(queue) == []


def test_the_last_lines_count_however_slow_the_filter_is(queue, job, use):
    class Slow(StatusFilter):
        def FilterSubprocessOutputLine(self, cmd, textline):
            time.sleep(0.2)
            return textline

    use(Slow)
    job.newTask(title="t", argv=printing(queue, "a", "TR_EXIT_STATUS 9"))
    queue.run(job)
    assert queue.task().exit_code == 9


def test_output_that_a_child_holds_open_does_not_hold_up_the_task(queue, job, use, monkeypatch):
    monkeypatch.setattr("farmsubmit.engines.local.process.DRAIN", 0.1)
    use(Lines)
    job.newTask(title="t", argv=["sh", "-c", "echo a; sleep 5 & echo b"])
    assert queue.run(job).state == "done"
    assert plain(queue) == ["a", "b"]


def test_without_a_hook_for_lines_output_goes_straight_to_the_log(queue, job, use, monkeypatch):
    monkeypatch.setattr("farmsubmit.engines.local.process.Pump", None)
    use(type("Other", (StatusFilter,), {}))
    job.newTask(title="t", argv=["echo", "a"])
    assert queue.run(job).state == "done"


TEXT = b"a\r\nb\rsecret\n\n\nlast" + b"x" * 50


@given(st.lists(st.integers(0, len(TEXT)), max_size=10))
def test_lines_are_the_same_however_output_is_cut(cuts):
    seen = []
    lines = FilteredLines(lambda line: seen.append(line) or line)
    places = [0, *sorted(cuts), len(TEXT)]
    kept = b"".join(lines.feed(TEXT[start:end]) for start, end in zip(places, places[1:])) + lines.finish()
    assert kept == TEXT
    assert seen == ["a", "b", "secret", "last" + "x" * 50]


def test_a_line_without_end_is_not_held_back_for_ever():
    lines = FilteredLines(str.upper)
    assert lines.feed(b"x" * (1 << 20)) == b""
    assert lines.feed(b"\xff") == b"X" * (1 << 20) + b"\xff"


# --- whether work is taken


def test_no_new_task_starts_while_a_test_says_no(queue, job, use, monkeypatch):
    monkeypatch.setattr(runner, "ASK_AGAIN", 0.05)
    answers = [False, False, True, True]

    class Gate(StatusFilter):
        def TestDynamicState(self, stateDict, now):
            return answers.pop(0)

    use(Gate)
    job.newTask(title="a", argv=TRUE)
    job.newTask(title="b", argv=TRUE)
    assert queue.run(job).counts == {"done": 2}
    assert answers == []


def test_the_tests_see_what_the_filters_put_into_the_state(queue, job, use):
    states = []

    class State(StatusFilter):
        def FilterBasicState(self, stateDict, now):
            stateDict["reachable"] = now > 0

        def TestBasicState(self, stateDict, now):
            states.append(set(stateDict))
            return stateDict["reachable"]

        def TestDynamicState(self, stateDict, now):
            states.append(set(stateDict))

    use(State)
    job.newTask(title="a", argv=TRUE)
    assert queue.run(job).state == "done"
    basic = {"host", "zone", "platform", "cpus", "slots", "free_slots", "active", "reachable"}
    assert states == [basic, basic | {"load", "memory", "disk"}]


def test_after_a_no_a_job_can_still_be_killed_and_the_runner_ends(queue, job, monkeypatch):
    config = queue.folder / "config.py"
    (queue.folder / "no.py").write_text(
        "from farmsubmit.engines.statusfilter import StatusFilter\n"
        "class No(StatusFilter):\n    def TestBasicState(self, stateDict, now):\n        return False\n"
    )
    config.write_text(f"PLUGIN_PATH = [{str(queue.folder)!r}]\nFILTER_SELECTOR = lambda state, cmd: ['No']\n")
    monkeypatch.setenv("FARMSUBMIT_CONFIGURATION_PATH", str(config))
    job.newTask(title="a", argv=TRUE)
    queue.spool(job, block=True)
    queue.engine.control("1", "kill")
    queue.wait_for_no_runner()
    assert queue.states() == ["ready"]


# --- no harm


class Broken(StatusFilter):
    def __getattribute__(self, name):
        if name not in HOOKS:
            return super().__getattribute__(name)

        def hook(first, *rest):
            if isinstance(first, dict):
                first["broken"] = True
            else:
                first.exitcode = 77
            raise SystemExit("no luck in\ntwo lines")

        return hook

    def FilterSubprocessOutputLine(self, cmd, textline): ...


def test_a_filter_that_fails_everywhere_changes_nothing(queue, job, use):
    use(Broken)
    job.newTask(title="t", argv=["echo", "a"])
    job.newTask(title="u", argv=["prmna"])
    assert queue.run(job, slots=1).counts == {"done": 1, "error": 1}
    assert plain(queue)[0] == "a"
    log = runner_log().splitlines()
    assert len(log) == len(HOOKS)
    for hook in HOOKS:
        where = (
            f"the status filter Broken in {hook} failed, and what is usual is done: SystemExit: no luck in two lines"
        )
        assert sum(where in line for line in log) == 1


def test_what_a_filter_changed_before_it_failed_is_forgotten(queue, job, use):
    states = []

    class Half(StatusFilter):
        def FilterBasicState(self, stateDict, now):
            stateDict["half"] = True
            raise ValueError

        def TestBasicState(self, stateDict, now):
            stateDict["test"] = True

        def TestDynamicState(self, stateDict, now):
            states.append(stateDict)

    use(Half)
    job.newTask(title="t", argv=TRUE)
    queue.run(job)
    assert not {"half", "test"} & states[0].keys()


@pytest.mark.parametrize(
    ("hook", "answer", "why"),
    [
        ("FilterSubprocessOutputLine", 7, "returned 7, which is neither a line nor None"),
        ("FilterSubprocessOutputLine", "\ud800", "UnicodeEncodeError"),
        ("SubprocessEnded", "7", "set the exit code to '7', which is no whole number"),
    ],
)
def test_an_answer_of_the_wrong_kind_is_told_and_changes_nothing(queue, job, use, hook, answer, why):
    def wrong(self, cmd, *rest):
        cmd.exitcode = answer
        return answer

    use(type("Wrong", (StatusFilter,), {hook: wrong}))
    job.newTask(title="t", argv=["echo", "a"])
    assert queue.run(job).state == "done"
    assert plain(queue) == ["a"]
    assert why in runner_log()


def test_a_selector_that_fails_is_told_once(queue, job, use):
    use(selector=lambda state, cmd: 1 // 0)
    job.newTask(title="t", argv=TRUE)
    assert queue.run(job).state == "done"
    assert runner_log().count("the setting filter_selector failed") == 1


@pytest.mark.parametrize("names", [None, "", [], 7, [7]])
def test_a_selector_that_names_nothing_leaves_everything_as_usual(queue, job, use, names):
    use(Broken, selector=lambda state, cmd: names)
    job.newTask(title="t", argv=TRUE)
    assert queue.run(job).state == "done"
    assert ("which is neither" in runner_log() or "not iterable" in runner_log()) == (names in (7, [7]))


def test_the_first_filter_that_is_there_is_asked(queue, job, use):
    class There(StatusFilter):
        def SubprocessEnded(self, cmd):
            cmd.exitcode = 3

    use(There, selector=lambda state, cmd: ["Gone", "There"])
    job.newTask(title="t", argv=TRUE)
    queue.run(job)
    assert queue.task().exit_code == 3
    assert "the status filter Gone failed, and what is usual is done: PluginError" in runner_log()


def test_a_runner_that_is_told_to_end_is_not_stopped_by_a_filter(queue):
    class Stop(StatusFilter):
        def SubprocessStarted(self, cmd):
            raise RunnerStopped(143)

    asked = Filters(queue_folder(), lambda: lambda state, cmd: "Stop", lambda: Catalogue(Stop))
    assert asked.active
    with pytest.raises(RunnerStopped):
        asked.started(Subprocess(1, 1, 1, [], ""))


def test_filters_are_loaded_anew_after_a_while_only(queue, monkeypatch):
    loads = []
    asked = Filters(queue_folder(), lambda: loads.append(1) or (lambda state, cmd: []), Catalogue)
    assert all(asked.active for _ in range(3))
    assert len(loads) == 1
    later = asking.time.monotonic() + asking.RELOAD_SECONDS
    monkeypatch.setattr(asking.time, "monotonic", lambda: later)
    assert asked.active
    assert len(loads) == 2


def test_without_a_selector_nothing_is_asked(queue, job, monkeypatch):
    monkeypatch.setattr(Filters, "_ask", None)
    monkeypatch.setattr(Filters, "_chosen", None)
    job.newTask(title="t", argv=TRUE)
    assert queue.run(job).state == "done"


# --- from the settings, and what the class says of itself


def test_filter_and_selector_come_from_the_configuration(queue, job, monkeypatch):
    config = queue.folder / "config.py"
    (queue.folder / "site.py").write_text(
        "from farmsubmit.engines.statusfilter import StatusFilter\n"
        "class Site(StatusFilter):\n    def FilterSubprocessOutputLine(self, cmd, textline):\n"
        "        return textline.upper()\n"
    )
    config.write_text(f"PLUGIN_PATH = [{str(queue.folder)!r}]\nFILTER_SELECTOR = lambda state, cmd: 'Site'\n")
    monkeypatch.setenv("FARMSUBMIT_CONFIGURATION_PATH", str(config))
    job.newTask(title="t", argv=["echo", "loud"])
    queue.run(job)
    assert (plain(queue), runner_log()) == (["LOUD"], "")


def test_a_filter_as_it_stands_changes_nothing():
    state, cmd = {}, Subprocess(1, 2, 3, ["a"], "log")
    usual = StatusFilter()
    assert usual.FilterSubprocessOutputLine(cmd, "line") == "line"
    assert usual.TestBasicState(state, 0.0) and usual.TestDynamicState(state, 0.0)
    for hook in (usual.FilterBasicState, usual.FilterDynamicState):
        assert hook(state, 0.0) is None
    assert (state, cmd) == ({}, Subprocess(1, 2, 3, ["a"], "log"))


def test_info_names_the_hooks():
    class Site(Lines):
        description = "Hides secrets."

    assert Site.info() == "Site"
    assert Site.info(short=False).splitlines() == [
        "Site",
        "  description: Hides secrets.",
        "  hooks:       FilterSubprocessOutputLine",
    ]
