"""What an engine's HTTP does where the other side does not do its part."""

import socket
import threading
from contextlib import contextmanager, suppress

import pytest

from farmsubmit.engines import http
from farmsubmit.errors import AnswerLost, EngineError, EngineUnreachable


@contextmanager
def serving(answer, trickling=False):
    """A server that reads one request, sends these bytes, and hangs up; None never answers.

    One that is trickling sends the body byte by byte, without end.
    """
    listener = socket.create_server(("127.0.0.1", 0))
    done = threading.Event()

    def serve():
        connection, _ = listener.accept()
        with connection:
            connection.recv(65536)
            if answer is None:
                done.wait(5)
            elif trickling:
                trickle(connection, answer)
            else:
                connection.sendall(answer)

    def trickle(connection, answer):
        head, _, body = answer.partition(b"\r\n\r\n")
        connection.sendall(head + b"\r\n\r\n")
        with suppress(OSError):
            while body and not done.wait(0.02):
                connection.sendall(body[:1])
                body = body[1:]

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        done.set()
        thread.join()
        listener.close()


def whole(body, status="200 OK"):
    return b"HTTP/1.1 %s\r\nContent-Length: %d\r\nX-Kind: Test\r\n\r\n%s" % (status.encode(), len(body), body)


def asked(base, method="GET"):
    link = http.Http(base, timeout=(1, 0.2))
    try:
        return link.request(method, "/a", body=b"x" if method == "POST" else None)
    finally:
        link.close()


def test_an_answer_has_its_status_headers_and_value():
    with serving(whole(b'{"a": 1}', "201 Created")) as base:
        answer = asked(base, "POST")
    assert (answer.status, answer.headers["x-kind"], answer.json()) == (201, "Test", {"a": 1})


def test_a_redirect_is_not_followed():
    with serving(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n") as base:
        assert asked(base).status == 302


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_nobody_listens_to_has_not_arrived(method):
    with socket.create_server(("127.0.0.1", 0)) as free:
        base = f"http://127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(EngineUnreachable, match=r"does not answer: .*refused") as told:
        asked(base, method)
    assert not isinstance(told.value, AnswerLost)


def test_a_host_that_there_is_not_is_told_in_a_whole_sentence():
    with pytest.raises(EngineUnreachable) as told:
        asked("http://nobody.invalid:1")
    assert told.value.problem.count("(") == told.value.problem.count(")")


@pytest.mark.parametrize("answer", [None, b"", b"HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\nhalf", b"no HTTP at all"])
def test_a_request_that_was_sent_may_have_arrived(answer):
    with serving(answer) as base, pytest.raises(AnswerLost):
        asked(base, "POST")


@pytest.mark.parametrize("answer", [None, b"", b"HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\nhalf"])
def test_a_question_changes_nothing_so_nothing_is_lost(answer):
    with serving(answer) as base, pytest.raises(EngineUnreachable) as told:
        asked(base)
    assert not isinstance(told.value, AnswerLost)


def test_an_answer_without_end_is_cut_off(monkeypatch):
    monkeypatch.setattr(http, "LARGEST", 1 << 20)
    with serving(whole(b"x" * (2 << 20))) as base, pytest.raises(EngineError, match="more than 1 MB"):
        asked(base)


def test_an_answer_that_trickles_is_given_up(monkeypatch):
    monkeypatch.setattr(http, "LONGEST", 0.2)
    with serving(whole(b"x" * 1000), trickling=True) as base, pytest.raises(EngineUnreachable, match="takes more than"):
        asked(base)


def test_what_is_no_json_says_where_it_came_from():
    with serving(whole(b"<html>")) as base, pytest.raises(EngineError, match="/a answered with something that is no"):
        asked(base).json()
