"""Groups of tasks written as the steps of a template.

Source: Open Job Description, "Template Schemas 2023-09", sections 3 to 6.
"""

from __future__ import annotations

import re
from typing import Any, Dict, List, Sequence, Set, Tuple

from farmsubmit.errors import FarmsubmitError
from farmsubmit.formats._openjd_steps import Group, Place, columns
from farmsubmit.formats._openjd_words import PATH, TEXT, Parameters, Part, Word
from farmsubmit.formats._openjd_work import Action, Needs, Work

LONGEST_NAME, LONGEST_DESCRIPTION, LONGEST_VARIABLE = 64, 2048, 2048
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
_WHOLE = re.compile(r"(?:0|-?[1-9][0-9]{0,14})\Z")
_OPTION = re.compile(r"--?([A-Za-z][A-Za-z0-9_]{0,40})\Z")


def named(title: str, longest: int) -> str:
    """Return a title without control characters and no longer than that."""
    name = _CONTROL.sub(" ", title).strip() or "task"
    return name if len(name) <= longest else name[: longest - 1] + "…"


def environment(name: str, variables: Dict[str, str], parameters: Parameters) -> Dict[str, Any]:
    """Return an environment that sets variables; raises FarmsubmitError for a value that is too long."""
    for variable, value in variables.items():
        if len(value) > LONGEST_VARIABLE:
            problem = f"the variable {variable} has {len(value)} characters, and a template takes {LONGEST_VARIABLE}"
            raise FarmsubmitError(problem, "set it on the workers")
    return {"name": name, "variables": {each: parameters.text(value) for each, value in variables.items()}}


class StepWriter:
    """Writes steps; those that a step waits for must have been written before.

    ``env`` are the variables that the job sets for all of them, ``folder`` is where commands are started, or nothing.
    """

    def __init__(self, parameters: Parameters, env: Dict[str, str], folder: str) -> None:
        self.parameters, self.env, self.folder = parameters, env, folder
        self._names: Set[str] = set()
        self._steps: Dict[int, Tuple[str, int]] = {}
        self._direct: Dict[str, List[str]] = {}

    def step(self, group: Group) -> Dict[str, Any]:
        """Return a step as the template has it."""
        first = group.members[0]
        title = _title(group.members)
        step: Dict[str, Any] = {"name": self._name(title)}
        whole = named(title, LONGEST_DESCRIPTION)
        if not step["name"].startswith(whole):
            step["description"] = whole
        waits = self._waits(step["name"], first)
        if waits:
            step["dependencies"] = [{"dependsOn": name} for name in waits]
        self._steps.update((member.tid, (step["name"], len(group.members))) for member in group.members)
        shared = shared_env(first.actions)
        if shared and shared != self.env:
            name = named(f"Variables of {step['name']}", LONGEST_NAME)
            step["stepEnvironments"] = [environment(name, shared, self.parameters)]
        requirements = _requirements(first.needs)
        if requirements:
            step["hostRequirements"] = requirements
        task = _TaskWriter(self.parameters, group)
        if task.definitions:
            step["parameterSpace"] = task.space()
        step["script"] = task.script(self.folder)
        return step

    def waits_for_more(self, group: Group) -> bool:
        """Tell whether a step that was written waits for tasks that none of its own has asked for."""
        waits = group.members[0].waits
        steps = dict(self._steps[tid] for tid in waits)
        return sum(steps.values()) > len(waits)

    def _waits(self, name: str, work: Work) -> List[str]:
        """Return the steps to wait for, without those that another of them waits for itself."""
        waits = dict.fromkeys(self._steps[tid][0] for tid in sorted(work.waits))
        implied = {each for other in waits for each in self._direct[other]}
        self._direct[name] = [each for each in waits if each not in implied]
        return self._direct[name]

    def _name(self, title: str) -> str:
        name, number = named(title, LONGEST_NAME), 1
        while name in self._names:
            number += 1
            end = f" ({number})"
            name = named(title, LONGEST_NAME - len(end)) + end
        self._names.add(name)
        return name


def shared_env(actions: Sequence[Action]) -> Dict[str, str]:
    """Return the variables of commands that all have the same ones; none where they differ."""
    return dict(actions[0].env) if len({action.env for action in actions}) == 1 else {}


def _title(members: Sequence[Work]) -> str:
    if len(members) == 1:
        return members[0].title
    # All others stand between these two.
    low, high = min(member.title for member in members), max(member.title for member in members)
    end = next((place for place, pair in enumerate(zip(low, high)) if pair[0] != pair[1]), len(low))
    return low[:end].rstrip("0123456789 -_.,:#([") or members[0].title


