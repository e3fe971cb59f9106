import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parseScenario } from '../../../src/scenario/parse.ts';
import { Place } from '../../../src/simulation/observed-ways.ts';
import type { SimulationObserver } from '../../../src/simulation/recorder.ts';
import { simulate } from '../../../src/simulation/simulate.ts';
import type { Simulation } from '../../../src/simulation/simulation.ts';
import { readArrivalTimes } from '../../../src/traffic/capture/read-arrival-times.ts';
import { record, RECORDED } from './recorded.ts';

const ETHERNET_BYTES = 14;
const PACKET_BLOCK = 6;
const COMMENT = 1;

interface Block {
  readonly type: number;
  readonly view: DataView;
}

/** Blocks of a little-endian file, and nothing between them. */
function blocksOf(bytes: Uint8Array): Block[] {
  const blocks: Block[] = [];
  const file = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < bytes.length;) {
    const length = file.getUint32(at + 4, true);
    assert.is(file.getUint32(at + length - 4, true), length);
    blocks.push({ type: file.getUint32(at, true), view: new DataView(bytes.buffer, bytes.byteOffset + at, length) });
    at += length;
  }
  return blocks;
}

/** The one's complement sum of `view` from `from` on, which is 0xffff where a checksum is right. */
function sumOf(view: DataView, from: number, end: number, begin = 0): number {
  let sum = begin;
  for (let at = from; at < end; at += 2) sum += at + 1 < end ? view.getUint16(at) : view.getUint8(at) << 8;
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return sum;
}

/** Instants at which SYNs reach the server, and how many did not. */
class Arrivals implements SimulationObserver {
  readonly atNs: number[] = [];
  private simulation: Simulation | null = null;

  onStart(simulation: Simulation): void {
    this.simulation = simulation;
  }
  onPlace(segments: Simulation['segments'], segment: number, place: number): void {
    if (place === Place.AtServer && segments.isSyn(segment)) this.atNs.push(this.simulation?.loop.nowNs ?? NaN);
  }
}

const test = suite('packet recorder');

test('every frame has the checksums and the lengths that its bytes ask for, and stamps ascend', () => {
  for (const [name, text] of Object.entries(RECORDED)) {
    let lastNs = 0;
    let frames = 0;
    for (const { type, view } of blocksOf(record(text).bytes)) {
      if (type !== PACKET_BLOCK) continue;
      frames++;
      const atNs = view.getUint32(12, true) * 2 ** 32 + view.getUint32(16, true);
      assert.ok(atNs >= lastNs);
      lastNs = atNs;
      const length = view.getUint32(20, true);
      const ip = 28 + ETHERNET_BYTES;
      const end = 28 + length;
      assert.is(view.getUint16(ip + 2), length - ETHERNET_BYTES);
      assert.is(sumOf(view, ip, ip + 20), 0xffff);
      assert.is(sumOf(view, ip + 20, end, sumOf(view, ip + 12, ip + 20) + 6 + (end - ip - 20)), 0xffff);
    }
    assert.ok(frames > 500, `${name}: ${frames} frames`);
  }
});

test('replayed, the capture gives the arrivals of the run that it was recorded from, to the nanosecond', () => {
  for (const [name, text] of Object.entries(RECORDED)) {
    const original = new Arrivals();
    simulate({ scenario: parseScenario(text, 'a.yaml'), files: new Map(), observer: original });
    const { bytes, result } = record(text);
    const replay = new Arrivals();
    const scenario = parseScenario(
      `duration: ${Math.ceil(result.durationNs / 1e9)}s
server: { stack: classic }
traffic: { replay: { kind: syn-flood, arrivals: capture(run.pcapng) } }`,
      'b.yaml',
    );
    simulate({ scenario, files: new Map([['run.pcapng', bytes]]), observer: replay });
    const first = original.atNs[0] ?? NaN;
    assert.equal(
      replay.atNs,
      original.atNs.map((atNs) => atNs - first),
      name,
    );
    assert.ok(replay.atNs.length > 100);
  }
});

test('SYNs that a link lost are in the file, with the verdict that keeps them from being replayed', () => {
  const [text = ''] = Object.values(RECORDED);
  const { bytes, result } = record(text);
  const { passedOver, synCount } = readArrivalTimes(bytes, 'run.pcapng', { port: null });
  const term = (name: string): number => result.conservation.terms.find((one) => one.name === name)?.count ?? NaN;
  assert.ok(term('lost') > 0);
  assert.is(passedOver['dropped'], term('lost') + term('dropped_by_link'));
  assert.is(synCount + (passedOver['dropped'] ?? NaN), result.conservation.synsSent);
});

test('comments name the cause and the rule of every drop', () => {
  for (const text of Object.values(RECORDED)) {
    const { bytes, result } = record(text);
    const told = new Map<string, number>();
    for (const { type, view } of blocksOf(bytes)) {
      if (type !== PACKET_BLOCK) continue;
      const at = 28 + Math.ceil(view.getUint32(20, true) / 4) * 4;
      if (view.getUint16(at, true) !== COMMENT) continue;
      const comment = new TextDecoder().decode(
        new Uint8Array(view.buffer, view.byteOffset + at + 4, view.getUint16(at + 2, true)),
      );
      const [, cause = '', rule = ''] = /^dropped: (\w+) \((.+?)\): /.exec(comment) ?? [];
      told.set(`${cause} ${rule}`, (told.get(`${cause} ${rule}`) ?? 0) + 1);
    }
    const expected = new Map<string, number>();
    for (const { cause, count, rule } of result.drops)
      expected.set(`${cause} ${rule}`, (expected.get(`${cause} ${rule}`) ?? 0) + count);
    assert.equal([...told].map(String).toSorted(), [...expected].map(String).toSorted());
  }
});

test('the same run gives the same bytes', () => {
  const [text = ''] = Object.values(RECORDED);
  assert.equal(record(text).bytes, record(text).bytes);
});

test.run();
