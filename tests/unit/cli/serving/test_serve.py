"""`serve`: what it says, and when."""

import threading
from http.server import ThreadingHTTPServer

import pytest

from tellapart.cli.serving import serve
from tests.support.servers.http_server import EmptyAnswers


def test_it_says_where_it_is_once_it_answers(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(serve, "_ANNOUNCE_POLL_S", 0.01)
    listener = serve._listen("127.0.0.1", 0)
    port = listener.getsockname()[1]
    said = threading.Thread(target=serve._announce, args=("127.0.0.1", port))
    said.start()
    said.join(0.3)
    assert said.is_alive()
    assert capsys.readouterr().err == "", "nobody answers yet"
    listener.close()
    with ThreadingHTTPServer(("127.0.0.1", port), EmptyAnswers) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}).start()
        said.join(20)
        server.shutdown()
    assert not said.is_alive()
    assert f"Tellapart is at http://127.0.0.1:{port} " in capsys.readouterr().err
