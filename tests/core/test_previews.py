from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from farmsubmit.author.elements import Instance, Iterate, Job, Task
from farmsubmit.errors import FarmsubmitError, JobTreeError, MissingLibraryError
from farmsubmit.files import shipped
from farmsubmit.formats._alike import folds
from farmsubmit.formats.alf import to_tcl
from farmsubmit.formats.dot import to_dot
from farmsubmit.formats.html import to_html
from farmsubmit.formats.outline import RowKind, outline
from farmsubmit.formats.preview import preview
from farmsubmit.formats.tree import to_text
from farmsubmit.lang.dirmap import DirMap, map_path

HOSTILE = [
    "</script><script>alert(1)</script>",
    "<!-- <script>",
    "\"quotes\" & 'more' &amp;",
    "{{ 7 * 7 }} {% raw %}",
    "emoji 🎬",
    "\u202egnp.exe \u2028 \u2029",
    "שלום",
    "back\\slash \\N {brace",
    "line\nbreak \x1b[31m",
]


def shot() -> Job:
    """make movie (serial: beauty of three chunks, then mattes) and a contact sheet with an instance of beauty."""
    job = Job(title="sh010", service="PixarRender && @.mem > 16")
    movie = job.newTask(["ffmpeg", "%D(X:/out.mov)"], title="make movie", service="ffmpeg", serialsubtasks=True)
    beauty = movie.newTask(title="beauty")
    for frame in (1, 2, 3):
        beauty.newTask(["Render", str(frame)], title=f"beauty {frame}")
    movie.newTask(["mattes"], title="mattes")
    job.newTask(["oiiotool"], title="contact sheet").addChild(beauty)
    return job


def chain(length: int) -> Job:
    job = Job(title="chain")
    parent = job
    for place in range(length):
        parent = parent.newTask(["echo", str(place)], title=f"link {place}")
    return job


def chunks(count: int) -> Job:
    job = Job(title="render")
    for place in range(count):
        job.newTask(["Render", str(place)], title=f"chunk {place}")
    return job


def hostile() -> Job:
    job = Job(title=HOSTILE[0], comment=HOSTILE[2])
    for text in HOSTILE:
        job.newTask(["echo", text.replace("%", "%%")], title=text, service='"<b>*" && !x')
    return job


def page_data(page: str) -> dict:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert found
    return json.loads(found.group(1))


class TestOutline:
    def test_rows_stand_in_script_order_and_know_their_subtree(self):
        rows = outline(shot()).rows
        assert [(row.title, row.parent, row.depth, row.end) for row in rows] == [
            ("make movie", -1, 0, 6),
            ("beauty", 0, 1, 5),
            ("beauty 1", 1, 2, 3),
            ("beauty 2", 1, 2, 4),
            ("beauty 3", 1, 2, 5),
            ("mattes", 0, 1, 6),
            ("contact sheet", -1, 0, 8),
            ("beauty", 6, 1, 8),
        ]

    def test_an_instance_knows_its_target_and_shows_its_title(self):
        row = outline(shot()).rows[7]
        assert (row.kind, row.target, row.title) == (RowKind.INSTANCE, 1, "beauty")

    def test_a_look_does_not_change_the_job(self):
        job = shot()
        outline(job)
        assert job.subtasks[0].subtasks[0].id is None

    def test_a_task_appended_twice_is_one_task_and_an_instance(self):
        job = Job(title="j")
        task = Task(["x"], title="shared")
        job.subtasks.extend([task, task])
        assert [row.kind for row in outline(job).rows] == [RowKind.TASK, RowKind.INSTANCE]

    def test_an_instance_of_nothing_has_no_target(self):
        job = Job(title="j")
        job.addChild(Instance(title="gone"))
        row = outline(job).rows[0]
        assert (row.title, row.target) == ("gone", -1)

    def test_the_service_is_the_tasks_own_or_its_first_commands(self):
        rows = outline(shot()).rows
        assert (rows[0].service, rows[1].service) == ("ffmpeg", "")

    def test_commands_are_counted_for_the_whole_subtree(self):
        assert [row.total_commands for row in outline(shot()).rows] == [5, 3, 1, 1, 1, 1, 1, 0]

    def test_a_serial_parent_holds_the_whole_subtree_of_the_later_child(self):
        job = Job(title="j", serialsubtasks=True)
        job.newTask(["a"], title="first")
        job.newTask(title="second").newTask(["b"], title="inner")
        assert [row.after for row in outline(job).rows] == [-1, 0, 0]

    def test_what_a_row_waits_for_is_said_in_words(self):
        view = outline(shot())
        waits = [view.waits(view.rows[place]) for place in (0, 2, 5, 7)]
        assert waits == ["after 2", "ready", "after beauty", "after beauty"]

    def test_totals(self):
        view = outline(shot())
        assert (view.tasks, view.instances, view.commands, view.depth, view.width) == (7, 1, 6, 3, 3)
        assert view.summary == "7 tasks · 1 instance · 6 commands · runs bottom up"

    def test_children_and_roots_leave_grandchildren_out(self):
        view = outline(shot())
        assert [row.title for row in view.roots()] == ["make movie", "contact sheet"]
        assert [row.title for row in view.children(view.rows[0])] == ["beauty", "mattes"]

    def test_the_tasks_of_a_template_stand_below_their_iterate(self):
        job = Job(title="j")
        iterate = Iterate(varname="i", frm=1, to=10)
        iterate.addTemplate(Task(["echo", "$i"], title="echo $i"))
        job.addChild(iterate)
        rows = outline(job).rows
        assert [(row.title, row.depth) for row in rows] == [("i = 1 to 10", 0), ("echo $i", 1)]

    def test_a_template_inside_itself_is_refused(self):
        job = Job(title="j")
        iterate = Iterate(varname="i", frm=1, to=2)
        iterate.addTemplate(iterate)
        job.addChild(iterate)
        with pytest.raises(JobTreeError, match="templates deep"):
            outline(job)

    def test_an_unfinished_job_can_be_looked_at(self):
        job = Job()
        job.newTask().newCommand()
        assert outline(job).rows[0].commands[0].argv == ()