def _requirements(needs: Needs) -> Dict[str, Any]:
    found: Dict[str, Any] = {}
    if needs.cpus > 1:
        found["amounts"] = [{"name": "amount.worker.vcpu", "min": needs.cpus}]
    if needs.families:
        found["attributes"] = [{"name": "attr.worker.os.family", "anyOf": list(needs.families)}]
    return found


class _TaskWriter:
    """Writes the script of a step, and the task parameters of the places that differ."""

    def __init__(self, parameters: Parameters, group: Group) -> None:
        self.parameters = parameters
        self.work = group.members[0]
        self.definitions: List[Dict[str, Any]] = []
        self._references: Dict[Place, str] = {}
        names: Dict[Tuple[Part, ...], str] = {}
        for place, column in zip(group.places, columns(group)):
            if column not in names:
                names[column] = self._new_name(place, set(names.values()))
                self.definitions.append(self._definition(names[column], column))
            self._references[place] = f"{{{{Task.Param.{names[column]}}}}}"
        if len(group.members) > 1 and not self.definitions:
            # Tasks that are the very same all run.
            self.definitions.append({"name": "Number", "type": "INT", "range": [*range(1, len(group.members) + 1)]})

    def _new_name(self, place: Place, taken: Set[str]) -> str:
        """Return a name that says what a value is: that of the option before it, where there is one."""
        action, word, part = place
        before = self.work.actions[action].every_word[word - 1] if word and not part else ()
        option = _OPTION.match(before[0].text) if len(before) == 1 and before[0].kind == TEXT else None
        base = option.group(1) if option else "Value"
        name, number = base, 1
        while name in taken:
            number += 1
            name = f"{base}{number}"
        return name

    def _definition(self, name: str, column: Sequence[Part]) -> Dict[str, Any]:
        texts = [part.text for part in column]
        if column[0].kind == PATH:
            return {"name": name, "type": "PATH", "range": list(map(self.parameters.text, texts))}
        if all(map(_WHOLE.match, texts)):
            return {"name": name, "type": "INT", "range": list(map(int, texts))}
        return {"name": name, "type": "STRING", "range": list(map(self.parameters.text, texts))}

    def space(self) -> Dict[str, Any]:
        """Return the parameter space: as many tasks as there are values, each with the values of one place."""
        space: Dict[str, Any] = {"taskParameterDefinitions": self.definitions}
        if len(self.definitions) > 1:
            space["combination"] = f"({', '.join(each['name'] for each in self.definitions)})"
        return space

    def script(self, folder: str) -> Dict[str, Any]:
        """Return what a task runs: its command itself, or a shell that runs several in one folder."""
        actions = self.work.actions
        no_files: List[Dict[str, Any]] = []
        if len(actions) == 1 and actions[0].message is None and not folder:
            run, files = self._words(0), no_files
        else:
            run, files = self._in_shell(folder)
        action: Dict[str, Any] = {"command": run[0]}
        if run[1:]:
            action["args"] = run[1:]
        if self.work.needs.timeout:
            action["timeout"] = self.work.needs.timeout
        script: Dict[str, Any] = {"actions": {"onRun": action}}
        if files:
            script["embeddedFiles"] = files
        return script

    def _in_shell(self, folder: str) -> Tuple[List[str], List[Dict[str, Any]]]:
        """Return the words of a shell, and its files: all that differs is an argument, so that nothing is quoted."""
        words: List[str] = []
        lines = ["set -e"]
        files: List[Dict[str, Any]] = []

        def argument(word: str) -> str:
            words.append(word)
            return f'"${{{len(words)}}}"'

        if folder:
            lines.append(f"cd -- {argument(self.parameters.folder_reference)}")
        own = not shared_env(self.work.actions)
        for number, action in enumerate(self.work.actions):
            variables = [self.parameters.text(f"{name}={value}") for name, value in action.env] if own else []
            every = self._words(number)
            message = every.pop() if action.message is not None else None
            line = " ".join(map(argument, [*(["env"] if variables else []), *variables, *every]))
            if message is not None:
                name = f"Input{number + 1}"
                files.append({"name": name, "type": "TEXT", "data": message})
                line += f" <{argument(f'{{{{Task.File.{name}}}}}')}"
            lines.append(line)
        files.insert(0, {"name": "Run", "type": "TEXT", "data": "\n".join([*lines, ""])})
        return ["sh", "{{Task.File.Run}}", *words], files

    def _words(self, number: int) -> List[str]:
        """Return the words of an action as format strings, the standard input last."""
        every = self.work.actions[number].every_word
        return [self._word(word, number, place) for place, word in enumerate(every)]

    def _word(self, word: Word, action: int, place: int) -> str:
        among = len(word) > 1
        return "".join(
            self._references.get((action, place, at)) or self.parameters.part(part, among)
            for at, part in enumerate(word)
        )
