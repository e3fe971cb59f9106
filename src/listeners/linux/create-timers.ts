/** Which timers a kernel's requests have: exact ones, or those of a timer wheel; one each, or one for a whole table. */
import type { EventSink } from '../../engine/loop.ts';
import { NS_PER_S, Phase } from '../../engine/time.ts';
import { TimerWheel } from '../../engine/timer-wheel.ts';
import { SynAckTimer } from './feature.ts';
import type { Kernel } from './kernel.ts';
import { ScanTimers } from './scan-timers.ts';
import { SweepTimers } from './sweep-timers.ts';
import { ExactTimers, type SynAckTimers } from './syn-ack-timers.ts';

/** @param sink gets `onEvent(kind, slot)` when the timer of a request fires. Before the run. */
export function createSynAckTimers(kernel: Kernel, sink: EventSink, kind: number): SynAckTimers {
  if (kernel.profile.timer === SynAckTimer.Scan) return new ScanTimers(kernel, sink, kind);
  if (kernel.profile.timer === SynAckTimer.Sweep) return new SweepTimers(kernel, sink, kind);
  const { loop } = kernel.env;
  const { capacity } = kernel.requests;
  const { wheelHz } = kernel.spec;
  if (wheelHz > 0) return new TimerWheel(loop, sink, kind, Phase.Timer, NS_PER_S / wheelHz, kernel.uptimeNs, capacity);
  return new ExactTimers(loop, sink, kind, [...new Set(kernel.timeoutNs)], capacity);
}
