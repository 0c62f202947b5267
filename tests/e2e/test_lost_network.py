"""A network that is lost in the middle of a run loses nothing: `restore` undoes the run when it is back."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from .command import started
from .endpoint import Serve, Served
from .undo import restore


class Network:
    """A way to an endpoint that can be cut: connections through it break, new ones are refused."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self.cut = False
        threading.Thread(target=self._accept, daemon=True).start()

    def lose(self) -> None:
        """Cut it."""
        self.cut = True
        for pair in self._pairs:
            for end in pair:
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Cut it for good."""
        self.lose()
        self._listening.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                ours, _ = self._listening.accept()
                if self.cut:
                    ours.close()
                    continue
                theirs = socket.create_connection(("127.0.0.1", self._to))
                self._pairs.append((ours, theirs))
                for one, other in ((ours, theirs), (theirs, ours)):
                    threading.Thread(target=self._pump, args=(one, other), daemon=True).start()

    @staticmethod
    def _pump(one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while data := one.recv(65536):
                other.sendall(data)
        with suppress(OSError):
            other.shutdown(socket.SHUT_RDWR)


@contextmanager
def network(served: Served) -> Iterator[Network]:
    way = Network(served.endpoint.port)
    try:
        yield way
    finally:
        way.close()


MANY = [1, *(pytest.param(number, marks=pytest.mark.slow) for number in (2, 9, 30))]


@pytest.mark.parametrize("writes", MANY)
@pytest.mark.parametrize("adopting", [False, pytest.param(True, marks=pytest.mark.slow)], ids=["created", "adopted"])
def test_lost_network(serve: Serve, tmp_path: Path, writes: int, adopting: bool) -> None:
    """The network is lost after so many writes, the run ends, the network comes back, `restore` undoes the run."""
    with serve() as served, network(served) as way:
        name = served.create()
        before, start = served.kept(), served.version
        target, *others = served.arguments
        target = target.replace(str(served.endpoint.port), str(way.port), 1)
        adopted = [f"--name={name}", "--yes"] if adopting else []
        some = ("--", "-k", "labels or annotations")
        with started(target, *others, *adopted, *some, directory=tmp_path) as running:
            running.wait_until(lambda: served.version >= start + writes)
            way.lose()
            finished = running.end()
        assert finished.status == 3, finished.output
        assert "Traceback" not in finished.output
        assert "restore" in finished.output
        way.cut = False
        done = restore(served, running.state)
        assert done.returncode == 0, done.stdout + done.stderr
        assert served.kept() == before
