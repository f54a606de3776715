"""What a job becomes before it is sent to Slurm: arrays, dependencies, constraints, tables."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from farmsubmit.author import Command, Instance, Job
from farmsubmit.author.planning.needs import Reach, ordered, shortened
from farmsubmit.engines.batch.jobfolder import Submitted
from farmsubmit.engines.batch.plan import Shape, layout_from_json, layout_to_json, place
from farmsubmit.engines.batch.tables import last_table, tables
from farmsubmit.engines.slurm.cluster import Cluster, read_nodes
from farmsubmit.engines.slurm.layout import lay_out
from farmsubmit.engines.slurm.location import read_location
from farmsubmit.engines.slurm.planner import plan_job
from farmsubmit.engines.slurm.services import demand
from farmsubmit.engines.slurm.submission import Spots, ranges
from farmsubmit.errors import EngineError, JobTreeError, ServiceKeyError

TRUE = ["true"]
NODES = (
    "NodeName=n1 Arch=x86_64 CPUAlloc=1 CPUTot=4 CPULoad=2.00 AvailableFeatures=linux,Fast NodeAddr=10.0.0.1 "
    "OS=Linux 6.1 #1 SMP RealMemory=32768 FreeMem=8192 TmpDisk=102400 State=IDLE \n"
    "NodeName=n2 CPUTot=8 AvailableFeatures=linux,slow NodeAddr=10.0.0.2 RealMemory=8192 FreeMem=N/A TmpDisk=0\n"
    "NodeName=n3 CPUTot=8 AvailableFeatures=(null) NodeAddr=n3 RealMemory=1024\n"
)
CLUSTER = Cluster(read_nodes(NODES), ("nuke", "vray"))


def layout_of(job):
    return plan_job(job, CLUSTER)[0].layout


# --- arrays


def test_siblings_share_an_array_and_what_they_are_for_waits_for_all_of_it(job):
    parent = job.newTask(title="movie", argv=TRUE)
    for frame in range(3):
        parent.newTask(title=str(frame), argv=TRUE)
    rows = layout_of(job).rows
    assert [rows[tid][:2] for tid in (2, 3, 4)] == [(0, 0), (0, 1), (0, 2)]
    assert rows[1].step == 1 and not rows[1].pairs


def test_layers_of_a_frame_and_their_comp_stand_at_one_index(job):
    for frame in range(5):
        comp = job.newTask(title=f"comp {frame}", argv=TRUE)
        for layer in "ab":
            comp.newTask(title=f"{layer}{frame}", argv=TRUE)
    layout = layout_of(job)
    assert len(layout.steps) == 3
    for comp in range(1, 16, 3):
        positions = {layout.rows[tid].position for tid in (comp, comp + 1, comp + 2)}
        assert len(positions) == 1 and layout.rows[comp].pairs


def test_tasks_that_ask_for_different_nodes_stand_in_different_arrays(job):
    for service in ("linux", "fast", "linux"):
        job.newTask(title=service, argv=TRUE, service=service)
    assert [layout_of(job).rows[tid].step for tid in (1, 2, 3)] == [0, 1, 0]


def test_tasks_without_commands_are_not_sent_and_are_seen_through(job):
    job.serialsubtasks = True
    for name in "ab":
        job.newTask(title=name).newTask(title=f"{name}1", argv=TRUE)
    layout = layout_of(job)
    assert sorted(layout.rows) == [2, 4]
    assert Reach(layout.needs, layout.rows).of_task(4) == {2}


def test_a_chain_of_5000_is_laid_out(job):
    last = job
    for number in range(5000):
        last = last.newTask(title=str(number), argv=TRUE)
    assert len(layout_of(job).steps) == 5000


def test_a_job_in_which_too_much_waits_for_too_much_is_refused(job, monkeypatch):
    monkeypatch.setattr("farmsubmit.author.planning.needs._MOST_WAITS", 10)
    parent = job.newTask(title="p", argv=TRUE)
    for number in range(11):
        parent.newTask(title=str(number), argv=TRUE)
    with pytest.raises(JobTreeError, match="in more than 10 ways"):
        layout_of(job)


@st.composite
def needs_of_nodes(draw):
    """The needs of nodes 1, 2, …, each of earlier ones only."""
    count = draw(st.integers(1, 25))
    return [
        sorted(draw(st.sets(st.integers(1, node - 1), max_size=4))) if node > 1 else [] for node in range(1, count + 1)
    ]


def closure(needs):
    above = {}
    for node in ordered(needs, sorted(needs)):
        above[node] = set().union(*({other} | above[other] for other in needs[node]))
    return above


@given(needs_of_nodes())
def test_shortening_leaves_who_waits_for_whom_as_it_is(needs):
    short = shortened(needs)
    whole = dict(enumerate(needs, 1))
    assert closure({node: short.get(node, []) for node in whole}) == closure(whole)


@given(needs_of_nodes(), st.data())
def test_a_layout_keeps_the_order_and_gives_each_task_a_place_of_its_own(needs, data):
    kinds = st.sampled_from([None, Shape("a"), Shape("b")])
    shapes = {node: shape for node in range(1, len(needs) + 1) if (shape := data.draw(kinds))}
    layout = lay_out(needs, shapes)
    rows = layout.rows
    assert len({row[:2] for row in rows.values()}) == len(rows) == len(shapes)
    reach = Reach(layout.needs, rows)
    for tid, row in rows.items():
        assert layout.steps[row.step] == shapes[tid]
        assert all(rows[other].step < row.step for other in reach.of_task(tid))
        assert not row.pairs or {rows[other].position for other in reach.of_task(tid)} == {row.position}
    assert layout_from_json(layout_to_json(layout)) == layout


@given(needs_of_nodes(), st.integers(1, 5))
def test_a_dependency_names_exactly_the_tasks_that_are_waited_for(needs, size):
    layout = lay_out(needs, dict.fromkeys(range(1, len(needs) + 1), Shape()))
    arrays = {}
    for tid, row in layout.rows.items():
        where = place(row, size)
        arrays.setdefault(where.table, {})[where.at] = tid
    spots = Spots(Submitted(name, name, tids) for name, tids in arrays.items())
    reach = Reach(layout.needs, layout.rows)
    for tid, row in layout.rows.items():
        text = spots.waiting_for(reach.of_task(tid), row.pairs)
        assert named(text, arrays, spots.of[tid].at) == reach.of_task(tid)


def named(text, arrays, own):
    found = set()
    for kind, *names in (part.split(":") for part in text.split(",") if part):
        for name in names:
            table, _, at = name.partition("_")
            if kind == "aftercorr":
                found.add(arrays[table][own])
            else:
                found |= {arrays[table][int(at)]} if at else set(arrays[table].values())
    return found


@given(st.sets(st.integers(0, 60)))
def test_ranges_name_each_number_once(numbers):
    found = []
    for part in filter(None, ranges(numbers).split(",")):
        first, _, last = part.partition("-")
        found += range(int(first), int(last or first) + 1)
    assert found == sorted(numbers)


# --- what is asked of a node


@pytest.mark.parametrize(
    ("service", "constraint", "licences", "exclude"),
    [
        ("", "", (), ()),
        ("linux", "linux", (), ()),
        ("LINUX, fast", "linux&Fast", (), ()),
        ("fast || slow", "Fast|slow", (), ()),
        ("(fast || slow) && linux", "(Fast|slow)&linux", (), ()),
        ("linux && NUKE", "linux", ("nuke:1",), ()),
        ("unheard", "unheard", (), ()),
        ("linux && !fast", "linux", (), ("n1",)),
        ("n2", "", (), ("n1", "n3")),
        ('"l*x"', "", (), ("n3",)),
        ("@.mem > 16", "", (), ("n2", "n3")),
        ("fast || linux && slow", "", (), ("n3",)),
        ("nuke || slow", "", (), ("n1", "n3")),
    ],
)
def test_a_service_becomes_a_constraint_licences_and_nodes_to_avoid(service, constraint, licences, exclude):
    assert demand(service, CLUSTER) == (constraint, licences, exclude, ())


def test_a_service_that_does_not_parse_is_refused():
    with pytest.raises(ServiceKeyError):
        demand("linux &&", CLUSTER)


def test_what_changes_by_the_moment_is_reported():
    assert "changes by the moment" in demand("linux && @.cpu < 0.5", CLUSTER).problems[0]


def test_without_an_answer_of_slurm_names_are_features_and_the_rest_is_reported(job):
    job.newTask(title="t", argv=TRUE, service="nuke && !slow").cmds[0].tags = ["vray"]
    plan, dropped = plan_job(job, Cluster(is_known=False))
    assert plan.layout.steps[0].constraint == "nuke"
    assert [each.option for each in dropped] == ["service", "tags"]


def test_tags_become_licences_where_there_are_such(job):
    job.newTask(title="t", argv=TRUE).cmds[0].tags = ["vray", "arnold"]
    plan, dropped = plan_job(job, CLUSTER)
    assert plan.layout.steps[0].licences == ("vray:1",)
    assert "arnold is not counted" in dropped[0].reason


def test_the_commands_of_a_task_share_a_node(job):
    job.service = "linux"
    task = job.newTask(title="t", argv=TRUE, service="fast||slow")
    task.newCommand(argv=TRUE, service="fast", atleast=4)
    plan, dropped = plan_job(job, CLUSTER)
    assert plan.layout.steps == [Shape("linux&(Fast|slow)&Fast", cpus=4)]
    assert "run on one node" in dropped[0].reason


def test_what_slurm_cannot_express_is_reported(job):
    job.tier, job.maxactive = "rush", 2
    parent = job.newTask(title="p", argv=TRUE)
    parent.newTask(title="c").addCommand(Command(argv=TRUE, expand=True, local=True))
    dropped = plan_job(job, CLUSTER)[1]
    assert [each.option for each in dropped] == ["expand", "local", "maxactive", "tier"]


def test_nodes_are_read_as_blades():
    blade = CLUSTER.nodes[0].blade
    assert (blade.name, blade.address, blade.provides) == ("n1", "10.0.0.1", ("linux", "Fast"))
    assert blade.metrics == {"mem": 8.0, "nCPUs": 4.0, "sa": 3.0, "cpu": 0.5, "disk": 100.0}


# --- tables


def test_rows_are_cut_into_tables_of_arrays(job):
    for frame in range(5):
        job.newTask(title=str(frame), argv=["echo", str(frame)])
    found = tables(plan_job(job, CLUSTER)[0], 7, 2)
    assert {name: sorted(rows) for name, rows in found.items()} == {"0-0": ["0", "1"], "0-1": ["0", "1"], "0-2": ["0"]}
    assert found["0-2"]["0"]["cmds"][0]["argv"] == ["echo", "4"]


@pytest.mark.parametrize(
    ("word", "part"),
    [
        ("plain", "plain"),
        ("100%%", "100%"),
        ("%j", "7"),
        ("%t/%n/%q", "1/1/1.0"),
        ("%h", [["hosts", 1]]),
        ("-%{other}-", ["-", ["hosts", 2], "-"]),
        ("%{mine}(-host)", [["hostoptions", 1]]),
        ("~/x", [["home", ""], "/x"]),
        ("%r", [["recover", ""]]),
        ("%D(X:/a)", [["map", {"": "X:/a", "NFS": "/mnt/a"}]]),
        ("%D(/elsewhere/%t)", "/elsewhere/1"),
    ],
)
def test_a_word_becomes_text_and_what_only_the_node_knows(job, word, part):
    job.newDirMap("X:", "/mnt", "NFS")
    job.newTask(title="t").newCommand(argv=["echo", word, "%%"], id="mine")
    job.newTask(title="other", id="other", argv=TRUE)
    row = tables(plan_job(job, CLUSTER)[0], 7, 10)["0-0"]["0"]
    assert row["cmds"][0]["words"] == ["echo", part, "%"]


@pytest.mark.parametrize(("word", "why"), [("%04d", "looks like a frame pattern"), ("%D(/a/%h)", "cannot be mapped")])
def test_a_word_that_cannot_be_read_carries_its_reason(job, word, why):
    job.newTask(title="t", argv=["echo", word])
    ((kind, text),) = tables(plan_job(job, CLUSTER)[0], 7, 10)["0-0"]["0"]["cmds"][0]["words"][1]
    assert kind == "problem" and why in text


def test_a_path_that_only_the_node_knows_is_reported(job):
    job.newTask(title="t", argv=["echo", "%D(/a/%h)", "%D(/a)"])
    assert "'%D(/a/%h)' fails" in plan_job(job, CLUSTER)[1][0].reason


def test_what_runs_after_the_tree_has_a_table(job):
    job.newTask(title="t", argv=TRUE)
    job.newPostscript(argv=["a"], when="error")
    job.newCleanup(argv=["b"])
    row = last_table(plan_job(job, CLUSTER)[0], 7)["0"]
    assert (row["tids"], row["postscript"][0]["when"], row["cleanup"][0]["argv"]) == ([1], "error", ["b"])


# --- the engine's URL


def test_the_url_names_partition_and_options(monkeypatch, tmp_path):
    monkeypatch.setenv("FARMSUBMIT_SLURM_FOLDER", str(tmp_path))
    place_ = read_location("farm?account=show%20a&nice=500")
    assert (place_.partition, place_.folder, place_.account) == ("farm", tmp_path, "show a")
    assert [place_.nice_of(priority) for priority in (-100, 0, 50, 100, 200)] == [1000, 500, 250, 0, 0]


@pytest.mark.parametrize(("text", "hint"), [("farm?acount=x", "did you mean 'account'"), ("?nice=-1", "such as")])
def test_a_wrong_option_of_the_url_is_refused(text, hint):
    with pytest.raises(EngineError, match=hint):
        read_location(text)


def test_an_instance_of_nothing_is_refused(job):
    job.newTask(title="t", argv=TRUE).addChild(Instance(title="nobody"))
    with pytest.raises(JobTreeError, match="nobody"):
        plan_job(job, CLUSTER)


def test_an_empty_job_is_refused():
    with pytest.raises(Exception, match="subtasks is missing"):
        plan_job(Job(title="empty"), CLUSTER)
