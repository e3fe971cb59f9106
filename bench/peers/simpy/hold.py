"""The hold model on SimPy: an event's callback makes the next one, a delay later. The twin of ../javascript/hold.ts.

Times are whole numbers, which SimPy leaves as they are: they are exact.
Leaves out: processes (generators), which are slower than callbacks.
"""

from simpy import Environment
from simpy.events import Timeout

from recurrence import FNV_BASIS, TABLE_MASK, exponentials, mix_event

TIE_SHIFT = 24
LANES = 16


class Hold:
    """The first event is taken out, and put in again one increment later."""

    def __init__(self, n, ties):
        self.env = Environment(initial_time=0)
        self.delays = exponentials()
        if ties:
            self.delays = [delay >> TIE_SHIFT << TIE_SHIFT for delay in self.delays]
        self.next = 0
        self.last = 0
        self.hash = FNV_BASIS
        for id_ in range(n):
            self.add(id_)

    def add(self, id_):
        timeout = Timeout(self.env, self.delays[self.next & TABLE_MASK], id_)
        timeout.callbacks.append(self.on_event)
        self.next += 1

    def on_event(self, event):
        self.last = event._value
        timeout = Timeout(self.env, self.delays[self.next & TABLE_MASK], event._value)
        timeout.callbacks.append(self.on_event)
        self.next += 1

    def run(self, operations):
        step = self.env.step
        for _ in range(operations):
            step()

    def run_hashed(self, operations):
        for _ in range(operations):
            self.env.step()
            self.hash = mix_event(self.hash, self.env.now, self.last)

    def outcome(self):
        return self.hash


class LaneHold(Hold):
    """The same over sixteen constant delays, of which each event draws one: SimPy has no lanes, so it is one heap."""

    def __init__(self, n):
        super().__init__(0, False)
        lane_delays = [(i * i + 1) * 1_000_000 for i in range(LANES)]
        self.delays = [lane_delays[value % LANES] for value in self.delays]
        step = 1_000_000 // n
        for id_ in range(n):
            timeout = Timeout(self.env, id_ * step + self.delays[self.next & TABLE_MASK], id_)
            timeout.callbacks.append(self.on_event)
            self.next += 1
