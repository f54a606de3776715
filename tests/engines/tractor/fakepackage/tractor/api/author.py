"""The author API as far as it is public. A spooled job goes as a line of JSON into the file that FAKE_TRACTOR names."""

import datetime
import json
import os
import pathlib

_CLIENT = {}


class AuthorError(Exception):
    pass


class SpoolError(Exception):
    pass


class PasswordRequired(Exception):
    pass


class Element:
    has = {}

    def __init__(self, **attributes):
        self.__dict__["told"] = {"kind": type(self).__name__}
        for name, value in attributes.items():
            setattr(self, name, value)

    def __setattr__(self, name, value):
        if name not in self.has:
            raise AttributeError(f"{name} is not a valid attribute of a {type(self).__name__}")
        if not isinstance(value, self.has[name]):
            raise AuthorError(f"{value!r} is not valid for {name}")
        self.told[name] = value


def _types(text=(), number=(), whole=(), flag=(), listed=(), wholes=()):
    kinds = ((text, str), (number, (int, float)), (whole, int), (flag, bool), (listed, (list, str)), (wholes, list))
    return {name: kind for names, kind in kinds for name in names}


class Parent(Element):
    def addChild(self, child):
        if not isinstance(child, (Task, Instance)):
            raise TypeError(child)
        self.__dict__.setdefault("below", []).append(child)

    def newTask(self, argv=None, **attributes):
        task = Task(argv, **attributes)
        self.addChild(task)
        return task


class Command(Element):
    has = _types(
        text=("service", "id", "refersto", "msg", "metrics", "when", "metadata"),
        whole=("atleast", "atmost", "minrunsecs", "maxrunsecs"),
        flag=("samehost", "expand", "resumepin"),
        listed=("argv", "tags", "envkey", "resumewhile"),
        wholes=("retryrc",),
    )

    def __init__(self, local=False, **attributes):
        Element.__init__(self, **attributes)
        self.told["local"] = local


class Instance(Element):
    has = {"title": str}


class Task(Parent):
    has = _types(text=("title", "id", "service", "metadata"), flag=("serialsubtasks",), listed=("chaser", "preview"))

    def __init__(self, argv=None, **attributes):
        Element.__init__(self, **attributes)
        if argv:
            self.addCommand(Command(argv=argv))

    def addCommand(self, command):
        if not isinstance(command, Command):
            raise TypeError(command)
        self.told.setdefault("cmds", []).append(command.told)


class Job(Parent):
    has = {
        **_types(
            text=("title", "tier", "service", "comment", "metadata", "editpolicy", "spoolcwd"),
            number=("priority",),
            whole=("maxactive", "atleast", "atmost", "etalevel"),
            flag=("paused", "serialsubtasks"),
            listed=("envkey", "tags", "projects", "crews"),
            wholes=("afterjids",),
        ),
        "after": datetime.datetime,
    }

    def newDirMap(self, src, dst, zone):
        self.told.setdefault("dirmaps", []).append([src, dst, zone])

    def addCleanup(self, command):
        self.told.setdefault("cleanup", []).append(command.told)

    def newPostscript(self, **attributes):
        self.told.setdefault("postscript", []).append(Command(**attributes).told)

    def spool(self, block=False, owner=None, spoolfile=None, spoolhost=None, hostname=None, port=None):
        fault = os.environ.get("FAKE_TRACTOR_FAULT", "")
        print("a line of the package's own, without an end", end="")
        if fault == "die":
            os._exit(3)
        if fault:
            raise globals().get(fault, OSError)(f"no luck for {_CLIENT.get('password')}")
        with pathlib.Path(os.environ["FAKE_TRACTOR"]).open("a+", encoding="utf-8") as stream:
            stream.seek(0)
            jid = len(stream.readlines()) + 1
            told = {"jid": jid, "owner": owner, "block": block, "client": _CLIENT, "job": self.told}
            told["nodes"] = list(_nodes(self))
            stream.write(json.dumps(told, default=str) + "\n")
        return jid


def _nodes(job):
    """Yield each task and instance with its depth, in script order, however deep the tree is."""
    rest = [(child, 0) for child in reversed(vars(job).get("below", ()))]
    while rest:
        element, depth = rest.pop()
        yield dict(element.told, depth=depth)
        rest.extend((child, depth + 1) for child in reversed(vars(element).get("below", ())))


def setEngineClientParam(hostname=None, port=None, user=None, password=None, debug=None):
    _CLIENT.update({name: value for name, value in locals().items() if value is not None})


def closeEngineClient():
    raise RuntimeError("a session that cannot be closed is no harm")
