"""The errors of Puli's client; each is one of farmsubmit's too.

Error                                   an EngineError or JobTreeError besides, where one fits
├── DependencyCycleError                nodes that wait for each other
├── GraphSubmissionError                a graph that was not accepted; args[0] is (status, reason)
│   └── GraphUnreachable                the server does not answer; also Python's ConnectionError
│       └── GraphAnswerLost             the graph was sent, and no answer came
├── GraphExecError                      a command that cannot be run here
└── TaskAlreadyDecomposedError          for old code that catches it
GraphError                              a graph, task or group that cannot be made so
└── NotAddable                          also an AssertionError, as it is in Puli's client
ConnectionError                         an edge that cannot be made; also Python's own
GraphExecInterrupt                      the user stopped a local execution

Source: Puli's client 1.7.
"""

from __future__ import annotations

import builtins

from farmsubmit.errors import AnswerLost, EngineUnreachable, FarmsubmitError, JobTreeError, SpoolError


class Error(FarmsubmitError):
    """Something that cannot be done with a graph."""


class GraphError(FarmsubmitError):
    """A graph, a task or a group that cannot be made as asked."""


class NotAddable(GraphError, AssertionError):
    """An element that a group cannot take, or has already."""


class ConnectionError(FarmsubmitError, builtins.ConnectionError):
    """An edge between nodes that cannot be made.

    It has the name of an error of Python; code that catches either gets it.
    """


class DependencyCycleError(Error, JobTreeError):
    """Nodes that wait for each other."""


class GraphSubmissionError(Error, SpoolError):
    """A graph that the server did not accept.

    ``status`` is that of HTTP, 0 where there was no answer; ``reason`` its phrase; ``args[0]`` both, as old code reads
    them. The text is a sentence, with what the server said.
    """

    def __init__(self, problem: str, status: int = 0, reason: str = "", hint: str = "") -> None:
        super().__init__(problem, hint)
        self.status, self.reason = status, reason
        self._sentence = str(self.args[0])
        self.args = ((status, reason),)

    def __str__(self) -> str:
        # Who puts a place in front of the sentence writes args.
        return self._sentence if self.args == ((self.status, self.reason),) else str(self.args[0])


class GraphUnreachable(GraphSubmissionError, EngineUnreachable, builtins.ConnectionError):
    """A server that does not answer; nothing was sent."""


class GraphAnswerLost(GraphUnreachable, AnswerLost):
    """A graph that was sent, and whose answer did not come: look at the queue before sending it again."""


class GraphExecError(Error):
    """A command that cannot be run on this machine."""


class GraphExecInterrupt(FarmsubmitError):
    """A local execution that the user stopped."""


class TaskAlreadyDecomposedError(Error):
    """A task that is decomposed again. Never raised: a second time does nothing, as in Puli's client."""
