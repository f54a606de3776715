"""The part of Nuke's Python module that farmsubmit_nuke uses, with the names and arguments of the published stubs.

Filled from script files by nukefile.py. What begins with an underscore is the tests' own.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Callable, Dict, List, Optional, Union

from nukeknobs import ARRAY, FILE, STRING, USER_KINDS, known_knobs
from strict import Strict, refuse

from farmsubmit.scenes.nuke import values
from farmsubmit.scenes.nuke.tokens import Knobs

GUI = True
NUKE_VERSION_MAJOR = 13
NUKE_VERSION_STRING = "13.2v4"
TO_SCRIPT, WRITE_NON_DEFAULT_ONLY, WRITE_USER_KNOB_DEFS, WRITE_ALL = 1, 2, 4, 8

_MENUS = ("Nuke", "Pane", "Nodes", "Properties", "Animation", "Viewer", "Node Graph", "Axis")
_ALL_FLAGS = TO_SCRIPT | WRITE_NON_DEFAULT_ONLY | WRITE_USER_KNOB_DEFS | WRITE_ALL
# Knobs of the settings that scripts made of what writeKnobs gives have been seen without.
_NOT_WRITTEN = (b"first_frame", b"last_frame")


class _State:
    """What a test sets and looks at: ``answers`` are values that only Nuke knows, by ``Node.knob``."""

    def __init__(self) -> None:
        self.modified = False
        self.gizmos: Optional[Path] = None
        self.plugin_path: List[str] = []
        self.answers: Dict[str, Callable[[float, str], Any]] = {}
        self.selected: List[Node] = []
        self.choices: List[Optional[int]] = []
        self.asked: List[List[str]] = []
        self.messages: List[str] = []
        self.menus: Dict[str, Menu] = {}
        self.callbacks: Dict[str, List[Callable[[], None]]] = {"load": [], "save": [], "close": []}
        self.new_name = ""


class Knob(Strict):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._node, self._name = args

    @property
    def _raw(self) -> bytes:
        return self._node._stored.get(self._name.encode(), b"")

    def _answer(self, frame: float, view: str) -> Any:
        answer = _state.answers.get(f"{self._node.fullName()}.{self._name}")
        if answer is None:
            raise RuntimeError(f"{self._name}: nothing named that is here")
        return answer(frame, view)

    def toScript(self, quote: bool = False, context: Optional[OutputContext] = None) -> str:
        return self._raw.decode() or "{}"

    def value(self, index: int = 0) -> Any:
        return values.text(self._raw)


class Array_Knob(Knob):
    def getValueAt(self, *args: Any, **kwargs: Any) -> Any:
        number = values.number(self._raw)
        return number if number is not None else self._answer(args[0], "")


class String_Knob(Knob):
    pass


class EvalString_Knob(String_Knob):
    pass


class File_Knob(EvalString_Knob):
    def getEvaluatedValue(self, *args: Any, **kwargs: Any) -> Any:
        (context,) = args
        return self._answer(context._frame, context._view)


class OutputContext(Strict):
    def __init__(self) -> None:
        self._frame, self._view = 1.0, ""

    def setFrame(self, *args: Any, **kwargs: Any) -> Any:
        (self._frame,) = args

    def setView(self, *args: Any, **kwargs: Any) -> Any:
        self._view = views()[args[0] - 1]

    def viewFromName(self, name: str) -> int:
        return views().index(name) + 1


class Format(Strict):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._size = args

    def width(self) -> int:
        return int(self._size[0])

    def height(self) -> int:
        return int(self._size[1])


class Node(Strict):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._cls, self._group, stored = args
        self._stored: Knobs = Knobs()
        self._inputs: List[Optional[Node]] = []
        self._children: List[Node] = []
        self._original: Optional[Node] = None
        self._take(stored)
        if b"name" not in self._stored and self._group is not None:
            self._stored[b"name"] = self._free_name().encode()

    def _take(self, stored: Knobs) -> None:
        for name, value in stored.items():
            if name != b"inputs":
                self._stored[name] = value
        self._stored.user = (*self._stored.user, *stored.user)
        for name in self._stored:
            if name.decode() not in self._kinds():
                refuse(f"knob {name.decode()} of {self._cls}")

    def _kinds(self) -> Dict[str, str]:
        added = [values.words(values.text(value)) for value in self._stored.user]
        own = {words[1]: USER_KINDS[words[0]] for words in added if len(words) > 1}
        return {**known_knobs(self._cls), **own}

    def _free_name(self) -> str:
        taken = {node.name() for node in self._group._children}
        return next(name for name in (f"{self._cls}{n}" for n in range(1, 10_000)) if name not in taken)

    def _cloned(self, group: Node, stored: Knobs) -> Node:
        node = type(self)(self._cls, group, Knobs())
        node._stored = self._stored
        node._original = self
        return node

    def Class(self) -> str:
        return str(self._cls) + (".gizmo" if isinstance(self, Gizmo) else "")

    def name(self) -> str:
        return values.text(self._stored[b"name"])

    def fullName(self) -> str:
        above = self._group
        return self.name() if above is _state_root() else f"{above.fullName()}.{self.name()}"

    def knob(self, p: Union[str, int], follow_link: bool = True) -> Optional[Knob]:
        """Nuke's own answer for a knob that there is not is None, says the stub; ours is that unless it is unknown."""
        kinds = {ARRAY: Array_Knob, FILE: File_Knob, STRING: String_Knob}
        kind = self._kinds().get(str(p))
        return kinds.get(kind, Knob)(self, str(p)) if kind is not None else None

    def writeKnobs(self, flags: int = 0) -> str:
        if flags != _ALL_FLAGS:
            refuse(f"writeKnobs with the flags {flags} in this fake")
        skipped = _NOT_WRITTEN if isinstance(self, Root) else ()
        user = [f"addUserKnob {value.decode()}" for value in self._stored.user]
        written = [f"{name.decode()} {value.decode()}" for name, value in self._stored.items() if name not in skipped]
        return "\n".join(user + written)

    def inputs(self) -> int:
        return len(self._inputs)

    def input(self, index: int) -> Optional[Node]:
        return self._inputs[index]

    def format(self) -> Format:
        size = values.text(self._stored.get(b"format", b"")).split()[:2]
        return Format(*(size or (2048, 1556)))


