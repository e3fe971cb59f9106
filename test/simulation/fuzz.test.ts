import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CapacityError, InputError } from '../../src/engine/errors.ts';
import { captureFilesOf, parseScenario } from '../../src/scenario/parse.ts';
import { serializeScenario } from '../../src/scenario/serialize.ts';
import { simulate } from '../../src/simulation/simulate.ts';
import { counts } from '../support/counts.ts';
import { randomModernScenario, randomScenario } from './random-scenarios.ts';
import { frame, ipPacket, pcap } from '../support/capture-bytes.ts';

const SEED = 2026;
const EVENTS_MAX = 20_000;
/** No run of the fuzz may keep more than this, by its own account. */
const BYTES_MAX = 2e8;

const SYN = frame('ethernet', ipPacket());
const FILES = new Map<string, Uint8Array>([
  ['flood.pcap', pcap(Array.from({ length: 50 }, (_, i) => ({ seconds: i, fraction: 3 * i, bytes: SYN })))],
  ['times.csv', new TextEncoder().encode('t_us\n0\n5\n5\n1000000\n')],
]);

let ran = 0;
let stopped = 0;

/** Runs the text: it is refused with a message, or everything holds (simulate checks conservation and invariants). */
function play(text: string, files: ReadonlyMap<string, Uint8Array>): void {
  try {
    const parsed = parseScenario(text, 'fuzz.yaml', []);
    const small = {
      ...parsed,
      limits: {
        events: Math.min(parsed.limits.events, EVENTS_MAX),
        memoryBytes: Math.min(parsed.limits.memoryBytes, BYTES_MAX),
      },
    };
    const known = new Map(
      captureFilesOf(parsed).map((name) => [name, files.get(name) ?? files.get('times.csv') ?? SYN]),
    );
    const result = simulate({ scenario: small, files: known });
    ran++;
    if (result.stop !== null) stopped++;
    assert.ok(result.conservation.ok);
    assert.ok(result.eventCount <= EVENTS_MAX);
    assert.ok(result.stop !== null || result.durationNs === parsed.durationNs);
    for (const { path, value } of result.metrics) {
      assert.ok(value === null || Number.isFinite(value), `${path} ${value}`);
      assert.ok(value === null || value >= 0, `${path} ${value}`);
    }
    parseScenario(serializeScenario(parsed), 'fuzz.yaml');
  } catch (error) {
    if (error instanceof InputError) assert.match(error.message, /^[^:]+:( offset)? ?\d+|^[a-z.]+: expected/);
    else if (!(error instanceof CapacityError)) throw error;
  }
}

const test = suite('fuzz');

test('random scenarios run with everything accounted for, or are refused', () => {
  fc.assert(
    fc.property(randomScenario, (data) => play(JSON.stringify(data), FILES)),
    { seed: SEED, numRuns: counts.endToEndFuzz },
  );
  assert.ok(ran > counts.endToEndFuzz / 2, `only ${ran} ran`);
  assert.ok(stopped > 0 && stopped < ran, `${stopped} of ${ran} stopped`);
});

test('B12: the queues of modern Linux keep to their bounds, and its counters to each other, whenever a random run ends', () => {
  ran = 0;
  fc.assert(
    fc.property(randomModernScenario, (data) => play(JSON.stringify(data), FILES)),
    { seed: SEED, numRuns: counts.modernFuzz },
  );
  assert.ok(ran > counts.modernFuzz / 2, `only ${ran} ran`);
});

test('random captures under a fixed scenario', () => {
  const text = JSON.stringify({
    duration: '100s',
    server: { stack: 'linux-1.2' },
    traffic: { f: { kind: 'syn-flood', arrivals: 'capture(x)' } },
  });
  const valid = FILES.get('flood.pcap') ?? SYN;
  const edit = fc.tuple(fc.nat(valid.length - 1), fc.nat(255));
  fc.assert(
    fc.property(fc.array(edit, { maxLength: 6 }), fc.nat(valid.length), (edits, cut) => {
      const bytes = Uint8Array.from(valid);
      for (const [at, byte] of edits) bytes[at] = byte;
      play(text, new Map([['x', bytes.subarray(0, bytes.length - (cut % 3 === 0 ? cut : 0))]]));
    }),
    { seed: SEED, numRuns: counts.endToEndFuzz },
  );
});

test('mutated text of shipped scenarios is read or refused', () => {
  const texts = ['five-syns-select-server', 'poisson-load-through-a-link', 'replay-real-flood'].map((name) =>
    readFileSync(`scenarios/${name}.yaml`, 'utf8'),
  );
  const piece = fc.oneof(
    fc.constantFrom(
      '\n',
      '  ',
      '{',
      '}',
      '[',
      ']',
      '*a',
      '&a ',
      ': ',
      '- ',
      '?',
      '|',
      '"',
      "'",
      '\t',
      '!!binary ',
      '<<: ',
      '1e999',
      '-',
      '\u0000',
    ),
    fc.string({ maxLength: 5 }),
  );
  const edit = fc.record({ at: fc.nat(2000), remove: fc.nat(12), insert: piece });
  fc.assert(
    fc.property(fc.constantFrom(...texts), fc.array(edit, { minLength: 1, maxLength: 6 }), (text, edits) => {
      let mutated = text;
      for (const { at, remove, insert } of edits) {
        const place = at % (mutated.length + 1);
        mutated = mutated.slice(0, place) + insert + mutated.slice(place + remove);
      }
      play(mutated, FILES);
    }),
    { seed: SEED, numRuns: counts.scenarioFuzz },
  );
});
test.run();
