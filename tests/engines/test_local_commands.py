"""How one command of a local job runs, and what its log and task say of it."""

from __future__ import annotations

import os
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from farmsubmit.author import Iterate, Task
from farmsubmit.engines.base import Dropped, SpoolInfo
from farmsubmit.engines.local.output import OutputScanner
from farmsubmit.errors import AuthorError, JobTreeError

SHOW = "import sys; print(sys.argv[1:])"


def shown(queue, job, *words, **attributes):
    """Run a command that prints the words it got, and return its log."""
    job.newTask(title="show", id="shot.1").newCommand(argv=[*queue.python(SHOW), *words], **attributes)
    queue.run(job)
    return queue.engine.log("1", 1)


def environment(queue, job, *names, **attributes):
    """Run a command that prints variables of its environment, and return what it printed."""
    code = f"import os; print(*[os.environ.get(name) for name in {names!r}], sep='|')"
    job.newTask(title="show").newCommand(argv=queue.python(code), **attributes)
    queue.run(job)
    return queue.engine.log("1").splitlines()[-2].split("|")


# --- words


def test_each_word_is_expanded_on_its_own_and_stays_one_word(queue, job):
    job.newDirMap("X:/", "/my mount/", "NFS")
    job.newDirMap("X:/", "//other/", "UNC")
    log = shown(
        queue, job, "%h", "%D(X:/a b.ma)", "%{j}.%{t}.%{c}.%n", "100%%", "%{shot.1}", "a b; $HOME `x`", "%r %R %q"
    )
    host = socket.gethostname()
    assert repr([host, "/my mount/a b.ma", "1.1.1.1", "100%", host, "a b; $HOME `x`", "0 0 1.0"]) in log


def test_a_tilde_is_the_home_folder(queue, job, monkeypatch):
    monkeypatch.setenv("HOME", "/home/bob")
    assert "['/home/bob/x', 'a~']" in shown(queue, job, "~/x", "a~")


def test_variables_of_the_job_are_put_into_words_and_message(queue, job):
    job.newAssign("root", "/show")
    job.newAssign("shot", "${root}/010")
    job.newTask(title="t").newCommand(argv=queue.python("print(input(), '$shot/a', '$other')"), msg="at $root")
    queue.run(job)
    assert "\nat /show /show/010/a $other\n" in queue.engine.log("1")


def test_a_bad_substitution_is_an_error_with_its_place(queue, job):
    job.newTask(title="t", argv=["true", "a.%04d.exr"])
    queue.run(job)
    assert queue.task().state == "error"
    assert "looks like a frame pattern" in queue.task().reason


def test_message_text_arrives_on_standard_input(queue, job):
    job.newTask(title="t").newCommand(argv=queue.python("import sys; print(repr(sys.stdin.read()))"), msg="é 50%%\n%n")
    queue.run(job)
    assert "'é 50%\\n1'" in queue.engine.log("1")


def test_without_a_message_standard_input_is_empty(queue, job):
    job.newTask(title="t", argv=queue.python("import sys; print(repr(sys.stdin.read()))"))
    queue.run(job)
    assert "\n''\n" in queue.engine.log("1")


# --- environment


def test_a_command_knows_its_ids_and_projects(queue, job):
    job.projects = ["moon", "sun"]
    names = ("TR_ENV_JID", "TR_ENV_TID", "TR_ENV_CID", "TR_ENV_JOB_PROJECT")
    assert environment(queue, job, *names) == ["1", "1", "1", "moon sun"]


def test_setenv_items_of_the_job_reach_a_command_without_envkey(queue, job):
    job.envkey = ["setenv A=1 B=x=y", "maya-2024"]
    assert environment(queue, job, "A", "B") == ["1", "x=y"]


def test_an_envkey_of_the_command_overrides_that_of_the_job(queue, job):
    job.envkey = ["setenv A=1 B=2"]
    assert environment(queue, job, "A", "B", envkey=["setenv A=3"]) == ["3", "None"]