class TestCriticalPath:
    def test_children_in_parallel_count_once(self):
        assert outline(chunks(20)).critical_path == 1

    def test_serial_siblings_add_up(self):
        # one chunk of beauty, then mattes, then the movie
        assert outline(shot()).critical_path == 3

    def test_an_instance_brings_the_line_of_its_task(self):
        job = Job(title="j")
        slow = job.newTask(["a"], title="slow")
        slow.newTask(["b"], title="slower")
        job.newTask(["c"], title="after").addChild(slow)
        assert outline(job).critical_path == 3

    def test_groups_without_commands_take_no_turn(self):
        job = Job(title="j")
        job.newTask(title="group").newTask(["x"], title="work")
        assert outline(job).critical_path == 1

    def test_tasks_that_wait_for_each_other_have_none(self):
        job = Job(title="j")
        job.newTask(["x"], title="a").addChild(Instance(title="b"))
        job.newTask(["x"], title="b").addChild(Instance(title="a"))
        assert outline(job).critical_path == 0

    def test_a_chain_is_its_own_length(self):
        assert outline(chain(5000)).critical_path == 5000


@st.composite
def trees(draw):
    job = Job(title="j")
    parents = [job]
    for place in range(draw(st.integers(1, 30))):
        parent = draw(st.sampled_from(parents))
        parents.append(parent.newTask(["x"], title=f"t{place}", serialsubtasks=draw(st.booleans())))
    return job


class TestLaws:
    @given(trees())
    def test_a_subtree_is_the_row_its_children_and_nothing_else(self, job):
        view = outline(job)
        for row in view.rows:
            assert row.end - row.place == 1 + sum(child.end - child.place for child in view.children(row))

    @given(trees())
    def test_the_critical_path_lies_between_depth_and_the_number_of_tasks(self, job):
        view = outline(job)
        assert view.depth <= view.critical_path <= view.tasks

    @given(trees())
    def test_an_unfolded_tree_has_a_line_for_each_row(self, job):
        assert len(to_text(job, limit=0).split("\n\n")[1].splitlines()) == len(outline(job).rows)


class TestFolds:
    def test_a_long_run_of_alike_siblings_shows_its_first_two(self):
        assert list(folds(outline(chunks(20)).rows).values()) == [(2, 20, 18)]

    def test_a_run_as_long_as_the_limit_is_shown_whole(self):
        assert folds(outline(chunks(12)).rows, limit=12) == {}

    def test_siblings_of_other_names_are_not_alike(self):
        job = Job(title="j")
        for letter in "abcdefghijklmnop":
            job.newTask(["x"], title=letter)
        assert folds(outline(job).rows) == {}

    def test_whole_subtrees_are_folded(self):
        job = Job(title="j")
        for place in range(20):
            job.newTask(title=f"shot {place}").newTask(["x"], title="render")
        assert list(folds(outline(job).rows).values()) == [(4, 40, 18)]


