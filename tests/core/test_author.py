"""The authoring API, as its document describes it."""

import copy
import datetime

import pytest

from farmsubmit import author
from farmsubmit.author.options import BLOCK, COMMAND, JOB, TASK
from farmsubmit.errors import AuthorError, ChildError, JobTreeError, RequiredValueError, UnknownAttributeError

GOOD = {
    "Text": "words {and} braces",
    "Ident": "sim.1",
    "Number": 2.5,
    "Whole": 3,
    "Flag": True,
    "Moment": "6 23 13:45",
    "TextList": ["a", "b c"],
    "Argv": ["prman", "a b.rib"],
    "WholeList": [1, 2],
    "Choice": "done",
}
BAD = {
    "Text": 7,
    "Ident": "no blanks",
    "Number": "high",
    "Whole": 1.5,
    "Flag": "maybe",
    "Moment": "tomorrow",
    "TextList": "one string",
    "Argv": ["prman", 4],
    "WholeList": ["one"],
    "Choice": "never",
}
OPTIONS = [
    (kind, option)
    for kind, options in ((author.Job, JOB), (author.Task, TASK), (author.Command, COMMAND))
    for option in options
    if option.kind is not BLOCK
]


@pytest.mark.parametrize(
    ("element", "option"), OPTIONS, ids=lambda item: getattr(item, "attr", getattr(item, "__name__", ""))
)
def test_every_option_takes_its_kind_and_refuses_another(element, option):
    kind = type(option.kind).__name__
    item = element(**({} if option.attr == "argv" else {option.attr: GOOD[kind]}))
    setattr(item, option.attr, GOOD[kind])
    assert getattr(item, option.attr) == GOOD[kind]
    with pytest.raises(AuthorError) as caught:
        setattr(item, option.attr, BAD[kind])
    assert option.attr in str(caught.value)
    assert option.kind.expected in str(caught.value)


def test_a_bad_value_is_refused_when_it_is_assigned():
    job = author.Job(title="night")
    with pytest.raises(author.AuthorError) as caught:
        job.atmost = "three"
    error = caught.value
    assert (error.element, error.attribute, error.value) == ("Job 'night'", "atmost", "three")
    assert str(error) == "Job 'night': atmost = 'three' is not a whole number, such as 3"


def test_an_unknown_attribute_is_refused_with_the_nearest():
    with pytest.raises(UnknownAttributeError, match="did you mean 'priority'"):
        author.Job(priorty=5)
    with pytest.raises(AttributeError):
        author.Task(title="x").envkeys = []


def test_keywords_and_assignment_give_the_same_job():
    one = author.Job(title="a", priority=100, service="PixarRender")
    other = author.Job()
    other.title, other.priority, other.service = "a", 100, "PixarRender"
    for job in (one, other):
        job.newTask(title="t", argv=["prman"])
    assert one == other


def test_argv_of_a_task_makes_one_command_and_gives_it_the_service():
    task = author.Task(title="render", argv=["/usr/bin/prman", "1.rib"], service="pixarRender")
    assert [command.argv for command in task.cmds] == [["/usr/bin/prman", "1.rib"]]
    assert task.cmds[0].service == "pixarRender"
    assert task.service is None


def test_without_argv_the_service_is_the_tasks_own():
    task = author.Task(title="multi", service="PixarRender")
    task.newCommand(argv=["scp", "a", "b"])
    assert (task.service, task.cmds[0].service) == ("PixarRender", None)


def test_no_argv_is_no_command():
    assert author.Task(None, title="group").cmds == []
    assert author.Task({}, title="group").cmds == []


def test_a_string_of_arguments_is_split_on_blanks():
    assert author.Command(argv="prman -Progress a.rib").argv == ["prman", "-Progress", "a.rib"]
    assert author.Task(title="t", preview="sho a.exr").preview == ["sho", "a.exr"]


def test_a_list_stays_live():
    words = ["prman"]
    command = author.Command(argv=words)
    words.append("a.rib")
    command.argv.append("b.rib")
    assert command.argv == ["prman", "a.rib", "b.rib"]


def test_a_list_that_was_never_set_is_live_too():
    job = author.Job(title="x")
    job.tags.append("nuke")
    job.newTask(title="t")
    assert "-tags {{nuke}}" in job.asTcl()


@pytest.mark.parametrize(("attribute", "item"), [("tags", 4), ("afterjids", "five")])
def test_a_live_list_is_checked_again_when_the_job_is_written(attribute, item):
    job = author.Job(title="x")
    job.newTask(title="t")
    getattr(job, attribute).append(item)
    with pytest.raises(AuthorError, match=attribute):
        job.asTcl()


def test_a_live_argv_is_checked_again_when_the_job_is_written():
    job = author.Job(title="x")
    job.newTask(title="t", argv=["prman"]).cmds[0].argv.append(4)
    with pytest.raises(AuthorError, match="argv"):
        job.asTcl()


def test_none_takes_a_value_away():
    job = author.Job(comment="later")
    job.comment = None
    assert job.comment is None
    assert "comment" not in vars(job)


@pytest.mark.parametrize("make", [author.Job, lambda: author.Job(title="x")])
def test_a_job_without_tasks_cannot_be_written(make):
    with pytest.raises(RequiredValueError, match="subtasks is missing"):
        make().asTcl()


