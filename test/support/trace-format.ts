/**
 * What the Trace Event Format asks of a file in its JSON Object form, strictly: which keys a phase has and of what type, slices that nest on
 * their track, asynchronous events in pairs, tracks with one name each, time that does not go back.
 * Source: Trace Event Format (JSON Object Format; Duration, Counter, Instant, Nestable Async, Metadata events).
 */
import * as assert from 'uvu/assert';

export type TraceEvent = Readonly<Record<string, unknown>>;

/** Phase → keys it must have, and keys it may have. */
const KEYS: Readonly<Record<string, readonly [needed: string, allowed: string]>> = {
  B: ['name pid tid ts', 'cat args'],
  E: ['pid tid ts', 'name cat args'],
  C: ['name pid tid ts args', 'cat'],
  i: ['name pid tid ts s', 'cat args'],
  b: ['name cat id pid tid ts', 'args'],
  n: ['name cat id pid tid ts', 'args'],
  e: ['name cat id pid tid ts', 'args'],
  M: ['name pid tid args', 'ts cat'],
};
const TYPES: Readonly<Record<string, (value: unknown) => boolean>> = {
  name: isText,
  cat: isText,
  id: isText,
  pid: Number.isInteger,
  tid: Number.isInteger,
  ts: (value) => typeof value === 'number' && value >= 0 && isWholeNs(value),
  s: (value) => value === 't' || value === 'p' || value === 'g',
  args: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  ph: isText,
};
const SCOPES = ['process_name', 'thread_name'];

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

/** Microseconds that are a whole number of nanoseconds, as far as a double can tell. */
function isWholeNs(us: number): boolean {
  const ns = us * 1000;
  return Math.abs(ns - Math.round(ns)) <= Math.max(1e-6, ns * 4 * Number.EPSILON);
}

/** @param text a whole file. @returns its events. @throws an assertion that names the first event which is not of the format. */
export function readTrace(text: string): TraceEvent[] {
  const file = JSON.parse(text) as Record<string, unknown>;
  assert.equal(Object.keys(file).toSorted(), ['displayTimeUnit', 'traceEvents']);
  assert.ok(file['displayTimeUnit'] === 'ns' || file['displayTimeUnit'] === 'ms');
  assert.ok(Array.isArray(file['traceEvents']));
  const events = file['traceEvents'] as TraceEvent[];
  events.forEach(checkKeys);
  checkNames(events);
  checkOrder(events);
  return events;
}

function checkKeys(event: TraceEvent): void {
  const what = JSON.stringify(event);
  const [needed = '', allowed = ''] = KEYS[String(event['ph'])] ?? [];
  assert.is.not(needed, '', `no such phase: ${what}`);
  for (const key of needed.split(' ')) assert.ok(key in event, `${key} is missing in ${what}`);
  const known = new Set(['ph', ...needed.split(' '), ...allowed.split(' ')]);
  for (const [key, value] of Object.entries(event)) {
    assert.ok(known.has(key), `${key} is of no use in ${what}`);
    assert.ok(TYPES[key]?.(value) === true, `${key} has the wrong type in ${what}`);
  }
}

/** A process and a thread have one name each, and nothing happens where there is none; a counter has the same series throughout. */
function checkNames(events: readonly TraceEvent[]): void {
  const names = new Map<string, unknown>();
  const series = new Map<string, string>();
  for (const event of events) {
    const what = JSON.stringify(event);
    const { args, name, ph, pid, tid } = event;
    if (ph === 'M') {
      assert.ok(SCOPES.includes(String(name)), what);
      const key = name === 'process_name' ? `process ${String(pid)}` : `thread ${String(pid)} ${String(tid)}`;
      assert.not.ok(names.has(key), `a second name: ${what}`);
      assert.ok(isText((args as TraceEvent)['name']), what);
      names.set(key, (args as TraceEvent)['name']);
    } else if (ph === 'C') {
      const values = Object.values(args as object);
      assert.ok(values.length > 0 && values.every(Number.isFinite), what);
      const key = `${String(pid)} ${String(name)}`;
      const columns = Object.keys(args as object).join();
      assert.is(series.get(key) ?? columns, columns, what);
      series.set(key, columns);
    }
  }
  for (const event of events) {
    const { ph, pid, tid } = event;
    const what = JSON.stringify(event);
    assert.ok(names.has(`process ${String(pid)}`), `a process without a name: ${what}`);
    if (ph === 'M' || ph === 'C') continue;
    assert.ok(names.has(`thread ${String(pid)} ${String(tid)}`), `a track without a name: ${what}`);
  }
}

/** Time does not go back; what begins on a track ends there, the last one first; an asynchronous event is begun once and ended once. */
function checkOrder(events: readonly TraceEvent[]): void {
  const open = new Map<string, TraceEvent[]>(); // track → what has begun
  let lastTs = 0;
  for (const event of events) {
    const { cat, id, name, ph, pid, tid } = event;
    const what = JSON.stringify(event);
    if (ph === 'M') {
      assert.is(lastTs, 0, `metadata after the first event: ${what}`);
      continue;
    }
    assert.ok(Number(event['ts']) >= lastTs, `back in time: ${what}`);
    lastTs = Number(event['ts']);
    const isAsync = ph === 'b' || ph === 'n' || ph === 'e';
    const track = isAsync ? `async ${String(cat)} ${String(id)}` : `thread ${String(pid)} ${String(tid)}`;
    const begun = open.get(track) ?? [];
    open.set(track, begun);
    if (ph === 'B' || ph === 'b') begun.push(event);
    if (ph === 'n') assert.ok(begun.length > 0, `of nothing that has begun: ${what}`);
    if (ph !== 'E' && ph !== 'e') continue;
    const first = begun.pop();
    assert.ok(first !== undefined, `ends nothing: ${what}`);
    assert.ok(name === undefined || first['name'] === name, `${what} ends ${JSON.stringify(first)}`);
    assert.equal([first['pid'], first['tid']], [pid, tid], `another track: ${what}`);
  }
  for (const begun of open.values()) assert.equal(begun, [], 'what has begun ends');
}
