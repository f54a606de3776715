"""Graphs that are sent to a server, and what is told where that goes wrong."""

import json

import pytest

from farmsubmit.compat.puliclient import DONE, Graph, GraphError, GraphSubmissionError
from farmsubmit.engines.http import Answer, Http
from farmsubmit.errors import AnswerLost, EngineError, EngineUnreachable, SpoolError


@pytest.fixture
def ready(graph):
    graph.addNewTask("t", arguments={"cmd": "ls", "start": 1, "end": 2})
    return graph


def test_a_graph_is_sent_as_it_was_prepared(server, ready):
    location, said = ready.submit()
    assert location == f"http://{server.address}/nodes/2"
    assert said == "Graph created.\nCreated nodes: 2,3"
    assert server.farm.submitted == [ready.prepareGraphRepresentation()]


def test_host_and_port_of_the_call_count_over_the_environment(server, ready, monkeypatch):
    monkeypatch.setenv("PULIHOST", "nowhere.invalid")
    monkeypatch.delenv("PULIPORT")
    assert ready.submit("127.0.0.1", server.server_address[1])[0].endswith("/nodes/2")


def test_an_engine_of_the_settings_counts_over_both(server, ready, monkeypatch):
    monkeypatch.setenv("FARMSUBMIT_ENGINE", f"puli://{server.address}")
    assert ready.submit("nowhere.invalid", 1)[0].endswith("/nodes/2")


@pytest.mark.parametrize("port", ["x", 0, 70000])
def test_what_is_no_port_is_refused(ready, port):
    with pytest.raises(EngineError, match="is no port"):
        ready.submit("127.0.0.1", port)


def test_a_limit_of_render_nodes_is_set_after_sending(server, ready):
    ready.maxRN = 3
    ready.submit()
    assert [share.maxRN for share in server.farm.shares.values() if share.node.id == 2] == [3]


def test_a_limit_that_cannot_be_set_is_told(server, ready, capsys):
    ready.maxRN = 3
    server.goes_wrong("garbage", "GET /nodes")
    assert ready.submit()[0].endswith("/nodes/2")
    assert "job 2 was sent, but its maxRN was not set" in capsys.readouterr().err


def test_a_refused_graph_tells_status_and_reason_as_old_code_reads_them(server, ready):
    server.goes_wrong("500", "POST /graphs/")
    with pytest.raises(GraphSubmissionError, match="look at the queue") as caught:
        ready.submit()
    (status, reason) = caught.value.args[0]
    assert (status, reason, isinstance(caught.value, SpoolError)) == (500, "Internal Server Error", True)


def test_a_place_may_be_put_in_front_of_the_sentence():
    error = GraphSubmissionError("it was refused", 500, "No", "look")
    assert str(error) == "it was refused; look"
    error.args = (f"script.py, line 3: {error}",)
    assert str(error) == "script.py, line 3: it was refused; look"


def test_a_server_that_is_not_there_is_told(ready):
    with pytest.raises(GraphSubmissionError, match="does not answer") as caught:
        ready.submit("127.0.0.1", 1)
    assert isinstance(caught.value, EngineUnreachable) and not isinstance(caught.value, AnswerLost)
    assert (isinstance(caught.value, OSError), caught.value.exit_code) == (True, 3)


@pytest.mark.parametrize("fault", ["silent", "lost", "half"])
def test_a_lost_answer_is_told_apart_for_the_job_may_be_there(server, ready, fault):
    server.goes_wrong(fault, "POST /graphs/")
    with pytest.raises(GraphSubmissionError, match="before sending it again") as caught:
        ready.submit()
    assert isinstance(caught.value, AnswerLost)


def test_a_saved_graph_is_sent_as_it_would_have_been(server, ready, tmp_path):
    path = tmp_path / "graph.json"
    ready.save(str(path))
    assert Graph.loadAndSubmit(str(path))[1] == "Graph created.\nCreated nodes: 2,3"
    assert server.farm.submitted == [ready.prepareGraphRepresentation()] == [json.loads(path.read_text())]


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"name": "x", "tasks": 5}', "\xff"])
def test_what_is_no_saved_graph_is_refused(tmp_path, text):
    path = tmp_path / "graph.json"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(GraphError, match=r"graph\.json"):
        Graph.loadAndSubmit(str(path), "127.0.0.1", 1)


def test_a_callable_of_the_script_itself_is_not_sent(graph, tmp_path):
    def here():
        """Stands in for a function of a script."""

    here.__qualname__, here.__module__ = "here", "__main__"
    graph.addNewCallable(here)
    for send in (lambda: graph.submit("127.0.0.1", 1), lambda: graph.save(str(tmp_path / "g")), graph.toJob):
        with pytest.raises(GraphError, match="script itself"):
            send()


def test_a_graph_runs_on_the_server_in_the_order_of_its_edges(server, graph):
    tasks = [graph.addNewTask(name, {"cmd": name}) for name in "cab"]
    group = graph.addNewTaskGroup("group")
    group.addNewTask("d", {"cmd": "d"})
    graph.addChain([tasks[1], tasks[2], tasks[0], group])
    graph.submit()
    assert server.farm.run() == ["a", "b", "c", "d"]
    assert server.farm.nodes[2].status == DONE


def test_the_request_is_what_the_old_client_sends(ready, monkeypatch):
    sent = []

    def request(self, method, path, query=None, body=None, headers=None):
        sent.append((self.base, method, path, headers, json.loads(body)))
        return Answer(200, {}, "ok")

    monkeypatch.setattr(Http, "request", request)
    assert ready.submit("farm", 8004) == ("", "ok")
    assert sent == [("http://farm:8004", "POST", "/graphs/", None, ready.prepareGraphRepresentation())]
