"""The processors that come with farmsubmit, on tables of values."""

import copy
import sys
from collections import OrderedDict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from farmsubmit.errors import ArgumentError, FrameError
from farmsubmit.plugins import load_catalogue
from farmsubmit.tasks import stock_processors as stock
from farmsubmit.tasks.arguments import Arguments
from farmsubmit.tasks.processor import Processor, ProcessorPlugin, apply

NAMES = {
    *("FilePatternProcessor", "ChunkProcessor", "ExpressionToElementsProcessor", "RangeToExpressionProcessor"),
    *("ElementsToRangesProcessor", "ElementsToEnclosingRangeProcessor", "ValueFromKeyProcessor"),
    *("RangesToElementsProcessor", "RangeToElementsProcessor", "InputToOutputProcessor", "CopyValueProcessor"),
    *("SubstitutionProcessor", "Base64EncodeProcessor", "Base64DecodeProcessor"),
    *("ElementsPreviewReorderProcessor", "LambdaProcessor"),
}
STOCK = {value.plugin_name: value for value in vars(stock).values() if isinstance(value, ProcessorPlugin)}
TWENTY = list(range(10, 30))


def test_the_sixteen_are_there_and_found_as_plugins():
    assert set(STOCK) == NAMES
    assert {found.name for found in load_catalogue([]).all("processor")} >= NAMES
    assert all(plugin.description and plugin.info(False) for plugin in STOCK.values())


