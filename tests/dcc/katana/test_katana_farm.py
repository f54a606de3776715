"""Katana's own renders through its farm plug-in: the job, its states, its log, and what goes wrong."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any, Dict, List

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from farmsubmit.engines.base import Capabilities, Engine, JobStatus, Ticket, Translation
from farmsubmit.engines.local import lock
from farmsubmit.engines.local.runner import run_until_idle
from farmsubmit.errors import EngineError, EngineUnreachable
from farmsubmit.submission.sending import user


class FakeEngine(Engine):
    """An engine whose jobs the test makes up."""

    scheme = "made"
    capabilities = Capabilities(logs=True)
    jobs_by_id: Dict[str, JobStatus] = {}
    done: List[Any] = []

    def translate(self, job: Any) -> Translation:
        return Translation(job)

    def spool(self, translation: Translation, info: Any, block: bool = False) -> Ticket:
        self.done.append(translation.payload)
        return Ticket("7", self.url)

    def jobs(self) -> List[JobStatus]:
        return list(self.jobs_by_id.values())

    def status(self, jid: str) -> JobStatus:
        if self.location == "away":
            raise EngineUnreachable("made: does not answer")
        if jid not in self.jobs_by_id:
            raise EngineError(f"there is no job {jid} here")
        return self.jobs_by_id[jid]

    def log(self, jid: str, tid: Any = None) -> str:
        return f"log of {jid}\n"

    def control(self, jid: str, action: str, tids: Any = (), value: Any = None) -> None:
        self.done.append((jid, action))


@pytest.fixture
def farm(katana, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The farm plug-in over an engine whose jobs the test makes up."""
    from farmsubmit.engines import registry

    monkeypatch.setitem(registry._SHIPPED, "made", f"{__name__}:FakeEngine")
    monkeypatch.setenv("FARMSUBMIT_ENGINE", "made:")
    FakeEngine.jobs_by_id, FakeEngine.done = {}, []
    return katana.get("farm").FarmsubmitFarm()


def put(jid: str, state: str, owner: str = "", **more: Any) -> None:
    FakeEngine.jobs_by_id[jid] = JobStatus(jid, f"job {jid}", state, owner=owner, **more)


@pytest.fixture
def render(katana):
    """Return a request as Katana makes one."""

    def request(*commands: Any, environment: Any = None, frames: Any = (1, 2, 3)) -> Any:
        return katana.api.FarmAPI.JobRequest("Beauty", "ctx1", list(frames), list(commands), environment, "/tmp/x")

    return request


# --- the job


def test_the_commands_of_a_render_are_one_task_in_their_order(farm, render) -> None:
    assert farm.submitJob(render("renderboot -a 'b c' 100%", "cleanup /x")) == "7"
    (job,) = FakeEngine.done
    assert job.title == "Beauty 1-3"
    (task,) = job.subtasks
    assert [list(command.argv) for command in task.cmds] == [["renderboot", "-a", "b c", "100%%"], ["cleanup", "/x"]]
    assert {command.service for command in task.cmds} == {"KatanaRender"}


def test_a_shells_signs_stay_words(farm, render) -> None:
    farm.submitJob(render("a; rm -rf $HOME && `b` > c"))
    words = FakeEngine.done[0].subtasks[0].cmds[0].argv
    assert list(words) == ["a;", "rm", "-rf", "$HOME", "&&", "`b`", ">", "c"]


def test_a_command_may_be_a_list(farm, render) -> None:
    farm.submitJob(render(["a b", "c"]))
    assert list(FakeEngine.done[0].subtasks[0].cmds[0].argv) == ["a b", "c"]


def test_job_settings_and_the_environment_without_secrets_go_along(farm, render, monkeypatch) -> None:
    monkeypatch.setenv("FARMSUBMIT_PRIORITY", "42")
    farm.submitJob(render("a", environment={"KATANA_RESOURCES": "/r", "KATANA_TOKEN": "s3cret", "HOME": "/h"}))
    (job,) = FakeEngine.done
    assert (job.priority, list(job.envkey)) == (42, ["setenv KATANA_RESOURCES=/r"])


