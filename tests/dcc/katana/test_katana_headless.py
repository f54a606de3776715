"""Submitting without a window, and the farm settings of nodes: the same job as from everywhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from farmsubmit.cli.main import main
from farmsubmit.errors import SceneError
from farmsubmit.formats.alf import to_tcl
from farmsubmit.tasks.build import build_request


def rows(request):
    return {row.id: row for row in request.rows}


@pytest.fixture
def sent(tmp_path: Path):
    """A folder that is an engine, and the one job in it."""
    folder = tmp_path / "farm"
    folder.mkdir()

    def only() -> bytes:
        (job,) = folder.iterdir()
        data = job.read_bytes()
        job.unlink()
        return data

    only.engine = f"folder:{folder}"
    return only


@pytest.mark.parametrize("name", ["one", "chain", "variables", "ranges", "excluded"])
def test_the_job_is_that_of_the_command_line_byte_for_byte(katana, opened, sent, name: str) -> None:
    path = opened(name)
    ticket = katana.get("headless").submit(sent.engine, chunk=3, job={"priority": 7})
    assert ticket.engine == sent.engine
    job = sent()
    assert main(["submit", str(path), "--engine", sent.engine, "--chunk", "3", "--priority", "7"]) == 0
    assert sent() == job


def test_frames_of_any_step_become_katanas_list_without_one(katana, opened) -> None:
    opened("one")
    job = build_request(katana.get("headless").request(frames="1-9x4,20", chunk=10)).job
    assert "1,5,9,20" in to_tcl(job)


def test_sets_of_variables_make_rows_that_render_them(katana, opened) -> None:
    opened("variables")
    request = katana.get("headless").request(variables={"shot": ["sh010", "sh020"], "look": ["night"]})
    assert list(rows(request)) == ["Beauty:shot=sh010 look=night", "Beauty:shot=sh020 look=night"]
    script = to_tcl(build_request(request).job)
    assert "shot=sh020" in script and "look=night" in script and script.count("--var") == 8


def test_nodes_wait_for_those_above_them(katana, opened) -> None:
    opened("chain")
    found = rows(katana.get("headless").request())
    assert {name: row.after for name, row in found.items()} == {
        "Shadow": (),
        "Beauty": ("Shadow",),
        "Comp": ("Beauty",),
    }


def test_a_range_of_a_node_goes_before_that_of_the_project(katana, opened) -> None:
    opened("ranges")
    found = rows(katana.get("headless").request())
    assert (str(found["Own"].frames), str(found["Scene"].frames)) == ("3-8", "1-10")


def test_unsaved_changes_are_refused(katana, opened) -> None:
    opened("one")
    katana.state.dirty = True
    with pytest.raises(SceneError, match="not saved"):
        katana.get("headless").request()
    assert katana.get("headless").request("save").rows and not katana.state.dirty


# --- farm settings


def test_farm_settings_change_the_rows_of_their_node_only(katana, opened) -> None:
    opened("farm settings")
    found = rows(katana.get("headless").request())
    beauty, other = found["Beauty"], found["Other"]
    assert (str(beauty.frames), beauty.chunk, beauty.service) == ("1-9x4,20", 2, "Big")
    assert (str(other.frames), other.chunk, other.service) == ("1-10", 5, "")


def test_what_is_asked_for_goes_before_farm_settings(katana, opened) -> None:
    opened("farm settings")
    beauty = rows(katana.get("headless").request(frames="5", edits=["Beauty:service=Small"]))["Beauty"]
    assert (str(beauty.frames), beauty.chunk, beauty.service) == ("5", 2, "Small")


def test_farm_settings_count_for_every_set_of_variables(katana, opened) -> None:
    s = katana.scenes
    render = s.node("Render", "R", s.outputs("a"), s.farm(s.text("farmsubmit_frames", "7")))
    opened(s.project(render, root=s.group("variables", s.variable("shot", "a", "a", "b"))))
    found = rows(katana.get("headless").request(variables={"shot": ["a", "b"]}))
    assert [str(row.frames) for row in found.values()] == ["7", "7"]


def test_empty_farm_settings_change_nothing(katana, opened) -> None:
    s = katana.scenes
    told = s.farm(s.text("farmsubmit_frames", " "), s.number("farmsubmit_chunk", 0), s.text("farmsubmit_service"))
    opened(s.project(s.node("Render", "R", s.outputs("a"), told)))
    row = rows(katana.get("headless").request())["R"]
    assert (str(row.frames), row.chunk, row.service) == ("1-10", 5, "")


def test_frames_that_are_none_are_told_in_one_sentence(katana, opened) -> None:
    s = katana.scenes
    opened(s.project(s.node("Render", "R", s.outputs("a"), s.farm(s.text("farmsubmit_frames", "1-")))))
    with pytest.raises(SceneError, match=r"the farm setting farmsubmit_frames of R is '1-': .* column 3"):
        katana.get("headless").request()
