"""The one table of options: script option ↔ Python attribute ↔ kind ↔ which element takes it.

Checking on assignment, writing a job script and reading one all use this table, so they cannot disagree. The order
is the order in which options are written; the two blocks ``subtasks`` and ``cmds`` stand in it as marks.
Sources: Tractor's operator pages, the author API document, and job scripts that real clients wrote. Options marked
"1.x" come from the older documents; engines of today may ignore them.
"""

from __future__ import annotations

from typing import Dict, NamedTuple, Tuple

from farmsubmit.author.kinds import (
    Argv,
    Choice,
    Flag,
    Ident,
    Kind,
    Moment,
    Number,
    Text,
    TextList,
    Whole,
    WholeList,
)


class Block(Kind):
    """A block of children; it has no value of its own."""

    expected = "filled with newTask, newCommand and their kin"
    is_list = True


class Option(NamedTuple):
    """An option: its Python attribute, its name in a script, its kind, and one line of help."""

    attr: str
    flag: str
    kind: Kind
    help: str


TEXT, IDENT, NUMBER, WHOLE, FLAG, MOMENT = Text(), Ident(), Number(), Whole(), Flag(), Moment()
TEXTS, ARGV, WHOLES, BLOCK = TextList(), Argv(), WholeList(), Block()


def _options(*rows: Tuple[str, Kind, str]) -> Tuple[Option, ...]:
    return tuple(Option(attr, "-" + attr.rstrip("_"), kind, text) for attr, kind, text in rows)


JOB = _options(
    ("title", TEXT, "label in the queue"),
    ("init", BLOCK, "Assign: variables for launch expressions"),
    ("tier", TEXT, "dispatching tier"),
    ("projects", TEXTS, "projects the job belongs to"),
    ("crews", TEXTS, "whose blades may take it"),
    ("priority", NUMBER, "higher goes first inside a tier"),
    ("pbias", NUMBER, "1.x name of the priority"),
    ("paused", FLAG, "spooled but not dispatched"),
    ("after", MOMENT, "hold until then"),
    ("afterjids", WHOLES, "hold until these jobs are done"),
    ("service", TEXT, "service expression, ANDed with every command's own"),
    ("tags", TEXTS, "limit tags, added to every command's own"),
    ("atleast", WHOLE, "fewest slots of a command that says nothing"),
    ("atmost", WHOLE, "most slots of a command that says nothing"),
    ("minslots", WHOLE, "2.x name of atleast"),
    ("maxslots", WHOLE, "2.x name of atmost"),
    ("samehost", WHOLE, "all slots of a command from one host"),
    ("envkey", TEXTS, "environment keys, for commands that have none"),
    ("maxactive", WHOLE, "most commands active at once; 0 is no limit"),
    ("etalevel", WHOLE, "tree level that the time left is estimated from"),
    ("comment", TEXT, "free text for people"),
    ("metadata", TEXT, "free text for programs"),
    ("editpolicy", TEXT, "who may change the job"),
    ("spoolcwd", TEXT, "working directory recorded with the job"),
    ("cleanup", BLOCK, "commands for when the job is done or deleted"),
    ("postscript", BLOCK, "commands for when nothing more can run"),
    ("whendone", ARGV, "older form of a postscript"),
    ("whenerror", ARGV, "older form of a postscript"),
    ("whenalways", ARGV, "older form of a postscript"),
    ("dirmaps", BLOCK, "directory maps, per zone"),
    ("serialsubtasks", FLAG, "top-level tasks run one after another"),
    ("subtasks", BLOCK, "the tree"),
)

TASK = _options(
    ("title", TEXT, "label; an Instance may name it"),
    ("id", IDENT, "name for Instance and refersto"),
    ("service", TEXT, "checks out one blade for the commands that refer to the task"),
    ("atleast", WHOLE, "fewest slots of that check-out"),
    ("atmost", WHOLE, "most slots of that check-out"),
    ("minslots", WHOLE, "2.x name of atleast"),
    ("maxslots", WHOLE, "2.x name of atmost"),
    ("resumeblock", FLAG, "the subtree runs again in a checkpoint loop"),
    ("serialsubtasks", FLAG, "children run one after another, whole subtree each"),
    ("subtasks", BLOCK, "children, which run before the commands"),
    ("cmds", BLOCK, "commands, which run in order"),
    ("cleanup", BLOCK, "commands after cmds, also on failure and deletion"),
    ("chaser", ARGV, "viewer for the finished task"),
    ("preview", ARGV, "viewer for the unfinished task"),
    ("metadata", TEXT, "free text for programs"),
)

COMMAND = _options(
    ("argv", ARGV, "the launch expression"),
    ("service", TEXT, "which blades may run it"),
    ("tags", TEXTS, "limit tags"),
    ("id", IDENT, "name for %idref substitutions"),
    ("refersto", IDENT, "use this task's check-out"),
    ("atleast", WHOLE, "fewest slots"),
    ("atmost", WHOLE, "most slots"),
    ("minslots", WHOLE, "2.x name of atleast"),
    ("maxslots", WHOLE, "2.x name of atmost"),
    ("minrunsecs", WHOLE, "shortest sane run, seconds"),
    ("maxrunsecs", WHOLE, "longest sane run, seconds"),
    ("samehost", FLAG, "all slots from one host"),
    ("envkey", TEXTS, "environment keys for the blade's handlers"),
    ("expand", FLAG, "standard output is job script, grafted in as new tasks"),
    ("msg", TEXT, "text for the program's standard input"),
    ("metrics", TEXT, "free text for the site"),
    ("retryrc", WHOLES, "exit codes that start it again"),
    ("when", Choice("done", "error", "always"), "when a postscript runs"),
    ("resumewhile", TEXTS, "run again while this test holds"),
    ("resumepin", FLAG, "the loop stays on one blade"),
    ("metadata", TEXT, "free text for programs"),
    ("if_", TEXT, "1.x condition"),
)

INSTANCE = _options(
    ("title", TEXT, "id or title of the task to wait for"),
)

ASSIGN = _options(("name", TEXT, "variable"), ("value", TEXT, "its value"))

ITERATE = (
    Option("varname", "", TEXT, "variable that the template sees as $name"),
    Option("frm", "-from", WHOLE, "first value"),
    Option("to", "-to", WHOLE, "last value"),
    Option("by", "-by", WHOLE, "step"),
    Option("template", "-template", BLOCK, "tasks, once for each value"),
    Option("subtasks", "-subtasks", BLOCK, "tasks that run before them"),
)


def by_attribute(options: Tuple[Option, ...]) -> Dict[str, Option]:
    """Return the options by Python attribute."""
    return {option.attr: option for option in options}


def by_flag(options: Tuple[Option, ...]) -> Dict[str, Option]:
    """Return the options by the name that a script gives them, such as ``-priority``."""
    return {option.flag: option for option in options if option.flag}