def test_the_settings_may_send_no_environment(farm, render, monkeypatch) -> None:
    monkeypatch.setenv("FARMSUBMIT_INHERIT_ENVIRONMENT", "no")
    farm.submitJob(render("a", environment={"KATANA_RESOURCES": "/r"}))
    assert not list(FakeEngine.done[0].envkey)


@pytest.mark.parametrize(
    ("commands", "said"), [((), "gave no command"), (("a 'b",), "quote has no end"), (("",), "without words")]
)
def test_a_render_that_cannot_be_sent_is_told_in_katanas_own_way(katana, farm, render, commands, said) -> None:
    with pytest.raises(katana.api.FarmAPI.FarmPluginException, match=said):
        farm.submitJob(render(*commands))
    assert not FakeEngine.done


def test_a_render_really_runs_on_the_local_engine(farm, render, monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setenv("FARMSUBMIT_ENGINE", "local:")
    monkeypatch.setattr(lock, "ensure_runner", lambda folder: None)
    jid = farm.submitJob(render([sys.executable, "-S", "-c", "print('rendered 100%')"]))
    assert farm.getJobState(jid) == "Waiting"
    assert run_until_idle()
    (job,) = farm.getJobs([])
    assert (job.jobId, job.name, job.state) == (jid, "Beauty 1-3", "Completed")
    assert farm.getJobState(jid) == "Completed"
    assert "rendered 100%" in Path(farm.getRenderLogFilename(jid)).read_text("utf-8")


def test_a_job_in_a_folder_waits_for_whoever_takes_it(farm, render, monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setenv("FARMSUBMIT_ENGINE", f"folder:{tmp_path}")
    jid = farm.submitJob(render("a"))
    assert farm.getJobState(jid) == "Waiting" and (tmp_path / f"{jid}.alf").is_file()
    assert (farm.getJobs([]), farm.getRenderLogFilename(jid)) == ([], None)


def test_a_job_stays_at_the_engine_it_was_sent_to(farm, render, monkeypatch, tmp_path: Path) -> None:
    jid = farm.submitJob(render("a"))
    put(jid, "active")
    monkeypatch.setenv("FARMSUBMIT_ENGINE", f"folder:{tmp_path}")
    assert farm.getJobState(jid) == "Running"


# --- jobs


@pytest.mark.parametrize(
    ("state", "told"),
    [
        *(("blocked", "Waiting"), ("ready", "Waiting"), ("paused", "Waiting"), ("active", "Running")),
        *(("done", "Completed"), ("skipped", "Completed"), ("error", "Failed"), ("killed", "Cancelled")),
    ],
)
def test_states_are_told_in_katanas_words(farm, state: str, told: str) -> None:
    put("1", state)
    assert farm.getJobState("1") == told


def test_every_state_of_an_engine_is_known(katana) -> None:
    from farmsubmit.engines import base

    states = {base.BLOCKED, base.READY, base.ACTIVE, base.DONE, base.ERROR, base.SKIPPED, base.PAUSED, base.KILLED}
    assert set(katana.get("farm")._STATES) == states


def test_only_this_persons_jobs_are_listed_and_filters_are_states(farm) -> None:
    put("1", "done", owner=user(), started=5.9, stopped=8.2)
    put("2", "active", owner="somebody else")
    put("3", "error")
    assert [job.jobId for job in farm.getJobs([])] == ["1", "3"]
    assert [job.jobId for job in farm.getJobs(["Failed", "Running"])] == ["3"]


def test_stop_kills_and_start_resumes_or_retries(farm) -> None:
    put("1", "paused")
    put("2", "error")
    farm.stopJob("1"), farm.startJob("1"), farm.startJob("2")
    assert FakeEngine.done == [("1", "kill"), ("1", "resume"), ("2", "retry")]


def test_an_unknown_job_and_an_engine_that_is_away_are_told_in_katanas_own_way(katana, farm, monkeypatch) -> None:
    api = katana.api.FarmAPI
    with pytest.raises(api.JobNotFoundException, match="there is no job 9"):
        farm.getJobState("9")
    monkeypatch.setenv("FARMSUBMIT_ENGINE", "made:away")
    with pytest.raises(api.FarmPluginException, match="does not answer") as caught:
        farm.getJobState("9")
    assert not isinstance(caught.value, api.JobNotFoundException)


def test_the_log_is_a_file(farm) -> None:
    put("1", "done")
    assert Path(farm.getRenderLogFilename("1")).read_text() == "log of 1\n"


@pytest.mark.parametrize("ask", ["getJobState", "getRenderLogFilename", "startJob", "stopJob"])
def test_whatever_is_asked_of_an_unknown_job_finds_none(katana, farm, ask: str) -> None:
    with pytest.raises(katana.api.FarmAPI.JobNotFoundException):
        getattr(farm, ask)("9")
    assert not FakeEngine.done


def test_what_an_engine_cannot_do_is_no_job_that_is_missing(katana, farm, monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setenv("FARMSUBMIT_ENGINE", f"folder:{tmp_path}")
    with pytest.raises(katana.api.FarmAPI.FarmPluginException, match="cannot tell how a job stands") as caught:
        farm.stopJob("9")
    assert not isinstance(caught.value, katana.api.FarmAPI.JobNotFoundException)


# --- files


def test_files_of_a_render_go_into_a_folder_that_blades_see(farm, monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setenv("FARMSUBMIT_ARGUMENTS_STORAGE_PATH", str(tmp_path / "shared"))
    (tmp_path / "op tree.katana").write_text("x")
    folder = Path(farm.createTemporaryDirectory("../ctx 1"))
    assert folder.parent == tmp_path / "shared" / "katana"
    farm.copyRenderFiles([str(tmp_path / "op tree.katana")], "../ctx 1")
    farm.copyRenderFiles([str(folder / "op tree.katana")], "../ctx 1")
    assert [path.name for path in folder.iterdir()] == ["op tree.katana"]


def test_a_file_that_is_not_there_is_told(katana, farm, tmp_path: Path) -> None:
    with pytest.raises(katana.api.FarmAPI.FarmPluginException):
        farm.copyRenderFiles([str(tmp_path / "gone")], "ctx")


def test_jobs_get_the_environment_of_the_settings(farm, home: Path) -> None:
    (home / "config").mkdir(parents=True)
    (home / "config" / "settings.toml").write_text('environment_set = { SHOW = "demo" }\n')
    assert farm.getEnvironmentForJob("ctx") == {"SHOW": "demo"}


# --- words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (r'C:\a\b.exe "c d" e', [r"C:\a\b.exe", "c d", "e"]),
        (r"a\\\"b", [r"a\"b"]),
        (r'"a\\" b', ["a\\", "b"]),
        ('"a""b" c', ['a"b', "c"]),
        ('a"b c"d', ["ab cd"]),
        ('"" x', ["", "x"]),
    ],
)
def test_windows_words_are_cut_as_microsofts_runtime_cuts_them(katana, text: str, words: List[str]) -> None:
    assert katana.get("commandwords").words(text, windows=True) == words


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0")), min_size=1))
def test_words_come_back_as_they_were(katana, words: List[str]) -> None:
    cut = katana.get("commandwords").words
    assert cut(shlex.join(words), windows=False) == words
    assert cut(subprocess.list2cmdline(words), windows=True) == words


def test_the_rules_are_those_of_this_system(katana) -> None:
    assert katana.get("commandwords").words(r"a\ b") == (["a\\", "b"] if os.name == "nt" else ["a b"])
