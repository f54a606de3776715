"""The words of a command that Katana gives as one text: cut by the system's own rules, and never given to a shell."""

from __future__ import annotations

import os
import shlex
from typing import Iterator, List, Sequence, Union

from farmsubmit.errors import FarmsubmitError


def words(command: Union[str, Sequence[str]], windows: bool = os.name == "nt") -> List[str]:
    """Return the words of a command; a list is one already.

    A text is cut as the system that Katana runs on would: by POSIX quoting, or on Windows by the rules of Microsoft's C
    runtime ("Parsing C++ command-line arguments"). Raises FarmsubmitError for a quote without an end and for a command
    without words.
    """
    if not isinstance(command, str):
        found = [str(word) for word in command]
    elif windows:
        found = list(_windows_words(command))
    else:
        found = _posix_words(command)
    if not found:
        raise FarmsubmitError("Katana gave a command without words", "look at Katana's own log")
    return found


def _posix_words(text: str) -> List[str]:
    try:
        return shlex.split(text)
    except ValueError:
        raise FarmsubmitError(f"a quote has no end in Katana's command {text[:200]!r}") from None


def _windows_words(text: str) -> Iterator[str]:
    place = 0
    while place < len(text):
        if text[place] in " \t":
            place += 1
            continue
        word, place = _windows_word(text, place)
        yield word


def _windows_word(text: str, place: int) -> tuple[str, int]:
    """Return the word that begins at a place, and the place after it."""
    word: List[str] = []
    is_quoted = False
    while place < len(text) and (is_quoted or text[place] not in " \t"):
        slashes = _end_of_slashes(text, place) - place
        place += slashes
        if text[place : place + 1] != '"':
            # Backslashes count double only before a quote.
            word.append("\\" * slashes)
            if not slashes:
                word.append(text[place])
                place += 1
            continue
        word.append("\\" * (slashes // 2))
        place += 1
        if slashes % 2:
            word.append('"')
        elif is_quoted and text[place : place + 1] == '"':
            word.append('"')
            place += 1
        else:
            is_quoted = not is_quoted
    if is_quoted:
        raise FarmsubmitError(f"a quote has no end in Katana's command {text[:200]!r}")
    return "".join(word), place


def _end_of_slashes(text: str, place: int) -> int:
    while text.startswith("\\", place):
        place += 1
    return place