class TestTree:
    def test_branches_titles_and_counts(self):
        assert to_text(shot()).split("\n\n")[1].splitlines() == [
            "├── make movie [serial]  1 command · 5 in all · ffmpeg",
            "│   ├── beauty           3 in all",
            "│   │   ├── beauty 1     1 command",
            "│   │   ├── beauty 2     1 command",
            "│   │   └── beauty 3     1 command",
            "│   └── mattes           1 command",
            "└── contact sheet        1 command",
            "    └── → beauty (instance)",
        ]

    def test_the_head_names_settings_maps_and_totals(self):
        job = shot()
        job.priority = 100
        job.newDirMap("X:/", "/mnt/x", "NFS")
        head = to_text(job).split("\n\n")[0].splitlines()
        assert head[1:3] == ["priority 100 · service PixarRender && @.mem > 16", "dirmap X:/ → /mnt/x (NFS)"]
        assert head[3] == outline(job).summary

    def test_commands_can_be_shown_with_quotes_where_needed(self):
        job = Job(title="j")
        job.newTask(["echo", "a b", ""], title="t")
        assert '    $ echo "a b" ""\n' in to_text(job, commands=True)

    def test_runs_are_folded_unless_the_limit_is_zero(self):
        assert "└── … 18 more  18 commands\n" in to_text(chunks(20))
        assert "more" not in to_text(chunks(20), limit=0)

    def test_ascii_writes_nothing_else(self):
        text = to_text(hostile(), ascii=True)
        assert text.isascii()
        assert "|-- " in text

    def test_nothing_that_a_terminal_obeys_gets_through(self):
        text = to_text(hostile(), commands=True)
        assert all(character.isprintable() or character == "\n" for character in text)
        assert r"break \x1b[31m" in text

    def test_deep_levels_are_numbered_instead_of_indented(self):
        lines = to_text(chain(5000)).splitlines()
        assert max(map(len, lines)) < 160
        assert "└── (5000) link 4999" in lines[-1]


class TestDot:
    def test_arrows_lead_from_what_runs_first(self):
        lines = to_dot(shot()).splitlines()
        assert "  t1 -> t0;" in lines
        assert "  t1 -> t7 [style=dashed, constraint=false];" in lines
        assert "  t1 -> t5 [style=dotted, constraint=false];" in lines

    def test_an_order_is_drawn_once_not_for_each_task_below(self):
        job = Job(title="j", serialsubtasks=True)
        job.newTask(["a"], title="first")
        job.newTask(title="second").newTask(["b"], title="inner")
        assert to_dot(job).count("dotted") == 1

    @given(st.lists(st.text(), min_size=1, max_size=3))
    def test_no_title_ends_its_label(self, titles):
        job = Job(title="j")
        for title in titles:
            job.newTask(["x"], title=title)
        for line in to_dot(job).splitlines()[4:-1]:
            assert re.fullmatch(r'  \w+ (-> \w+;|\[label="(?:[^"\\]|\\.)*"(, style="rounded,bold")?\];)', line)

    @pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz is not installed")
    def test_graphviz_shows_the_titles_as_they_are(self):
        job = Job(title="j")
        title = 'a "b" <i> &amp; \\N'
        job.newTask(["x"], title=title)
        drawn = subprocess.run(["dot", "-Tsvg"], input=to_dot(job).encode(), capture_output=True, check=True)
        assert title in [element.text for element in ElementTree.fromstring(drawn.stdout).iter()]


class TestPage:
    def test_the_page_holds_the_exact_script(self):
        from html.parser import HTMLParser

        class Script(HTMLParser):
            text, inside = "", False

            def handle_starttag(self, tag, attributes):
                self.inside = ("id", "script") in attributes

            def handle_endtag(self, tag):
                self.inside = False

            def handle_data(self, data):
                self.text += data if self.inside else ""

        job = hostile()
        job.newTask(["echo", "carriage\rreturn"], title="r")
        reader = Script()
        reader.feed(to_html(job))
        assert reader.text == to_tcl(job)

    def test_hostile_texts_open_no_element(self):
        page = to_html(hostile())
        assert page.count("<script") == 2
        assert page.count("</script") == 2
        assert "<!--" not in page
        assert "<b>" not in page

    def test_hostile_texts_reach_the_script_unharmed(self):
        data = page_data(to_html(hostile()))
        titles = [data["texts"][place] for place in data["titles"]]
        assert titles[:5] == HOSTILE[:5]
        assert titles[5] == r"\u202egnp.exe \u2028 \u2029"

    def test_the_policy_names_the_hash_of_each_inline_element(self):
        from base64 import b64encode
        from hashlib import sha256

        page = to_html(shot())
        policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page).group(1)
        inline = re.findall(r"<style>(.*?)</style>|<script>(.*?)</script>", page, re.DOTALL)
        assert "default-src 'none'" in policy
        for style, script in inline:
            assert b64encode(sha256((style or script).encode()).digest()).decode() in policy

    def test_the_page_asks_for_nothing_from_elsewhere(self):
        assert not re.search(r"\b(src|href)=|@import|url\(|fetch\(|https?:", to_html(shot()))

    def test_substitutions_and_mistakes_in_arguments_are_marked(self):
        job = Job(title="j")
        job.newTask(["a", "%D(x%%y)", "%04d"], title="t")
        data = page_data(to_html(job))
        marks = {data["texts"][int(place)]: data["marks"][number] for place, number in data["argumentMarks"].items()}
        assert marks["%D(x%%y)"] == [[0, 3, "open"], [4, 6, "percent"], [7, 8, "close"]]
        assert marks["%04d"] == [[0, 4, "bad"]]
        assert "frame pattern" in next(iter(data["problems"].values()))

    def test_an_id_of_the_job_is_no_mistake(self):
        job = Job(title="j")
        job.newTask(["a", "%server"], title="t").newCommand(argv=["x"], id="server")
        assert page_data(to_html(job))["problems"] == {}

    def test_each_text_is_kept_once(self):
        job = chunks(50)
        texts = page_data(to_html(job))["texts"]
        assert len(texts) == len(set(texts))

    def test_a_deep_chain_makes_a_page(self):
        assert len(page_data(to_html(chain(5000)))["parents"]) == 5000

    def test_without_jinja2_the_error_says_what_to_install(self, monkeypatch):
        monkeypatch.setitem(sys.modules, "jinja2", None)
        with pytest.raises(MissingLibraryError, match="pip install jinja2"):
            to_html(shot())


