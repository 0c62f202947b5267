"""When a request is sent again for what was answered, or not: which answers ask for that, and after how long."""

import time
from collections import Counter
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from contracts.client.pace import LONGEST_DELAY, LONGEST_UNTOLD, RENEWAL_DELAYS, Patience, delays
from contracts.judge.model import Exchange, Response

# A target whose reads have failed so often, each repeated in vain, is not asked again and again any more.
MOST_VAIN_READS: Final = 2
# A credential that was refused, and in whose place its file so often held no other one in time, is not rotated.
MOST_VAIN_RENEWALS: Final = 2


@dataclass
class Repetitions:
    """What one client knows of repetitions.

    `failures`: what reads were answered with that a repetition has cured. `reached`: whether the target has ever let
    its credential in. `outlasted`: whether an outage did not end in time; what looks like one then is what the target
    does, or its end. `expired`: whether its credential was refused for so long that it has expired. `vain_renewals`:
    how often another credential was waited for in vain, by the one that was refused.
    """

    failures: list[Exchange] = field(default_factory=list)
    patience: Patience = field(default_factory=Patience)
    reached: bool = False
    vain_reads: int = 0
    outlasted: bool = False
    expired: bool = False
    vain_renewals: Counter[frozenset[tuple[str, str]]] = field(default_factory=Counter)

    def note(self, done: "Repetition", last: Response, *, renewed: bool = False) -> None:
        """Note how a request was answered in the end; `renewed`: whether there was a newer credential by then."""
        vain = bool(done.failed) and (_is_no_answer(last) or last.status == 401)
        self.vain_reads = self.vain_reads + 1 if vain else 0
        if not vain:
            told = (one for one in done.failed if not (renewed and one.response.status == 401))
            self.failures += islice(told, 1)
        self.patience.note(put_off=done.put_off)


class Repetition:
    """The answers to one request so far, and the delay before it is sent again.

    A read that found no answer, or one of a server that has failed, is repeated: for 15 s where the API is not reached
    any more, that was. So is what the target put off with 429, 503 or, if it is a read, 504 (RFC 9110, 10.2.3): for a
    minute while the target says when, else for 15 s. Another request whose connection failed is not repeated: it may
    have been carried out.

    `renewable`: whether somebody else may renew the credential, which may take longer than a failure does.
    `put_off`: whether the last answer was such a one. `failed`: the answers to a read that were none of the API.
    """

    def __init__(self, known: Repetitions, *, reading: bool, renewable: bool = False) -> None:
        self.put_off = False
        self.failed: list[Exchange] = []
        self._known = known
        self._reading = reading
        self._failing, self._waiting = delays(), delays()
        self._renewing = delays(RENEWAL_DELAYS if renewable else 0)
        self._began = time.monotonic()

    def after_failure(self) -> float | None:
        """Seconds to wait before the request is sent again though no answer came; None where it is not."""
        if not self._reading:
            return None
        delay = next(self._failing)
        return self._through_an_outage() if delay is None else delay

    def after(self, exchange: Exchange, *, locked_out: bool) -> float | None:
        """Seconds to wait before the request is sent again after an answer; None where that is the answer.

        `locked_out`: whether the target refuses a credential that it has let in before.
        """
        answer = exchange.response
        # 504 may have been carried out, which is for who sent it to find out
        self.put_off = answer.put_off and (answer.status != 504 or self._reading)
        if self._reading and (_is_no_answer(answer) or locked_out):
            # the same bytes again are what is stored, as the target shows it, and no moment's failure
            same = answer.accepted and bool(self.failed) and self.failed[-1].response.body == answer.body
            self.failed.append(exchange)
            if same or self._known.vain_reads >= MOST_VAIN_READS or (locked_out and self._known.expired):
                return None
            delay = next(self._renewing if locked_out else self._failing)
            if delay is None:
                return self._through_an_outage() if answer.foreign else None
            return delay if answer.status == 401 else delay / 4
        if self.put_off:
            waited = time.monotonic() - self._began
            return self._known.patience.delay(answer.headers, next(self._waiting), waited)
        return None

    def _through_an_outage(self) -> float | None:
        """Seconds to the next look whether the API is reached again, which it was before; None to give up."""
        if not self._known.reached or self._known.outlasted:
            return None
        self._known.outlasted = time.monotonic() - self._began + LONGEST_DELAY > LONGEST_UNTOLD
        return None if self._known.outlasted else LONGEST_DELAY


def _is_no_answer(answer: Response) -> bool:
    """Whether a read was answered by a server that has failed, or by a gateway that answers instead of the API."""
    return answer.failed or answer.foreign or (answer.accepted and not isinstance(answer.value, dict))