def test_what_is_missing_is_named():
    job = author.Job(title="x")
    job.newTask()
    with pytest.raises(RequiredValueError, match="Task: title is missing"):
        job.asTcl()
    job.subtasks[0].title = "t"
    job.subtasks[0].newCommand(service="s")
    with pytest.raises(RequiredValueError, match="Command: argv is missing"):
        job.asTcl()


def test_only_the_right_children_are_held():
    job = author.Job(title="x")
    with pytest.raises(ChildError, match="expected a Task"):
        job.addChild(author.Command(argv=["x"]))
    with pytest.raises(TypeError):
        author.Task(title="t").addCommand("prman")
    with pytest.raises(AuthorError):
        job.addCleanup(author.Task(title="t"))


def test_a_second_parent_makes_an_instance_by_id():
    job, shared = author.Job(title="x"), author.Task(title="sim", argv=["sim"])
    one, two = job.newTask(title="one"), job.newTask(title="two")
    one.addChild(shared)
    two.addChild(shared)
    instance = two.subtasks[0]
    assert isinstance(instance, author.Instance)
    assert instance.title == shared.id
    assert instance.subtasks is None
    assert job.asTcl().count("Task {sim}") == 1


def test_an_appended_task_that_stands_twice_is_an_instance_when_written():
    job, shared = author.Job(title="x"), author.Task(title="sim", argv=["sim"])
    one, two = job.newTask(title="one"), job.newTask(title="two")
    one.subtasks.append(shared)
    two.subtasks.append(shared)
    text = job.asTcl()
    assert "Task {sim} -id {shared.1}" in text
    assert "Instance {shared.1}" in text


def test_the_same_job_with_shared_tasks_is_written_alike_each_time():
    def make():
        job, shared = author.Job(title="x"), author.Task(title="sim", argv=["sim"])
        for name in ("one", "two"):
            job.newTask(title=name).addChild(shared)
        return job.asTcl()

    assert make() == make()


def test_a_made_id_leaves_the_ids_of_the_script_alone():
    job, shared = author.Job(title="x"), author.Task(title="sim")
    job.newTask(title="taken", id="shared.1")
    job.addChild(shared)
    job.addChild(shared)
    assert "Instance {shared.2}" in job.asTcl()


def test_a_cycle_is_named_from_a_to_a():
    job, a, b = author.Job(title="x"), author.Task(title="A"), author.Task(title="B")
    job.addChild(a)
    a.addChild(b)
    b.addChild(a)
    with pytest.raises(JobTreeError, match="A → B → A"):
        job.asTcl()


def test_a_cycle_that_was_closed_before_it_joined_the_job_is_named():
    job, a, b = author.Job(title="x"), author.Task(title="A"), author.Task(title="B")
    a.addChild(b)
    b.addChild(a)
    job.addChild(a)
    with pytest.raises(JobTreeError, match="A → B → A"):
        job.asTcl()


def test_a_cycle_of_appended_tasks_is_named():
    job, a, b = author.Job(title="x"), author.Task(title="A"), author.Task(title="B")
    job.subtasks.append(a)
    a.subtasks.append(b)
    b.subtasks.append(a)
    with pytest.raises(JobTreeError, match="A → B → A"):
        job.asTcl()


def test_a_cycle_through_serial_siblings_is_found():
    job = author.Job(title="x", serialsubtasks=True)
    first = job.newTask(title="first")
    later = job.newTask(title="later").newTask(title="deep")
    first.addChild(later)
    with pytest.raises(JobTreeError, match="first"):
        job.asTcl()


def test_an_instance_of_a_task_outside_the_job_is_refused():
    job, outside = author.Job(title="x"), author.Task(title="elsewhere")
    author.Job(title="other").addChild(outside)
    job.newTask(title="t").addChild(outside)
    with pytest.raises(JobTreeError, match="'elsewhere', which is not in the job"):
        job.asTcl()


def test_a_datetime_is_printed_as_month_day_and_time():
    job = author.Job(title="x", after=datetime.datetime(2026, 6, 23, 13, 45, 9))
    job.newTask(title="t")
    assert "-after {6 23 13:45}" in job.asTcl()


def test_a_directory_map_without_a_zone_is_refused():
    with pytest.raises(AuthorError, match="zone"):
        author.Job(title="x").newDirMap(src="X:/", dst="/net", zone="")


def test_jobs_are_equal_when_they_are_written_alike():
    one, other = author.Job(title="x"), author.Job(title="x")
    one.newTask(title="t")
    other.newTask(title="u")
    assert one != other
    other.subtasks[0].title = "t"
    assert one == other
    assert copy.deepcopy(one) == one


def test_jobs_that_cannot_be_written_yet_are_kept_apart():
    one, other = author.Job(title="x"), author.Job(title="x")
    assert one != other
    assert one in [other, one]
    assert {one: 1, other: 2}[one] == 1


def test_engine_parameters_are_checked_and_a_password_is_not_shown():
    author.setEngineClientParam(hostname="test-engine", port=8000, user="donovan", debug=True)
    author.closeEngineClient()
    with pytest.raises(AuthorError, match="did you mean 'hostname'"):
        author.setEngineClientParam(hostnam="x")
    with pytest.raises(AuthorError) as caught:
        author.setEngineClientParam(password=12345)
    assert "12345" not in str(caught.value)
