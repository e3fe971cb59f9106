"""The flooded listener on SimPy: the twin of src/listeners/classic, with its counters and its ledger of SYNs.

A connection is found by its 4-tuple in a dict; the end of its hold is an event with a callback, and so is each SYN.
Leaves out: what no segment of a silent client leads to (third ACK, accept(), RST, FIN), and the mean of the SYN queue.
"""

from collections import deque

from simpy import Environment
from simpy.events import Timeout

from recurrence import FNV_BASIS, TABLE_MASK, WORD, exponentials, mix, mix_event, peer_of_syn

HOLD_NS = 63_000_000_000
FULL_GAP_NS = 10_000
OPEN_SLOTS = 1 << 20
BACKLOG = 128
PORT = 80
SYN = 2
ACK = 16


class Connection:
    """A half-open connection, from its SYN to the end of its hold."""

    __slots__ = ("tuple", "snd_nxt", "rcv_nxt")

    def __init__(self, tuple_, snd_nxt, rcv_nxt):
        self.tuple = tuple_
        self.snd_nxt = snd_nxt
        self.rcv_nxt = rcv_nxt


class Listener:
    """One bounded table of half-open connections, and an accept queue; a SYN that finds no room is dropped."""

    def __init__(self, env, slots_max):
        self.env = env
        self.slots_max = slots_max
        self.half_open = {}  # 4-tuple: connection
        self.accept_queue = deque()
        self.half_open_max = 0
        self.last_seq = 0
        self.segments_in = 0
        self.admitted = 0
        self.refused_slots_full = 0
        self.refused_accept_queue_full = 0
        self.expired = 0
        self.synacks_out = 0
        self.fates = {"admitted": 0, "duplicate": 0, "slots_full": 0, "accept_queue_full": 0}
        self.first_at = {}  # fate: instant of the first SYN that met it

    def on_segment(self, source, peer, port, flags, seq):
        self.segments_in += 1
        tuple_ = (source, peer, port)
        connection = self.half_open.get(tuple_)
        if flags & (SYN | ACK) != SYN:
            return
        if connection is not None:
            self.record("duplicate")
            self.send_syn_ack(connection)
        elif len(self.half_open) >= self.slots_max:
            self.refused_slots_full += 1
            self.record("slots_full")
        elif len(self.accept_queue) >= BACKLOG:
            self.refused_accept_queue_full += 1
            self.record("accept_queue_full")
        else:
            self.admit(tuple_, seq)

    def admit(self, tuple_, seq):
        self.record("admitted")
        iss = self.admitted * 64_013 & WORD
        self.admitted += 1
        connection = Connection(tuple_, iss + 1, seq + 1)
        self.half_open[tuple_] = connection
        self.half_open_max = max(self.half_open_max, len(self.half_open))
        Timeout(self.env, HOLD_NS, connection).callbacks.append(self.on_hold_end)
        self.send_syn_ack(connection)

    def on_hold_end(self, event):
        self.expired += 1
        del self.half_open[event._value.tuple]

    def send_syn_ack(self, connection):
        self.synacks_out += 1
        self.last_seq = connection.snd_nxt - 1

    def record(self, fate):
        self.fates[fate] += 1
        if fate not in self.first_at:
            self.first_at[fate] = self.env.now


class Flood:
    """Forged SYNs: n of them evenly over one hold, then exponential gaps."""

    def __init__(self, n, full):
        self.env = Environment(initial_time=0)
        self.listener = Listener(self.env, n if full else OPEN_SLOTS)
        self.n = n
        self.step_ns = HOLD_NS // n
        mean = FULL_GAP_NS if full else self.step_ns
        self.gaps = [1 + (value * mean >> 30) for value in exponentials()]
        self.syn_count = 0
        Timeout(self.env, 0).callbacks.append(self.on_syn)
        self.run(n)

    def on_syn(self, _event):
        k = self.syn_count
        self.syn_count = k + 1
        self.listener.on_segment(0, peer_of_syn(k), PORT, SYN, 1)
        gap = self.step_ns if k + 1 < self.n else self.gaps[k & TABLE_MASK]
        Timeout(self.env, gap).callbacks.append(self.on_syn)

    def run(self, syns):
        step = self.env.step
        end = self.syn_count + syns
        while self.syn_count != end:
            step()

    run_hashed = run

    def outcome(self):
        """The words and their order are those of ../javascript/flood.ts."""
        listener = self.listener
        hash_ = mix_event(FNV_BASIS, self.env.now, listener.last_seq)
        fates = listener.fates
        for word in (
            listener.segments_in,
            listener.admitted,
            listener.refused_slots_full,
            listener.refused_accept_queue_full,
            listener.expired,
            listener.synacks_out,
            fates["admitted"],
            fates["duplicate"],
            fates["slots_full"],
            len(listener.half_open),
            listener.half_open_max,
        ):
            hash_ = mix(hash_, word)
        return hash_