class Group(Node):
    def nodes(self) -> List[Node]:
        return list(self._children)


class Gizmo(Group):
    pass


class Precomp(Group):
    pass


class LiveGroup(Precomp):
    pass


class Root(Group):
    def firstFrame(self) -> int:
        return int(self._number("first_frame", 1))

    def lastFrame(self) -> int:
        return int(self._number("last_frame", 100))

    def modified(self) -> bool:
        return _state.modified

    def _number(self, name: str, default: float) -> float:
        raw = self._stored.get(name.encode())
        found = default if raw is None else values.number(raw)
        return float(_state.answers[f"Root.{name}"](1, "")) if found is None else found

    def fullName(self) -> str:
        return "Root"

    def name(self) -> str:
        return "Root"


class MenuItem(Strict):
    def __init__(self, text: str, command: Optional[Callable[[], None]], keys: str) -> None:
        self._text, self._command, self._keys = text, command, keys

    def name(self) -> str:
        return self._text

    def invoke(self) -> None:
        assert self._command is not None
        self._command()

    def shortcut(self) -> str:
        return self._keys


class Menu(MenuItem):
    def __init__(self, text: str) -> None:
        super().__init__(text, None, "")
        self._items: Dict[str, Any] = {}

    def addCommand(self, *args: Any, **kwargs: Any) -> Any:
        """Its arguments are those of Foundry's reference of nuke.Menu, for the stub has none."""
        return self._add(*args, **kwargs)

    def _add(
        self,
        name: str,
        command: Any = None,
        shortcut: str = "",
        icon: str = "",
        tooltip: str = "",
        index: int = -1,
        readonly: bool = False,
    ) -> MenuItem:
        first, _, rest = name.partition("/")
        if rest:
            home: Menu = self._items.setdefault(first, Menu(first))
            return home._add(rest, command, shortcut, icon, tooltip, index, readonly)
        self._items[name] = MenuItem(name, command, shortcut)
        return self._items[name]  # type: ignore[no-any-return]

    def findItem(self, name: str) -> Optional[Any]:
        return self._items.get(name)

    def removeItem(self, name: str) -> None:
        del self._items[name]