def test_the_runner_adds_nothing_to_the_python_path_of_commands(queue, job, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "/mine")
    job.newTask(title="t", argv=queue.python("import os; print('<' + os.environ['PYTHONPATH'] + '>')"))
    queue.wait_for(queue.spool(job))
    assert "\n</mine>\n" in queue.engine.log("1")


def test_commands_run_in_the_folder_that_the_job_was_spooled_from(queue, job):
    job.newTask(title="t", argv=queue.python("import os; print(os.getcwd())"))
    queue.run(job)
    assert f"\n{os.path.realpath(queue.folder)}\n" in queue.engine.log("1")


def test_commands_of_a_job_from_nowhere_run_in_the_home_folder(queue, job, monkeypatch):
    monkeypatch.setenv("HOME", str(queue.folder))
    job.newTask(title="t", argv=queue.python("import os; print(os.getcwd())"))
    engine = queue.engine
    with queue.no_runner():
        engine.spool(engine.translate(job), SpoolInfo("me", "here"))
    queue.idle()
    assert f"\n{os.path.realpath(queue.folder)}\n" in engine.log("1")


def test_a_job_folder_that_is_not_there_is_an_error_in_words(queue, job):
    job.spoolcwd = "/not/there"
    job.newTask(title="t", argv=["true"])
    queue.run(job)
    assert queue.task().reason == "cannot start 'true': the job's folder /not/there is not there"


# --- starting and ending


@pytest.mark.parametrize(
    ("program", "code", "why"),
    [
        ("prmna", 127, "not found on PATH"),
        ("/no/such/prman", 127, "there is no such file"),
        ("./plain.txt", 126, "it may not be executed"),
        ("./lost.sh", 127, "the interpreter in its first line is not there"),
        ("a\0b", 126, "embedded null byte"),
    ],
)
def test_a_program_that_does_not_start_says_why(queue, job, program, code, why):
    (queue.folder / "plain.txt").write_text("x")
    (queue.folder / "lost.sh").write_text("#!/no/such/shell\n")
    (queue.folder / "lost.sh").chmod(0o755)
    job.newTask(title="t", argv=[program])
    queue.run(job)
    assert (queue.task().state, queue.task().exit_code) == ("error", code)
    assert queue.task().reason == f"cannot start {program!r}: {why}"
    assert why in queue.engine.log("1")


def test_a_signal_is_told_by_name(queue, job):
    job.newTask(title="t", argv=queue.python("import os; os.kill(os.getpid(), 11)"))
    queue.run(job)
    assert (queue.task().exit_code, queue.task().reason) == (-11, "ended by signal 11 (SIGSEGV)")


def test_a_listed_exit_code_starts_the_command_again(queue, job):
    code = "import os, sys\ntry: os.mkdir('once')\nexcept OSError: sys.exit(0)\nsys.exit(7)"
    job.newTask(title="t").newCommand(argv=queue.python(code), retryrc=[7])
    assert queue.run(job).state == "done"
    assert queue.engine.log("1").count("exit code") == 2


def test_automatic_retries_end_after_three(queue, job):
    job.newTask(title="t").newCommand(argv=queue.mark("x", "raise SystemExit(7)"), retryrc=[7])
    queue.run(job)
    assert queue.marked() == ["x"] * 4
    assert queue.task().reason == "exit code 7, after 3 automatic retries"


def test_signals_that_a_user_sends_are_never_retried(queue, job):
    code = queue.mark("x", "import os; os.kill(os.getpid(), 15)")
    job.newTask(title="t").newCommand(argv=code, retryrc=[-15])
    queue.run(job)
    assert queue.marked() == ["x"]


def test_a_command_that_runs_too_long_is_ended(queue, job):
    job.newTask(title="t").newCommand(argv=["sleep", "60"], maxrunsecs=1)
    queue.run(job)
    assert queue.task().reason == "ran longer than its maxrunsecs of 1"


def test_a_command_that_ends_too_soon_is_an_error(queue, job):
    job.newTask(title="t").newCommand(argv=["true"], minrunsecs=60)
    queue.run(job)
    assert "sooner than its minrunsecs of 60" in queue.task().reason


