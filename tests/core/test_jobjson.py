"""The JSON form of a job."""

import json

import pytest

from farmsubmit import author
from farmsubmit.errors import AuthorError, JobFileError
from farmsubmit.formats.alf import from_tcl, to_tcl
from farmsubmit.formats.jobjson import from_json, to_json


def sample():
    job = author.Job(title="x", priority=5, after="6 23 13:45", tags=["a"], afterjids=[4])
    job.newDirMap(src="X:/", dst="/net", zone="NFS")
    job.newAssign("exe", "/bin/sh")
    job.newPostscript(argv=["mail"], when="error")
    sim = job.newTask(title="sim", argv=["sim"], service="Linux")
    render = job.newTask(title="render", serialsubtasks=False)
    render.addChild(sim)
    render.newCommand(argv=["netrender", "%H"], local=True, atleast=2)
    iterate = author.Iterate(varname="i", frm=1, to=3, by=1)
    iterate.addTemplate(author.Task(title="f$i", argv=["a", "$i"]))
    job.addChild(iterate)
    return job


def test_json_gives_the_same_job_back():
    job = sample()
    assert from_json(to_json(job)) == job


def test_json_and_job_script_agree():
    job = sample()
    assert to_tcl(from_json(to_json(from_tcl(to_tcl(job))))) == to_tcl(job)


def test_the_document_says_what_it_is():
    document = json.loads(to_json(sample()))
    assert document["farmsubmit_job"] == 1
    assert document["nodes"][0] == {
        "kind": "task",
        "parent": None,
        "title": "sim",
        "id": document["nodes"][2]["title"],
        "cmds": [{"argv": ["sim"], "service": "Linux"}],
    }


def test_a_chain_of_five_thousand_tasks():
    job = parent = author.Job(title="deep")
    for number in range(5000):
        parent = parent.newTask(title=f"t{number}")
    assert from_json(to_json(job)) == job


def test_a_live_list_that_went_bad_is_refused():
    job = sample()
    job.tags.append(7)
    with pytest.raises(AuthorError, match="tags"):
        to_json(job)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda d: d.update(farmsubmit_job=2), "version 2"),
        (lambda d: d.pop("farmsubmit_job"), "no farmsubmit job"),
        (lambda d: d["job"].update(titel="x"), "did you mean 'title'"),
        (lambda d: d["job"].update(priority="high"), "job.priority"),
        (lambda d: d["nodes"][1].update(parent=9), r"nodes\[1\].parent"),
        (lambda d: d["nodes"][1].update(parent=0.5), r"nodes\[1\].parent"),
        (lambda d: d["nodes"][0].update(kind="tsk"), r"nodes\[0\].kind"),
        (lambda d: d["nodes"][0].update(cmds=[{"argv": [1]}]), r"nodes\[0\].cmds\[0\].argv"),
        (lambda d: d["nodes"][0].update(cmds={}), r"nodes\[0\].cmds is not a list"),
        (lambda d: d["job"]["dirmaps"][0].pop("zone"), r"dirmaps\[0\]"),
        (lambda d: d["nodes"][3].update(parent=2), r"nodes\[3\]"),
        (lambda d: d.update(nodes=3), "nodes is not a list"),
    ],
)
def test_a_mistake_is_named_by_its_place_in_the_document(change, words):
    document = json.loads(to_json(sample()))
    change(document)
    with pytest.raises(JobFileError, match=words):
        from_json(json.dumps(document))


@pytest.mark.parametrize("text", ["", "{", "[]", "[" * 100_000])
def test_what_is_no_job_is_refused(text):
    with pytest.raises(JobFileError):
        from_json(text, "a.json")