MAPS = [
    ("X:/", "//fileserver/projects", "A"),
    ("X:/proj", "/mnt/proj/", "A"),
    ("//server/share", "Y:\\share", "A"),
    ("/", "/root", "A"),
    ("/mnt", "X:/m", "A"),
    ("/mnt/a", "//unc", "A"),
    ("prman", "prman.exe", "A"),
]
PATHS = st.lists(st.sampled_from(["X:", "x:", "/", "\\", "//", "proj", "Proj", "a", "mnt", "server", "share", "prman"]))


def in_node(scripts: list, expression: str):
    """Return what an expression is after some of the page's scripts ran."""
    source = "\n".join(shipped("resources", "templates", "job", name).read_text("utf-8") for name in scripts)
    program = f"{source}\nconsole.log(JSON.stringify({expression}))"
    done = subprocess.run(["node", "-"], input=program.encode(), capture_output=True, check=True)
    return json.loads(done.stdout)


@pytest.mark.skipif(shutil.which("node") is None, reason="Node is not installed")
class TestScriptsOfThePage:
    @settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(PATHS.map("".join), min_size=200, max_size=300))
    def test_the_page_maps_paths_as_the_core_does(self, paths):
        cases = [(path, [each]) for path in [*paths, "X:/proj/a/", "//server/share/b"] for each in MAPS]
        mapped = in_node(["paths.js"], f"{json.dumps(cases)}.map(([path, maps]) => mapPath(path, maps, 'A'))")
        assert mapped == [map_path(path, [DirMap(*each[0])], "A") for path, each in cases]

    def on_tree(self, job: Job, does: str):
        data = json.dumps(page_data(to_html(job)))
        return in_node(["tree.js"], f"((tree) => {does})(new Tree({data}))")

    def test_the_tree_starts_with_the_job_and_its_folds(self):
        assert self.on_tree(chunks(20), "tree.visible()") == [-1, 0, 1, -2]

    def test_a_search_keeps_the_way_to_each_hit(self):
        assert self.on_tree(shot(), "[tree.filter('BEAUTY 2'), tree.visible()]") == [
            {"hits": 1, "first": 3},
            [-1, 0, 1, 3],
        ]

    def test_a_collapsed_row_hides_its_subtree(self):
        assert self.on_tree(shot(), "(tree.close(0), tree.visible())") == [-1, 0, 6, 7]

    def test_the_page_counts_as_the_outline_does(self):
        totals = self.on_tree(shot(), "[...tree.total]")
        view = outline(shot())
        assert totals == [*(row.total_commands for row in view.rows), view.commands]


class TestPreview:
    def test_the_tree_is_the_usual_format(self):
        assert preview(shot()) == to_text(shot())

    @pytest.mark.parametrize(("format", "start"), [("tcl", "Job "), ("html", "<!doctype html>"), ("dot", "digraph ")])
    def test_each_format_has_its_writer(self, format, start):
        assert preview(shot(), format).startswith(start)

    def test_json_can_be_read(self):
        assert json.loads(preview(shot(), "json"))

    def test_an_unknown_format_gets_a_proposal(self):
        with pytest.raises(FarmsubmitError, match="did you mean 'html'"):
            preview(shot(), "htm")