_state = _State()
_root: Root = Root("Root", None, Knobs())


def _state_root() -> Root:
    return _root


def _clear() -> None:
    """Begin a new script; what a test has set of Nuke itself stays."""
    global _root  # noqa: PLW0603
    _root = Root("Root", None, Knobs())
    _state.modified = False
    _state.selected = []


def root() -> Root:
    return _root


def frame(f: int = 0) -> int:
    found = values.number(_root._stored.get(b"frame", b"1"))
    return int(found or 1)


def views() -> List[str]:
    raw = _root._stored.get(b"views", b"main")
    shown = values.text(raw).strip()
    lines = values.words(shown) if shown.startswith("{") else shown.splitlines()
    return [line.split()[0] for line in lines]


def selectedNodes(filter: str = "") -> List[Node]:
    return list(_state.selected)


def pluginPath() -> List[str]:
    return list(_state.plugin_path)


def scriptOpen(filename: Optional[str] = None) -> None:
    from nukefile import load

    load(Path(str(filename)))
    for call in list(_state.callbacks["load"]):
        call()


def scriptSave(filename: Optional[str] = None) -> bool:
    """Without a name it is Nuke's own dialog that asks, in which a test has typed ``new_name``."""
    from nukefile import text

    for call in list(_state.callbacks["save"]):
        call()
    own = values.text(_root._stored.get(b"name", b"")) or _state.new_name
    if not (filename or own):
        raise RuntimeError("no file name was given")
    Path(filename or own).write_text(text(), "utf-8")
    if not filename:
        _root._stored[b"name"] = own.encode()
        _state.modified = False
    return True


def choice(title: str, prompt: str, options: List[str], default: int = 0) -> Optional[int]:
    _state.asked.append(options)
    return _state.choices.pop(0)


def message(prompt: str) -> None:
    _state.messages.append(prompt)


def tprint(*args: Any, sep: str = " ", end: str = "\n", file: Any = None) -> None:
    _state.messages.append(sep.join(map(str, args)))


def menu(name: str) -> Menu:
    if not GUI:
        raise RuntimeError("not in GUI mode")
    if name not in _MENUS:
        refuse(f"menu {name}")
    return _state.menus.setdefault(name, Menu(name))


def addOnScriptLoad(call: Any, args: Any = (), kwargs: Any = None, nodeClass: str = "Root") -> None:
    _state.callbacks["load"].append(call)


def removeOnScriptLoad(call: Any, args: Any = (), kwargs: Any = None, nodeClass: str = "Root") -> None:
    _state.callbacks["load"].remove(call)


def addOnScriptSave(call: Any, args: Any = (), kwargs: Any = None, nodeClass: str = "Root") -> None:
    _state.callbacks["save"].append(call)


def removeOnScriptSave(call: Any, args: Any = (), kwargs: Any = None, nodeClass: str = "Root") -> None:
    _state.callbacks["save"].remove(call)


def addOnScriptClose(call: Any, args: Any = (), kwargs: Any = None, nodeClass: str = "Root") -> None:
    _state.callbacks["close"].append(call)


def removeOnScriptClose(call: Any, args: Any = (), kwargs: Any = None, nodeClass: str = "Root") -> None:
    _state.callbacks["close"].remove(call)


def __getattr__(name: str) -> Any:
    if name.startswith("__"):
        raise AttributeError(name)
    refuse(f"nuke.{name}")