def test_tractor_deletes_a_file_or_link_itself(queue, job):
    (queue.folder / "a.txt").write_text("x")
    job.newDirMap("X:/", f"{queue.folder}/", "NFS")
    for path in ("%D(X:/a.txt)", "%D(X:/gone.txt)"):
        job.newTask(title=path, argv=["TractorBuiltIn", "File", "delete", path])
    assert queue.run(job).counts == {"done": 2}
    assert not (queue.folder / "a.txt").exists()


@pytest.mark.parametrize(
    ("words", "why"), [(["File", "delete", "."], "is a folder"), (["Quit"], "knows 'File delete PATH' here")]
)
def test_tractor_built_ins_that_are_refused(queue, job, words, why):
    job.newTask(title="t", argv=["TractorBuiltIn", *words])
    queue.run(job)
    assert why in queue.task().reason


# --- slots


def test_a_command_gets_the_slots_it_asks_for_and_never_more_than_there_are(queue, job):
    job.atleast = 2
    job.newTask(title="a", argv=["echo", "slots=%n"])
    job.newTask(title="b").newCommand(argv=["echo", "slots=%n"], minslots=99)
    queue.run(job, slots=4)
    assert "\nslots=2\n" in queue.engine.log("1", 1)
    assert "\nslots=4\n" in queue.engine.log("1", 2)


def test_a_command_that_takes_all_slots_runs_alone(queue, job):
    alone = "import os, time\nos.mkdir('busy')\ntime.sleep(.05)\nos.rmdir('busy')"
    for number in range(3):
        job.newTask(title=str(number)).newCommand(argv=queue.python(alone), atleast=4)
    assert queue.run(job, slots=4).counts == {"done": 3}


def test_a_second_command_may_want_more_slots_than_the_first(queue, job):
    for number in range(3):
        task = job.newTask(title=str(number))
        task.newCommand(argv=["true"])
        task.newCommand(argv=["true"], atleast=4)
    assert queue.run(job, slots=4).counts == {"done": 3}


# --- logs and output


def test_a_log_has_the_command_its_output_and_its_end(queue, job):
    code = "import os; os.write(1, b'out'); os.write(2, b'err' + bytes([255]))"
    job.newTask(title="t", argv=queue.python(code))
    queue.run(job)
    _, middle, last = queue.engine.log("1", 1).splitlines()[-3:]
    assert middle == "outerr\ufffd"
    assert "exit code 0 after" in last
    assert queue.engine.log("1").startswith("# ")


def test_the_log_of_a_job_has_its_tasks_in_script_order_and_its_own_commands_last(queue, job):
    job.newCleanup(argv=["echo", "cleanup"])
    parent = job.newTask(title="p", argv=["echo", "parent"])
    for number in range(12):
        parent.newTask(title=str(number), argv=["echo", f"child{number}"])
    queue.run(job)
    lines = [line for line in queue.engine.log("1").splitlines() if not line.startswith("#")]
    assert lines == ["parent", *(f"child{number}" for number in range(12)), "cleanup"]


def test_a_task_that_never_started_has_an_empty_log(queue, job):
    job.newTask(title="a", argv=["true"]).newTask(title="bad", argv=["false"])
    queue.run(job)
    assert queue.engine.log("1", 1) == ""


def test_progress_is_seen_while_the_command_runs(queue, job):
    wait = "import os, time\nprint('TR_PROGRESS  42 %', flush=True)\nwhile not os.path.exists('go'): time.sleep(.01)"
    job.newTask(title="t", argv=queue.python(wait))
    queue.spool(job)
    queue.wait_until(lambda: queue.task().progress == 42)
    (queue.folder / "go").touch()
    queue.wait_for("1")
    assert queue.task().progress == 100


@pytest.mark.parametrize(("said", "real", "state"), [("3", 0, "error"), ("0", 5, "done")])
def test_an_exit_status_in_the_output_overrides_the_real_one(queue, job, said, real, state):
    job.newTask(title="t", argv=queue.python(f"import sys; print('TR_EXIT_STATUS {said}'); sys.exit({real})"))
    queue.run(job)
    assert (queue.task().state, queue.task().exit_code) == (state, int(said))