TABLE = [
    ("ChunkProcessor", [1, 1], [[1, 1]], {}, {"chunksize": 1}),
    ("ChunkProcessor", [1, 5], [[1, 1], [2, 2], [3, 3], [4, 4], [5, 5]], {}, {"chunksize": 1}),
    ("ChunkProcessor", [[1, 2], [1, 2]], [[1, 1], [2, 2], [1, 1], [2, 2]], {}, {"chunksize": 1}),
    ("ChunkProcessor", [1, 5], [[1, 2], [3, 4], [5, 5]], {}, {"chunksize": 2}),
    ("ChunkProcessor", [[1, 3], [8, 8], [-3, -1]], [[1, 2], [3, 3], [8, 8], [-3, -2], [-1, -1]], {}, {"chunksize": 2}),
    ("ChunkProcessor", [-5, 5], [[-5, -1], [0, 4], [5, 5]], {}, {"chunksize": 5}),
    ("ChunkProcessor", [[10, 12], [1, 2]], [[10, 12], [1, 2]], {}, {"chunksize": 5}),
    ("ChunkProcessor", [1001, 1010], [[996, 1010], [1001, 1015]], {"chunkhandles": [5, 5]}, {"chunksize": 5}),
    ("ChunkProcessor", [0, 10], [[-10, 24], [-5, 29], [0, 30]], {"chunkhandles": [10, 20]}, {"chunksize": 5}),
    ("ChunkProcessor", [10, 10], [[11, 9]], {"chunkhandles": [-1, -1]}, {"chunksize": 5}),
    ("ChunkProcessor", [], [], {}, {"chunksize": 5}),
    ("ChunkProcessor", [1, 4], [[1, 2], [3, 4]], {"chunkhandles": None}, {"chunksize": 2}),
    ("ElementsPreviewReorderProcessor", [1001], [1001], {}, {}),
    ("ElementsPreviewReorderProcessor", [1001], [1001], {"stride": 2, "discard_rest": True}, {}),
    ("ElementsPreviewReorderProcessor", [7, 9], [7, 9], {"stride": 1}, {}),
    ("ElementsPreviewReorderProcessor", [0, 1, 2, 3, 4, 5, 6], [0, 6, 2, 4, 1, 3, 5], {"stride": 2}, {}),
    ("ElementsPreviewReorderProcessor", [10, 20, 30, 99, 150], [10, 150, 20, 30, 99], {}, {}),
    ("ElementsPreviewReorderProcessor", TWENTY, [10, 29, 14, 18, 22, 26], {"stride": 4, "discard_rest": True}, {}),
    (
        "ElementsPreviewReorderProcessor",
        TWENTY,
        [10, 29, 14, 18, 22, 26, 11, 12, 13, 15, 16, 17, 19, 20, 21, 23, 24, 25, 27, 28],
        {"stride": 4},
        {},
    ),
    ("ElementsPreviewReorderProcessor", [0, 1, 2, 3, 4], [0, 4, 1, 2, 3], {"stride": 1, "discard_rest": True}, {}),
    ("ElementsPreviewReorderProcessor", [5, 5, 5], [5, 5, 5], {"stride": 2}, {}),
    ("ExpressionToElementsProcessor", "1", [1], {}, {}),
    ("ExpressionToElementsProcessor", "1-2, 5-6", [1, 2, 5, 6], {}, {}),
    ("ExpressionToElementsProcessor", "900-902,800, 0040", [40, 800, 900, 901, 902], {}, {}),
    ("ExpressionToElementsProcessor", "1-10x4,2-1,1", [1, 2, 5, 9], {}, {}),
    ("ExpressionToElementsProcessor", "-5--3,-2-1", [-5, -4, -3, -2, -1, 0, 1], {}, {}),
    ("ExpressionToElementsProcessor", "10-1x3", [1, 4, 7, 10], {}, {}),
    ("ExpressionToElementsProcessor", ["3-1"], [1, 2, 3], {}, {}),
    ("ExpressionToElementsProcessor", 1001, [1001], {}, {}),
    ("ExpressionToElementsProcessor", (5, 1, 5), [1, 5], {}, {}),
    ("RangeToExpressionProcessor", [1, 1], "1-1", {}, {}),
    ("RangeToExpressionProcessor", [-99, 99], "-99-99", {}, {}),
    ("RangeToExpressionProcessor", [[1, 10]], "1-10", {}, {}),
    ("ElementsToRangesProcessor", [1, 2, 3], [[1, 3]], {}, {}),
    ("ElementsToRangesProcessor", [10, 5], [[5, 5], [10, 10]], {}, {}),
    ("ElementsToRangesProcessor", [12, 10, 11, 25, 27, 26], [[10, 12], [25, 27]], {}, {}),
    ("ElementsToRangesProcessor", [-3, -1, -2], [[-3, -1]], {}, {}),
    ("ElementsToRangesProcessor", [5, 1], [[5, 5], [1, 1]], {"sort": False}, {}),
    ("ElementsToRangesProcessor", [1, 7, 8, 2], [[1, 1], [7, 8], [2, 2]], {"sort": False}, {}),
    ("ElementsToRangesProcessor", [2, 1, 2], [[1, 2]], {}, {}),
    ("ElementsToRangesProcessor", 7, [[7, 7]], {}, {}),
    ("ElementsToRangesProcessor", [], [], {}, {}),
    ("ElementsToEnclosingRangeProcessor", [1], [1, 1], {}, {}),
    ("ElementsToEnclosingRangeProcessor", [-10, -5, 1, 500, -20], [-20, 500], {}, {}),
    ("ElementsToEnclosingRangeProcessor", range(-9999, 9999, 3), [-9999, 9996], {}, {}),
    ("ValueFromKeyProcessor", {"foo": "bar"}, "bar", {"key": "foo"}, {}),
    ("ValueFromKeyProcessor", {"foo": "bar"}, None, {"key": "a"}, {}),
    ("ValueFromKeyProcessor", {"foo": "bar"}, 5, {"key": "a", "default": 5}, {}),
    ("ValueFromKeyProcessor", {1: "bar"}, "bar", {"key": 1}, {}),
    ("ValueFromKeyProcessor", OrderedDict({(1, 2): 200}), 200, {"key": (1, 2)}, {}),
    ("ValueFromKeyProcessor", {"sh010": 7}, 7, {"key": "<arg:shot.processed>"}, {"shot": "sh010"}),
    ("RangesToElementsProcessor", [[10, 10], [5, 5]], [5, 10], {}, {}),
    ("RangesToElementsProcessor", [[5, 9], [1, 6], [2, 3]], [1, 2, 3, 4, 5, 6, 7, 8, 9], {}, {}),
    ("RangesToElementsProcessor", [-3, -1], [-3, -2, -1], {}, {}),
    ("RangesToElementsProcessor", [], [], {}, {}),
    ("RangeToElementsProcessor", [0, 0], [0], {}, {}),
    ("RangeToElementsProcessor", [-3, -1], [-3, -2, -1], {}, {}),
    ("SubstitutionProcessor", "hello world", "heo word", {"pattern": "l"}, {}),
    ("SubstitutionProcessor", "hello world", "help the world", {"pattern": r"lo\s", "replacement": "p the "}, {}),
    ("SubstitutionProcessor", ["hello", "world"], ["ciao", "world"], {"pattern": "hell", "replacement": "cia"}, {}),
    ("SubstitutionProcessor", "a_1", "1_a", {"pattern": "(.)_(.)", "replacement": r"\2_\1"}, {}),
    ("SubstitutionProcessor", ["a"], ["a"], {"replacement": "x"}, {}),
    ("Base64EncodeProcessor", "foobar", "Zm9vYmFy", {}, {}),
    ("Base64EncodeProcessor", "é?>", "w6k_Pg==", {}, {}),
    ("Base64DecodeProcessor", "Zm9vYmFy", "foobar", {}, {}),
    ("Base64DecodeProcessor", "w6k/Pg==", "é?>", {}, {}),
    ("CopyValueProcessor", "foobar", "foobar", {}, {}),
    ("CopyValueProcessor", "", "foobar", {"value": "foobar"}, {}),
    ("CopyValueProcessor", {}, {1: 2}, {"value": {1: 2}}, {}),
    ("CopyValueProcessor", None, 5, {"value": 5}, {}),
    ("CopyValueProcessor", "a", 0, {"value": 0}, {}),
    ("CopyValueProcessor", "a", [1, 2], {"value": "<arg:other.initial>"}, {"other": [1, 2]}),
    ("LambdaProcessor", "a", "a", {}, {}),
    ("LambdaProcessor", 5, 12, {"predicate": lambda value, modules, given: value + given.x.processed}, {"x": 7}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value", "result", "parameters", "others"), TABLE)
def test_a_value_becomes_what_the_table_says_and_stays_as_it_was(name, value, result, parameters, others):
    arguments = Arguments({**others, "it": value})
    before = copy.deepcopy((value, parameters, others))
    found = apply(Processor(name, ["it.initial"], parameters), arguments, STOCK.__getitem__).it
    assert found.processed == result
    assert type(found.processed) is type(result)
    assert found.initial is value
    assert (value, parameters, others) == before


@pytest.mark.parametrize(
    ("name", "value", "words", "parameters", "others"),
    [
        ("ChunkProcessor", [1, 5], "no argument 'chunksize'; did you mean 'chunk_size'?", {}, {"chunk_size": 5}),
        ("ChunkProcessor", [1, 5], "chunksize = 0 is not a whole number of at least 1", {}, {"chunksize": 0}),
        ("ChunkProcessor", [1, 5], "chunksize = True is not", {}, {"chunksize": True}),
        ("ChunkProcessor", [1, 5], "chunksize = '5' is not", {}, {"chunksize": "5"}),
        ("ChunkProcessor", [5, 1], "it = [5, 1] is not a frame range [first, last] or a list of", {}, {"chunksize": 1}),
        ("ChunkProcessor", [1, 5], "chunkhandles = 5 is not two", {"chunkhandles": 5}, {"chunksize": 1}),
        ("ChunkProcessor", [0, 10**9], "1,000,000,001 items", {}, {"chunksize": 1}),
        ("RangeToElementsProcessor", [0, 10**12], "is a range mistyped?", {}, {}),
        ("RangesToElementsProcessor", [[0, 10**12]], "10,000,000 are the most", {}, {}),
        ("ExpressionToElementsProcessor", "1-10y", "frames '1-10y', column 5", {}, {}),
        ("ExpressionToElementsProcessor", "", "there are no frames", {}, {}),
        ("ExpressionToElementsProcessor", "1-2x0.5", "use whole numbers", {}, {}),
        ("ElementsToEnclosingRangeProcessor", [], "[] is not a list of at least one whole number", {}, {}),
        ("ElementsPreviewReorderProcessor", [], "[] is not", {}, {}),
        ("ElementsPreviewReorderProcessor", [1, 2], "stride = -1 is not a whole number", {"stride": -1}, {}),
        ("ElementsToRangesProcessor", [1, 2.5], "[1, 2.5] is not a list of whole numbers", {}, {}),
        ("ValueFromKeyProcessor", [1, 2], "is not a mapping", {}, {}),
        ("ValueFromKeyProcessor", {}, "TypeError: unhashable", {"key": [1]}, {}),
        ("SubstitutionProcessor", "a", "the pattern '(' is no regular expression", {"pattern": "("}, {}),
        ("SubstitutionProcessor", "a", "is not right", {"pattern": "a", "replacement": r"\2"}, {}),
        ("SubstitutionProcessor", "a", "is not right", {"pattern": "a", "replacement": r"\g<no>"}, {}),
        ("SubstitutionProcessor", [1], "is not text or a list of texts", {"pattern": "a"}, {}),
        ("Base64DecodeProcessor", "Zm9v YmFy", "is no base64", {}, {}),
        ("Base64DecodeProcessor", "abc", "is no base64", {}, {}),
        ("Base64DecodeProcessor", "_w==", "not of text in UTF-8", {}, {}),
        ("InputToOutputProcessor", "/a.abc", "there is no argument 'output_directory'", {}, {}),
        ("InputToOutputProcessor", "/a.abc", "output_directory = 5 is not text", {}, {"output_directory": 5}),
        ("LambdaProcessor", 1, "predicate = 'lambda: 1' is not a Python function", {"predicate": "lambda: 1"}, {}),
        ("LambdaProcessor", 1, "No module named 'no_such'", {"required_modules": {"x": "no_such"}}, {}),
        ("FilePatternProcessor", "/no/such", "there is no folder '/no/such'", {}, {}),
        ("FilePatternProcessor", __file__, "is no folder", {}, {}),
        ("FilePatternProcessor", "/", "is no regular expression", {"pattern": "["}, {}),
    ],
)  # fmt: skip
def test_a_wrong_value_is_one_sentence(name, value, words, parameters, others):
    arguments = Arguments({**others, "it": value})
    with pytest.raises(ArgumentError) as caught:
        apply(Processor(name, ["it"], parameters), arguments, STOCK.__getitem__)
    assert words in str(caught.value)
    assert f"processor {name}" in str(caught.value)


def test_the_cause_of_a_wrong_frame_expression_is_kept():
    with pytest.raises(ArgumentError) as caught:
        stock.expression_to_elements("1-")
    assert isinstance(caught.value.__cause__, FrameError)


# --- files ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path):
    for name in ("2.exr", "1.exr", "1.exr.lock", "a.1001.ass", "bar.py", "below/3.exr", "below/deeper/4.exr"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return tmp_path


@pytest.mark.parametrize(
    ("parameters", "names"),
    [
        ({"pattern": r"\.exr$"}, ["1.exr", "2.exr", "below/3.exr", "below/deeper/4.exr"]),
        ({"pattern": r"\.exr$", "recursive": False}, ["1.exr", "2.exr"]),
        ({"pattern": r"^1\."}, ["1.exr", "1.exr.lock"]),
        ({"recursive": False}, ["1.exr", "1.exr.lock", "2.exr", "a.1001.ass", "bar.py"]),
        ({"pattern": "nothing"}, []),
    ],
)
def test_files_come_sorted_by_path(folder, parameters, names):
    assert stock.file_pattern(str(folder), **parameters) == [str(folder.joinpath(*name.split("/"))) for name in names]


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_links_in_a_circle_end_and_each_folder_counts_once_under_its_own_name(folder):
    (folder / "below" / "up").symlink_to(folder)
    (folder / "a_link").symlink_to(folder / "below")
    (folder / "broken").symlink_to(folder / "no_such")
    found = stock.file_pattern(str(folder), pattern="exr$")
    assert [path[len(str(folder)) + 1 :] for path in found] == ["1.exr", "2.exr", "below/3.exr", "below/deeper/4.exr"]


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_a_linked_folder_outside_is_followed(folder, tmp_path_factory):
    other = tmp_path_factory.mktemp("other")
    (other / "9.exr").touch()
    (folder / "below" / "link").symlink_to(other)
    assert str(folder / "below" / "link" / "9.exr") in stock.file_pattern(str(folder))


ALL = {"prefix": "prefix_", "suffix": "_suffix", "extension": ".abc"}


@pytest.mark.parametrize(
    ("value", "output", "parameters", "result"),
    [
        ("/a/test.py", "/my/new/path", ALL, "/my/new/path/prefix_test_suffix.abc"),
        ("/a/test.py", "/out/", {}, "/out/test.py"),
        ("/a/test.1001.exr", "/", {"input_name": "x"}, "/x.exr"),
        ("/a/.hidden", "/out", {"suffix": "_1"}, "/out/.hidden_1"),
        ("a", "", {}, "a"),
        ("C:\\a\\b.abc", "C:\\out", {}, "C:\\out\\b.abc"),
        ("//server/a/b.abc", "X:/out", {}, "X:/out/b.abc"),
        ("/a/odd\\name.exr", "/out", {}, "/out/odd\\name.exr"),
    ],
)
def test_an_output_path_is_made_of_its_parts_for_paths_of_any_system(value, output, parameters, result):
    assert stock.input_to_output(value, {"output_directory": output}, **parameters) == result


# --- functions of the task's own -------------------------------------------------------------------------------------


def test_required_modules_are_imported_as_from_module_import_name():
    import email.mime.text
    import os.path

    wanted = {"path": "os", "text": "email.mime", "json": "json", "os": "os"}
    found = stock.lambda_(1, predicate=lambda value, modules, arguments: modules, required_modules=wanted)
    assert found["path"] is os.path
    assert found["text"] is email.mime.text
    assert found["os"] is os
    assert found["json"].dumps([1]) == "[1]"


def test_a_copied_value_shares_nothing():
    value = [[1]]
    assert stock.copy_value(value) == value
    assert stock.copy_value(value)[0] is not value[0]


# --- laws ------------------------------------------------------------------------------------------------------------

WHOLES = st.lists(st.integers(-50, 50), min_size=1, max_size=40)


@given(WHOLES)
def test_ranges_hold_the_elements_each_once_and_no_two_could_be_one(elements):
    ranges = stock.elements_to_ranges(elements)
    assert stock.ranges_to_elements(ranges) == sorted(set(elements))
    assert all(later[0] > earlier[1] + 1 for earlier, later in zip(ranges, ranges[1:]))


@given(WHOLES)
def test_unsorted_ranges_keep_every_element_in_its_place(elements):
    ranges = stock.elements_to_ranges(elements, sort=False)
    assert [frame for first, last in ranges for frame in range(first, last + 1)] == elements


@given(WHOLES, st.integers(0, 12))
def test_a_preview_holds_the_same_elements(elements, stride):
    found = stock.elements_preview_reorder(elements, stride=stride)
    assert sorted(found) == sorted(elements)
    assert found[0] == elements[0]
    preview = stock.elements_preview_reorder(elements, stride=stride, discard_rest=True)
    assert found[: len(preview)] == preview


@given(st.integers(-99, 99), st.integers(0, 60), st.integers(1, 70))
def test_chunks_hold_the_range_in_order(first, more, size):
    chunks = stock.chunk([first, first + more], {"chunksize": size})
    assert [frame for start, end in chunks for frame in range(start, end + 1)] == list(range(first, first + more + 1))
    assert all(end - start + 1 == size for start, end in chunks[:-1])


@given(st.integers(-99, 99), st.integers(0, 60))
def test_a_range_as_an_expression_has_the_same_frames(first, more):
    ends = [first, first + more]
    assert stock.expression_to_elements(stock.range_to_expression(ends)) == stock.range_to_elements(ends)


@given(st.text())
def test_base64_goes_there_and_back(text):
    assert stock.base64_decode(stock.base64_encode(text)) == text
