"""Jobs as shell scripts, which are really run."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from farmsubmit.author.elements import Command, Job
from farmsubmit.author.planning.needs import one_by_one
from farmsubmit.errors import FarmsubmitError
from farmsubmit.formats.export import export
from farmsubmit.formats.shell import shell_script
from farmsubmit.lang.substitution import literal

SHELLS = [shell for shell in ("sh", "dash", "bash") if shutil.which(shell)]
HOSTILE = ["it's", "$HOME `id` $(id)", "a\nb", "*", "{{x}}", "", "\\n", "%", "!x", "-n", "שלום", "#", "a;b|c&d"]


@pytest.fixture
def run(tmp_path):
    """Runs the script of a job in a shell, after a look at its syntax."""

    def run_in(job: Job, shell: str = "sh"):
        path = tmp_path / "job.sh"
        export(job, "shell", path)
        subprocess.run([shell, "-n", str(path)], check=True)
        return subprocess.run([shell, str(path)], cwd=tmp_path, capture_output=True, text=True, check=False)

    return run_in


def saying(title: str, *more: str) -> Job:
    job = Job(title=title)
    job.newTask(["echo", title, *more], title=title)
    return job


def shot() -> Job:
    job = Job(title="shot")
    movie = job.newTask(["echo", "movie"], title="movie", serialsubtasks=True)
    beauty = movie.newTask(["echo", "beauty"], title="beauty")
    beauty.newTask(["echo", "chunk"], title="chunk")
    movie.newTask(["echo", "comp"], title="comp").addChild(beauty)
    job.newTask(["echo", "sheet"], title="sheet").addChild(beauty)
    return job


@pytest.mark.parametrize("shell", SHELLS)
def test_all_of_a_job_runs_once_in_the_order_of_its_tree(run, shell):
    done = run(shot(), shell)
    assert (done.returncode, done.stdout.split()) == (0, ["chunk", "beauty", "comp", "movie", "sheet"])


def test_it_stops_at_the_first_failure_and_says_which(run):
    job = shot()
    job.subtasks[0].subtasks[0].newCommand(argv=["sh", "-c", "exit 7"])
    done = run(job)
    assert (done.returncode, done.stdout.split()) == (7, ["chunk", "beauty"])
    assert done.stderr == "task 2 failed with exit code 7: beauty\n"


@pytest.mark.parametrize("shell", SHELLS)
def test_words_arrive_as_they_are(run, shell):
    job = Job(title="words")
    job.newTask([sys.executable, "-c", "import sys; print(sys.argv[1:])", *map(literal, HOSTILE)], title="#\nexit 3")
    assert run(job, shell).stdout == f"{HOSTILE}\n"


def test_cleanup_runs_after_a_failure_too_and_before_the_end(run):
    job = Job(title="n")
    task = job.newTask(["sh", "-c", "exit 3"], title="t")
    task.addCleanup(Command(argv=["echo", "cleaned"]))
    job.newPostscript(argv=["echo", "failed"], when="error")
    job.newPostscript(argv=["echo", "done"], when="done")
    job.newCleanup(argv=["echo", "cleanup"])
    done = run(job)
    assert (done.returncode, done.stdout.split()) == (3, ["cleaned", "failed"])


def test_postscripts_and_cleanup_of_a_job_that_is_done_run_last(run):
    job = saying("n")
    job.newCleanup(argv=["sh", "-c", "echo cleanup; exit 4"])
    for when in ("done", "error", "always"):
        job.newPostscript(argv=["echo", when], when=when)
    done = run(job)
    assert (done.returncode, done.stdout.split()) == (0, ["n", "done", "always", "cleanup"])


def test_a_program_called_like_a_word_of_the_shell_is_looked_for(run):
    job = Job(title="n")
    job.newTask(["exit", "0"], title="t")
    assert run(job).returncode == 127


def test_variables_folder_and_standard_input_are_set(run, tmp_path):
    (tmp_path / "a folder").mkdir()
    job = Job(title="n", spoolcwd=str(tmp_path / "a folder"), envkey=["setenv A=it's$x B=2"])
    job.newTask(["sh", "-c", 'printf "%%s " "$A" "$B" "${PWD##*/}"; cat'], title="t").cmds[0].msg = "in '1'"
    assert run(job).stdout == "it's$x 2 a folder in '1'"


def test_variables_of_a_command_stand_in_place_of_the_job_s(run):
    job = Job(title="n", envkey=["setenv FS_A=1"])
    for title in ("own", "job"):
        job.newTask(["sh", "-c", 'echo "$FS_A$FS_B"'], title=title)
    job.subtasks[0].cmds[0].envkey = ["setenv FS_B=2"]
    assert run(job).stdout.split() == ["2", "1"]


def test_substitutions_are_those_of_this_machine(run, monkeypatch):
    monkeypatch.setattr("socket.gethostname", lambda: "box")
    monkeypatch.setenv("FARMSUBMIT_ZONE", "nfs")
    job = saying("n", "%h", "%H", "%n%%", "%t", "%D(X:/a b)", "%other")
    job.subtasks[0].id = "other"
    job.newDirMap("X:/", "/mnt/x/", "nfs")
    assert run(job).stdout == "n box -h box 1% 1 /mnt/x/a b box\n"


@pytest.mark.parametrize(
    ("argv", "problem"),
    [
        (["a", "%j"], "task 1 cannot stand in a shell script: '%j' has no value here; spool the job"),
        (["a", "%04d"], "looks like a frame pattern"),
        (["TractorBuiltIn", "Sleep", "1"], "only a farm can run 'TractorBuiltIn Sleep 1'"),
        (["A=b", "c"], "takes it for a variable"),
    ],
)
def test_what_only_a_farm_can_run_is_refused(argv, problem):
    job = Job(title="n")
    job.newTask(argv, title="t")
    with pytest.raises(FarmsubmitError, match=problem):
        shell_script(job)


def test_files_are_deleted_as_a_blade_does_it(run, tmp_path):
    (tmp_path / "-f x").touch()
    job = Job(title="n")
    job.newTask(["TractorBuiltIn", "File", "delete", "-f x", "not there"], title="t")
    assert run(job).returncode == 0 and not (tmp_path / "-f x").exists()


def test_what_a_script_has_no_word_for_is_told_in_its_head():
    job = saying("n")
    job.priority, job.subtasks[0].cmds[0].retryrc = 5, [1]
    script = shell_script(job)
    assert [each.option for each in script.dropped] == ["priority", "retryrc"]
    assert "#   retryrc of Command 'echo': the script stops at the first failure" in script.text.splitlines()


@given(st.lists(st.lists(st.integers(min_value=1, max_value=40), max_size=3), min_size=1, max_size=30))
def test_nothing_runs_before_what_it_waits_for(drafts):
    needs = [sorted({other for other in draft if other < node}) for node, draft in enumerate(drafts, 1)]
    order = one_by_one(needs, len(needs))
    places = {tid: place for place, tid in enumerate(order)}
    assert sorted(order) == list(range(1, len(needs) + 1))
    assert all(places[other] < places[node] for node, needed in enumerate(needs, 1) for other in needed)