def test_a_process_that_stays_after_its_exit_status_is_ended(queue, job):
    job.newTask(title="t", argv=queue.python("import time; print('ALF_EXIT_STATUS 0', flush=True); time.sleep(60)"))
    assert queue.run(job).state == "done"


def test_directives_in_the_command_itself_are_not_its_output(queue, job):
    job.newTask(title="t", argv=["true", "\nTR_EXIT_STATUS 9\n"])
    assert queue.run(job).state == "done"


LINES = b"x TR_PROGRESS 10%\rALF_PROGRESS\t99 %\nTR_EXIT_STATUS -1\n" + b"y" * 9000 + b"\n TR_PROGRESS 250%\n"


@given(st.lists(st.integers(0, len(LINES)), max_size=20))
def test_output_means_the_same_however_it_is_cut(cuts):
    scanner = OutputScanner()
    places = [0, *sorted(cuts), len(LINES)]
    for start, end in zip(places, places[1:]):
        scanner.feed(LINES[start:end])
    assert (scanner.progress, scanner.exit_status) == (100, -1)


@pytest.mark.parametrize("line", [b"TR_PROGRESS 10", b"TR_PROGRESS -5%", b"MYTR_PROGRESS 5%", b"say TR_EXIT_STATUS 1"])
def test_what_is_no_directive(line):
    scanner = OutputScanner()
    scanner.feed(line + b"\n")
    assert (scanner.progress, scanner.exit_status) == (None, None)


def test_a_last_line_without_end_counts():
    scanner = OutputScanner()
    scanner.feed(b"TR_EXIT_STATUS 4")
    scanner.finish()
    assert scanner.exit_status == 4


# --- what one machine cannot express


def test_what_is_dropped_is_counted_per_option(queue, job):
    job.tier, job.projects = "rush", ["kept"]
    for number in range(3):
        job.newTask(title=str(number)).newCommand(argv=["true"], tags=["nuke"])
    dropped = queue.engine.translate(job).dropped
    assert dropped[0] == Dropped("3 commands", "tags", "there are no limits to count against here")
    assert [(each.where, each.option) for each in dropped[1:]] == [("Job 'test'", "tier")]


def test_what_is_changed_for_this_machine_is_told(queue, job):
    job.envkey = ["maya-2024", "setenv A=b c"]
    job.newTask(title="t").newCommand(argv=["true"], atleast=9, tags=[])
    dropped = [(each.option, each.reason) for each in queue.engine.translate(job).dropped]
    assert [option for option, _ in dropped] == ["atleast", "envkey", "envkey"]
    assert "this machine has 4 slots" in dropped[0][1]
    assert "wants NAME=VALUE" in dropped[1][1]
    assert dropped[2][1].endswith("not maya-2024")


def test_a_local_command_runs_like_any_other(queue, job):
    job.newTask(title="t").newCommand(argv=["true"], local=True)
    assert queue.run(job).state == "done"
    assert queue.engine.translate(job).dropped == ()


def test_something_else_among_the_commands_is_refused(queue, job):
    job.newTask(title="t").cmds.append("rm")
    with pytest.raises(JobTreeError, match="'rm' stands among the commands of Task 't'"):
        queue.engine.translate(job)


def test_a_day_that_does_not_exist_is_refused(queue, job):
    job.newTask(title="t")
    job.after = "2 30 12:00"
    with pytest.raises(AuthorError, match="a day that exists"):
        queue.engine.translate(job)


def test_a_template_of_commands_gets_its_values_everywhere(queue, job):
    iterate = Iterate(varname="i", frm=4, to=4)
    task = Task(title="t$i")
    task.newCommand(argv=queue.python("print(input())"), msg="$i", envkey=["setenv A=$i"], retryrc=[1])
    iterate.addTemplate(task)
    job.addChild(iterate)
    command = queue.engine.translate(job).payload.tasks[0].cmds[0]
    assert (command.msg, command.env, command.retryrc) == ("4", {"A": "4"}, [1])
