/** Several observers of one run, each told of everything, in their order. */
import type { SimulationObserver } from './recorder.ts';

/** @param observers at least one. */
export function together(observers: readonly SimulationObserver[]): SimulationObserver {
  const [first] = observers;
  if (first !== undefined && observers.length === 1) return first;
  const each = (tell: (observer: SimulationObserver) => void): void => observers.forEach(tell);
  return {
    onStart: (simulation) => each((one) => one.onStart?.(simulation)),
    onPlace: (segments, segment, place, link) => each((one) => one.onPlace?.(segments, segment, place, link)),
    onFate: (segments, segment, fate, link) => each((one) => one.onFate?.(segments, segment, fate, link)),
    onSegment: (segments, segment) => each((one) => one.onSegment?.(segments, segment)),
    onSegmentDone: (segments, segment) => each((one) => one.onSegmentDone?.(segments, segment)),
    onCall: (process, call, descriptor) => each((one) => one.onCall?.(process, call, descriptor)),
    onReturn: (process, call, result, descriptor) => each((one) => one.onReturn?.(process, call, result, descriptor)),
    onWakeUp: (process) => each((one) => one.onWakeUp?.(process)),
    onEnter: (name, slot) => each((one) => one.onEnter?.(name, slot)),
    onLeave: (result) => each((one) => one.onLeave?.(result)),
    onAccept: (listener, worker, result) => each((one) => one.onAccept?.(listener, worker, result)),
    onConnected: (source, peer, afterNs) => each((one) => one.onConnected?.(source, peer, afterNs)),
    onResponse: (source, peer, afterNs) => each((one) => one.onResponse?.(source, peer, afterNs)),
    onFailed: (source, peer, outcome) => each((one) => one.onFailed?.(source, peer, outcome)),
    onAnswer: (segments, segment, nowNs) => each((one) => one.onAnswer?.(segments, segment, nowNs)),
  };
}
