import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { STACK_NAMES } from '../../bench/listeners/stacks.ts';
import { measureFlood } from '../../bench/memory/flood-memory.ts';
import { buffersOf, bytesOf } from '../../bench/memory/object-graph.ts';
import { floodTable, slotTable } from '../../bench/memory/run-memory.ts';
import { type SlotBytes, slotBytesOf } from '../../bench/memory/slot-bytes.ts';

const test = suite('memory');

test('every typed array that an object refers to is found once, by its shortest way', () => {
  const column = new Float64Array(4);
  const apart = { far: new Uint8Array(100) };
  const map = new Map([[{ key: new Uint8Array(1) }, new Uint8Array(2)]]);
  const root = {
    near: column,
    list: [new Int32Array(3), { deep: { deeper: new DataView(new ArrayBuffer(5)) } }],
    map,
    set: new Set([new Uint16Array(8)]),
    again: column.subarray(1),
    raw: new SharedArrayBuffer(7),
    apart,
    text: 'x',
    nothing: null,
    self: null as unknown,
    get never(): Uint8Array {
      throw new RangeError('a getter was called');
    },
  };
  root.self = root;
  assert.equal(
    buffersOf(root, [apart]).map(({ buffer, path }) => `${path} ${buffer.byteLength}`),
    ['near 32', 'raw 7', 'list.0 12', 'map.value 2', 'set.value 16', 'map.key.key 1', 'list.1.deep.deeper 5'],
  );
  assert.is(bytesOf(buffersOf(root, [apart])), 75);
  assert.is(bytesOf(buffersOf(root)), 175);
});

/** Bytes of a slot and of its pending timer, at most. In linux-1.2 a connection is a whole socket, its timer on the kernel's list. */
const BYTES_MAX = {
  'linux-1.2': [216, 1],
  'linux-6.18': [64, 24],
  'freebsd-14': [64, 24],
  classic: [64, 24],
} as const;

for (const stack of STACK_NAMES) {
  test(`${stack}: a half-open connection takes a bounded slot, and the account of limits.memory knows it`, () => {
    const [small, large] = [slotBytesOf(stack, 2 ** 13), slotBytesOf(stack, 2 ** 14)];
    assert.equal([small.halfOpen, large.halfOpen], [2 ** 13, 2 ** 14]);
    // Tables that do not grow count in none: what the second half of the connections took is divided by their number.
    const more = (bytes: (of: SlotBytes) => number): number => 2 * bytes(large) - bytes(small);
    const slotBytes = more((of) => of.slotBytes);
    const pendingBytes = more((of) => of.pendingBytes);
    const [slotMax, pendingMax] = BYTES_MAX[stack];
    assert.ok(slotBytes > 20 && slotBytes <= slotMax, `${slotBytes} bytes a slot`);
    assert.ok(pendingBytes >= 0 && pendingBytes <= pendingMax, `${pendingBytes} bytes a timer`);
    const accounted = more((of) => of.accountedBytes) / slotBytes;
    assert.ok(accounted > 0.95 && accounted < 1.05, `${accounted} of the bytes are accounted for`);
    const named = large.parts.reduce((bytes, part) => bytes + part.bytes, 0) / large.slotBytes;
    assert.ok(named > 0.9 && named <= 1, `${named} of the bytes have a name`);
  });

  test(`${stack}: a flood sends the SYNs that were asked for, and its process has a size`, () => {
    const { residentBytesMax, seconds, syns } = measureFlood(stack, 20_000);
    assert.is(syns, 20_000);
    assert.ok(seconds > 0 && residentBytesMax > 1e7 && residentBytesMax < 1e10, `${residentBytesMax} bytes`);
  });
}
test('the tables fit the terminal, and name the largest parts', () => {
  const parts = Array.from({ length: 20 }, (_, i) => ({ path: `a.column-${i}`, bytes: 4 }));
  const slot: SlotBytes = {
    stack: 'classic',
    halfOpen: 4096,
    slotBytes: 81,
    pendingBytes: 24,
    accountedBytes: 80,
    parts,
  };
  const slots = slotTable([slot], 80);
  assert.ok(slots.split('\n').every((line) => line.length <= 80));
  assert.match(slots, /^classic +4,096 +81\.0 +24\.0 +80\.0\nclassic: a\.column-0 4\.0,/m);
  assert.match(slots.replaceAll(/\s+/g, ' '), /column-11 4\.0, 8 more 32\.0$/);
  const run = { stack: 'classic', syns: 1e9, seconds: 10, residentBytesMax: 61.5e6, moreBytes: 0.25e6 } as const;
  assert.match(floodTable([run]), /\nclassic +1,000,000,000 +10\.0 +61\.5 MB +0\.3 MB$/);
});
test.run();
