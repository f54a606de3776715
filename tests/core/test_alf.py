"""Job scripts: the documented samples, the whole language, and what a mistake gets."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from farmsubmit import author
from farmsubmit.errors import TclError
from farmsubmit.formats.alf import from_tcl, to_tcl

ONE_TASK = """\
Job -title {a one-task render job} -priority {100.0} -service {PixarRender} -subtasks {
  Task {A one-command render task} -cmds {
    RemoteCmd {{/usr/bin/prman} {file.rib}} -service {pixarRender}
  }
}"""

RENDERMAN = """\
Job -title {spool_RIB.ma} -projects {{instinct}} -priority {5.0} -service {PixarRender} \
-envkey {{rfm-24.3} {maya-2022}} -cleanup {
  RemoteCmd {{TractorBuiltIn} {File} {delete} {%D(//srv/x.alf)}}
} -dirmaps {
  {{/myserver/} {Z:/} UNC}
} -serialsubtasks 1 -subtasks {
  Task {Pre-Render TxMake Tasks} -serialsubtasks 0
  Task {Render spool_RIB.ma} -subtasks {
    Task {Frame: 1} -serialsubtasks 1 -subtasks {
      Task {Frame: 1 (render)} -cmds {
        RemoteCmd {{prman} {-Progress} {-t:0} {-cwd} {%D(//srv/)} {%D(//srv/a.0001.rib)}} -service {PixarRender}
      } -preview {{sho} {//srv/a.0001.exr}}
    }
  }
}"""


def test_the_documented_one_task_job_byte_for_byte():
    job = author.Job(title="a one-task render job", priority=100, service="PixarRender")
    job.newTask(title="A one-command render task", argv=["/usr/bin/prman", "file.rib"], service="pixarRender")
    assert job.asTcl() == ONE_TASK


def test_the_real_renderman_job_byte_for_byte():
    job = author.Job(title="spool_RIB.ma", priority=5, service="PixarRender", projects=["instinct"])
    job.envkey = ["rfm-24.3", "maya-2022"]
    job.serialsubtasks = 1
    job.newDirMap(src="/myserver/", dst="Z:/", zone="UNC")
    job.addCleanup(author.Command(argv=["TractorBuiltIn", "File", "delete", "%D(//srv/x.alf)"]))
    job.newTask(title="Pre-Render TxMake Tasks", serialsubtasks=False)
    frame = job.newTask(title="Render spool_RIB.ma").newTask(title="Frame: 1", serialsubtasks=True)
    argv = ["prman", "-Progress", "-t:0", "-cwd", "%D(//srv/)", "%D(//srv/a.0001.rib)"]
    render = frame.newTask(title="Frame: 1 (render)", argv=argv, service="PixarRender")
    render.preview = ["sho", "//srv/a.0001.exr"]
    assert job.asTcl() == RENDERMAN


@pytest.mark.parametrize("text", [ONE_TASK, RENDERMAN])
def test_a_documented_script_is_read_and_written_again_unchanged(text):
    assert to_tcl(from_tcl(text)) == text


def test_bare_words_and_a_launch_expression_of_words():
    text = """Job -title {a render test} -subtasks {
      Task -title {render a.rib} -cmds {
        RemoteCmd {prman -Progress /net/my_ribs/a.rib} -service {PixarRender}
      }
    }"""
    command = from_tcl(text).subtasks[0].cmds[0]
    assert command.argv == ["prman", "-Progress", "/net/my_ribs/a.rib"]


def test_the_documented_shared_server_script_is_read():
    text = """Job -subtasks {
    Task {SharedServer example} -id {bob} -service {pixarRender} -cmds {
          Cmd {rsh %h mkdir /tmp/somedir} -refersto {bob}
          Cmd {rsh %h render -Progress some.rib} -refersto {bob}
    } -cleanup {
          # Clean-up commands go here, it is one { comment } long
          RemoteCmd {/bin/rm -rf /tmp/somedir} -refersto bob
    } -subtasks {
    }
    }"""
    task = from_tcl(text).subtasks[0]
    assert [command.local for command in task.cmds] == [True, True]
    assert task.cleanup[0].refersto == "bob"
    assert task.subtasks == []


def test_options_in_any_order_over_several_lines_with_a_header_and_comments():
    text = """##AlfredToDo 3.0
    # what a line
    Job -subtasks {
      Task -cmds {Cmd {/bin/date} -tags simple} \\
           -title frame.1 ;# and another
      Instance frame.1
    } -title late -priority 7 -paused true -after {6 23 13:45} -afterjids {123 124 130}
    """
    job = from_tcl(text)
    assert (job.title, job.priority, job.paused, job.after, job.afterjids) == (
        "late",
        7.0,
        True,
        "6 23 13:45",
        [123, 124, 130],
    )
    assert job.subtasks[0].title == job.subtasks[1].title == "frame.1"


@pytest.mark.parametrize(
    ("words", "argv"),
    [
        (r"find ~bob -type f -exec /bin/rm \{\} ;", ["find", "~bob", "-type", "f", "-exec", "/bin/rm", "{}", ";"]),
        ('/bin/sh -e "cd /tmp; ls | xargs -I+ cp + /DDR"', ["/bin/sh", "-e", "cd /tmp; ls | xargs -I+ cp + /DDR"]),
        ("$exeSh -c 'a b'", ["$exeSh", "-c", "'a", "b'"]),
    ],
)
def test_a_launch_expression_is_split_once_and_no_shell_is_meant(words, argv):
    assert from_tcl(f"Job -subtasks {{Task a -cmds {{Cmd {{{words}}}}}}}").subtasks[0].cmds[0].argv == argv


def test_assign_and_iterate_are_read_and_written():
    text = """Assign exe {/bin/sh}
    Job -title x -subtasks {
      Iterate i -from 1 -to 5 -by 2 -template {
        Task {f$i} -cmds {RemoteCmd {$exe $i}}
      }
    }"""
    job = from_tcl(text)
    assert (job.init[0].name, job.init[0].value) == ("exe", "/bin/sh")
    iterate = job.subtasks[0]
    assert (iterate.varname, iterate.frm, iterate.to, iterate.by) == ("i", 1, 5, 2)
    assert from_tcl(to_tcl(job)) == job


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ("Job -title {x", 1, 12, "never closed"),
        ("Job -titel {x}", 1, 5, "did you mean '-title'"),
        ("Job -title", 1, 5, "no value"),
        ("Job -priority abc", 1, 15, "not a number"),
        ("Jbo -title x", 1, 1, "did you mean 'Job'"),
        ("", 1, 1, "no Job"),
        ("Job -title a\nJob -title b", 1, 1, "2 Jobs"),
        ("Job -subtasks {\n Task a -cmds {\n  RemoteCmd a -servce x\n }\n}", 3, 15, "did you mean '-service'"),
        ("Job -subtasks {RemoteCmd x}", 1, 16, "RemoteCmd cannot stand in -subtasks"),
        ("Job -dirmaps {{{a} {b}}}", 1, 16, "2 words"),
        ("Job -title {a}b", 1, 15, "glued"),
        ("Job }", 1, 5, "without its '{'"),
        ("Job -subtasks x", 1, 15, "braces"),
        ('Job -title "x', 1, 12, "quote"),
        ("Job -subtasks {Task {a} {b}}", 1, 26, "does not expect"),
    ],
)
def test_a_mistake_is_named_with_its_place(text, line, column, words):
    with pytest.raises(TclError) as caught:
        from_tcl(text, "night.alf")
    error = caught.value
    assert (error.line, error.column) == (line, column)
    assert words in str(error)
    assert str(error).startswith("night.alf: line")


def test_lines_may_end_as_on_windows():
    text = "Job -title x \\\r\n -subtasks {\r\n  Task a\r\n}\r\n"
    assert from_tcl(text) == from_tcl(text.replace("\r", ""))


def test_a_chain_of_five_thousand_tasks():
    job = parent = author.Job(title="deep")
    for number in range(5000):
        parent = parent.newTask(title=f"t{number}", argv=["true"])
    text = to_tcl(job)
    assert to_tcl(from_tcl(text)) == text


def test_templates_in_templates_have_an_end():
    text = "Job -subtasks {" + "Iterate i -from 1 -to 2 -template {" * 3000 + "Task a" + "}" * 3000 + "}"
    with pytest.raises(TclError, match="too deep"):
        from_tcl(text)


WORDS = st.text(
    alphabet=st.one_of(
        st.sampled_from('{}\\"$[];# \n\tab%~'), st.characters(exclude_categories=["Cs"], exclude_characters="\0")
    ),
    max_size=8,
)
NAMES = st.text(alphabet="abc.1_", min_size=1, max_size=5)
VALUES = {
    "Text": WORDS,
    "Ident": NAMES,
    "Number": st.floats(allow_nan=False, allow_infinity=False),
    "Whole": st.integers(),
    "Flag": st.booleans(),
    "Moment": st.sampled_from(["6 23 13:45", "9:05"]),
    "TextList": st.lists(WORDS, max_size=3),
    "Argv": st.lists(WORDS, min_size=1, max_size=4),
    "WholeList": st.lists(st.integers(), max_size=3),
    "Choice": st.sampled_from(["done", "error", "always"]),
}


def attributes(element, skip=()):
    options = [option for option in element.options if type(option.kind).__name__ in VALUES and option.attr not in skip]
    return st.fixed_dictionaries({}, optional={option.attr: VALUES[type(option.kind).__name__] for option in options})


COMMANDS = st.builds(
    lambda argv, local, rest: author.Command(argv=argv, local=local, **rest),
    VALUES["Argv"],
    st.booleans(),
    attributes(author.Command, skip=("argv",)),
)


@st.composite
def tasks(draw, depth=2):
    task = author.Task(title=draw(WORDS), **draw(attributes(author.Task, skip=("title", "id"))))
    task.cmds.extend(draw(st.lists(COMMANDS, max_size=2)))
    task.cleanup.extend(draw(st.lists(COMMANDS, max_size=1)))
    for child in draw(st.lists(tasks(depth - 1), max_size=2)) if depth else []:
        task.addChild(child)
    return task


@st.composite
def jobs(draw):
    job = author.Job(**draw(attributes(author.Job)))
    for task in draw(st.lists(tasks(), min_size=1, max_size=3)):
        job.addChild(task)
    job.postscript.extend(draw(st.lists(COMMANDS, max_size=1)))
    if draw(st.booleans()):
        job.newTask(title="again").addChild(job.subtasks[0])
    if draw(st.booleans()):
        job.newDirMap(src="X:/a b", dst="//srv/{x", zone="NFS")
    return job


@given(jobs())
@settings(max_examples=60, deadline=None)
def test_any_job_is_read_back_as_it_was_written(job):
    text = to_tcl(job)
    again = from_tcl(text)
    assert again == job
    assert to_tcl(again) == text


@given(st.text(alphabet=st.sampled_from('JobTask -title{}\\" \n;#-cmds'), max_size=60))
def test_any_text_is_read_or_refused_with_a_place(text):
    try:
        from_tcl(text)
    except TclError as error:
        assert 0 <= error.position <= len(text)
