/**
 * Plays a golden script against the Linux 1.2 stack on a bare loop: kernel timers, then the script's segments and
 * signals, then the process, tick by tick.
 */
import { Loop } from '../engine/loop.ts';
import type { EventSink } from '../engine/loop.ts';
import { RandomStreams } from '../engine/random-streams.ts';
import { Phase } from '../engine/time.ts';
import { COUNTER_NAMES } from '../listeners/linux-1.2/counters.ts';
import { ACK_BACKLOG } from '../listeners/linux-1.2/kernel.ts';
import { Linux12 } from '../listeners/linux-1.2/linux12.ts';
import { SegmentPool } from '../network/segment.ts';
import { errnoName } from '../network/socket-api.ts';
import type { ScriptInput } from './script-input.ts';
import { type CallResult, ScriptProcess } from './script-process.ts';
import { type SentSegment, ScriptWire } from './script-wire.ts';
import { TICK_NS } from './workload-scenario.ts';

const PORT = 80;

export interface ScriptOutcome {
  sent: readonly SentSegment[];
  calls: readonly CallResult[];
  states: readonly unknown[];
  open_fds: readonly { call: number; state: string; err: string | null }[];
  counters: Record<string, number>;
  peak_ack_backlog: number;
  final_ack_backlog: number | null;
}

/** @returns what the case's `expected` describes. */
export function playScript(input: ScriptInput): ScriptOutcome {
  const loop = new Loop();
  const segments = new SegmentPool();
  const wire = new ScriptWire(loop, segments, input);
  const stack = new Linux12(
    { kind: 'linux-1.2', version: '1.2.13', hz: 100, tick: true, clockUs: input.clock_us },
    {
      loop,
      segments,
      network: wire,
      waker: { wakeUp: () => process.wakeUp() },
      wakesAtOnce: true,
      random: new RandomStreams('script', 0),
      sourceCount: 1,
      port: PORT,
      otherPorts: [],
    },
  );
  const process = new ScriptProcess(loop, stack, input);
  stack.listen(input.backlog);
  scheduleEvents(loop, segments, wire, stack, input);
  process.start();
  const states: unknown[] = [];
  const note = (t: number): void => noteState(states, t, stack, process);
  const horizonNs = input.horizon * TICK_NS;
  loop.runUntil(0);
  note(0);
  for (let atNs = loop.nextAtNs(); atNs <= horizonNs; atNs = loop.nextAtNs()) {
    loop.runUntil(atNs);
    stack.checkInvariants();
    note(Math.round(atNs / TICK_NS));
  }
  return {
    sent: wire.sent,
    calls: process.results,
    states,
    open_fds: process.descriptors.flatMap((descriptor, call) => {
      if (descriptor < 0) return [];
      const { state, err } = stack.view(descriptor);
      return [{ call, state, err: err === 0 ? null : errnoName(err) }];
    }),
    counters: readCounters(stack),
    peak_ack_backlog: stack.gauges.maxOf(ACK_BACKLOG),
    final_ack_backlog: process.isListenerClosed ? null : stack.listening.ackBacklog,
  };
}

/** The counters of a golden case, by its names. */
export function readCounters(stack: Linux12): Record<string, number> {
  const value = (name: (typeof COUNTER_NAMES)[number]): number => stack.counters.valueOf(COUNTER_NAMES.indexOf(name));
  return {
    InSegs: value('TcpInSegs'),
    OutSegs: value('TcpOutSegs'),
    AttemptFails: value('TcpAttemptFails'),
    EstabResets: value('TcpEstabResets'),
    CurrEstab: value('TcpCurrEstab'),
    retransmits: value('retransmits'),
  };
}

function scheduleEvents(loop: Loop, segments: SegmentPool, wire: ScriptWire, stack: Linux12, input: ScriptInput): void {
  const sink: EventSink = {
    onEvent(_kind, index) {
      const event = input.events[index]!;
      if (event.ev === 'signal') return stack.signal(0);
      const segment = wire.open(event);
      stack.onSegment(segment);
      segments.free(segment);
    },
  };
  const type = loop.eventType(sink, 0, Phase.Segment);
  input.events.forEach((event, index) => loop.schedule(event.t * TICK_NS, type, index));
}

/** Appends the state at the end of tick `t`, when it differs from the entry before. */
function noteState(states: unknown[], t: number, stack: Linux12, process: ScriptProcess): void {
  const { ackBacklog, maxAckBacklog } = stack.listening;
  const state = process.isListenerClosed ? ['closed'] : [ackBacklog, maxAckBacklog, queueOf(stack)];
  const last = states.at(-1) as unknown[] | undefined;
  if (last !== undefined && JSON.stringify(last.slice(1)) === JSON.stringify(state)) return;
  states.push([t, ...state]);
}

/** The receive queue as a golden case writes it: [who, state, err or null, retransmits]. */
function queueOf(stack: Linux12): unknown[] {
  return stack.queue().map((c) => [c.peer, c.state, c.err === 0 ? null : errnoName(c.err), c.retransmits]);
}
