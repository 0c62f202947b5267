"""Serves a resource from kmock's Kubernetes emulator over real HTTP on loopback; prints its URL, ends with SIGTERM.

    python kmock_server.py --resource GROUP/VERSION/PLURAL [--port PORT] [--put none|store|merge]

kmock 0.8 creates, reads, lists, patches and deletes by itself, and has no replacement: PUT is a route that it does
not know. `none` leaves that so. The other two put the shortest handler there that a user of kmock would write: `store`
keeps what was sent as the object's next version, `merge` does with it what kmock does with a PATCH. No rule is added.

It runs in kmock's environment, where the suite is not installed; so nothing of the suite is imported.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
from collections.abc import Callable
from typing import Any, Final

import kmock  # type: ignore[import-not-found]

REMEMBERED: Final = 64

Put = Callable[[Any, Any], None]


def store(stored: Any, sent: Any) -> None:
    """Keep what was sent, whole; what is no object is a TypeError, which kmock answers with 500."""
    stored.history.append(dict(sent))


def merge(stored: Any, sent: Any) -> None:
    """Keep what kmock's own update makes of it."""
    stored.patch(sent)


PUTS: Final[dict[str, Put | None]] = {"none": None, "store": store, "merge": merge}


class Emulator(kmock.KubernetesEmulator):  # type: ignore[misc]
    """kmock's emulator, which forgets old requests.

    It keeps them all and looks each new one up among them, so that the five-thousandth takes half a second.
    """

    async def __call__(self, raw_request: Any) -> Any:
        """Answer one request; the newest are kept, for they may not be answered yet."""
        del self._requests[:-REMEMBERED]
        return await super().__call__(raw_request)


def emulator(resource: str, put: Put | None) -> Any:
    """A cluster that knows one resource, with `put` behind PUT where there is one."""
    cluster = Emulator()
    cluster.resources[resource] = kmock.ResourceInfo(namespaced=True)
    if put is None:
        return cluster

    def answer(request: Any) -> Any:
        key = (request.resource, request.namespace, request.name)
        if key not in cluster.objects or cluster.objects[key].deleted:
            raise kmock.KubernetesObjectNotFoundError
        put(cluster.objects[key], request.data)
        return cluster.objects[key].raw

    cluster[kmock.method.PUT, kmock.resource(resource)] << answer
    return cluster


async def serve(resource: str, port: int, put: Put | None) -> None:
    """Serve until SIGTERM or SIGINT; port 0 is a free one."""
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    async with emulator(resource, put) as cluster, kmock.Server(cluster, port=port) as server:
        print(str(server.url).rstrip("/"), flush=True)
        await ended.wait()


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--resource", required=True)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--put", choices=PUTS, default="store")
    given = parser.parse_args()
    asyncio.run(serve(given.resource, given.port, PUTS[given.put]))


if __name__ == "__main__":
    main()
