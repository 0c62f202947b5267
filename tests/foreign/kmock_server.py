"""Serves PyTorchJobs from kmock's Kubernetes emulator over real HTTP on loopback; prints its URL, ends with SIGTERM.

    python kmock_server.py [--port PORT] [--put none|store|merge]

kmock 0.8 creates, reads, lists, patches and deletes by itself, and has no replacement: PUT is a route that it does not
know. `none` leaves that so. The other two put the shortest handler there that a user of kmock would write: `store` keeps
what was sent as the object's next version, `merge` does with it what kmock does with a PATCH.

Needs nothing but kmock: neither the suite nor its specification is imported.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
from collections.abc import Callable
from typing import Any, Final

import kmock  # type: ignore[import-not-found]  # it lives in an environment of its own

RESOURCE: Final = "kubeflow.org/v1/pytorchjobs"


def store(stored: Any, sent: Any) -> None:
    """Keep what was sent, whole, as the next version; what is no object is a TypeError, which kmock answers with 500."""
    stored.history.append(dict(sent))


def merge(stored: Any, sent: Any) -> None:
    """Keep what kmock's own update makes of it."""
    stored.patch(sent)


class Emulator(kmock.KubernetesEmulator):  # type: ignore[misc]  # kmock is not typed here
    """kmock's emulator without its memory of all requests, through which it goes for each: a run would take an hour."""

    async def __call__(self, raw_request: Any) -> Any:
        """Answer one request; the newest are kept, because they may still be answered."""
        del self._requests[:-64]
        return await super().__call__(raw_request)


HANDLERS: Final[dict[str, Callable[[Any, Any], None] | None]] = {"none": None, "store": store, "merge": merge}


def emulator(replace: Callable[[Any, Any], None] | None) -> Any:
    """A Kubernetes emulator that knows the resource, with `replace` behind PUT where there is one."""
    cluster = Emulator()
    cluster.resources[RESOURCE] = kmock.ResourceInfo(kind="PyTorchJob", namespaced=True)
    if replace is None:
        return cluster

    def answer(request: Any) -> Any:
        key = (request.resource, request.namespace, request.name)
        if key not in cluster.objects or cluster.objects[key].deleted:
            raise kmock.KubernetesObjectNotFoundError
        replace(cluster.objects[key], request.data)
        return cluster.objects[key].raw

    cluster[kmock.method.PUT, kmock.resource(RESOURCE)] << answer
    return cluster


async def serve(port: int, replace: Callable[[Any, Any], None] | None) -> None:
    """Serve until SIGTERM or SIGINT."""
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    async with emulator(replace) as cluster, kmock.Server(cluster, port=port) as server:
        print(str(server.url).rstrip("/"), flush=True)
        await ended.wait()


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=0, help="0 for a free one")
    parser.add_argument("--put", choices=HANDLERS, default="store")
    given = parser.parse_args()
    asyncio.run(serve(given.port, HANDLERS[given.put]))


if __name__ == "__main__":
    main()
