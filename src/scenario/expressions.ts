/**
 * Values that look like calls: `poisson(400/s)`, `mmpp(2000/s, 200/s; 100ms, 200ms)`, `schedule(0s, 1s; fails 7s)`.
 * Leaves out: nesting deeper than one call in another.
 */
import type { Distribution } from '../engine/distributions.ts';
import { CLIENT_STACKS, clientStackNamed, scheduledStack } from '../traffic/client-stacks.ts';
import type { ArrivalSpec, ClientStack } from '../traffic/specs.ts';
import { NotAQuantity, parseDuration, parseRate, plainNumber } from './quantities.ts';

const CALL = /^([a-z][a-z0-9.-]*)\s*\(([\s\S]*)\)$/;
const TEXT_MAX = 1_000_000;
const ITEMS_MAX = 100_000;
const COUNT_MAX = 10_000_000;
/** Fewer arrivals a stay than this, and the modulator's walk takes longer than all the rest of the run. */
const ARRIVALS_PER_STAY_MIN = 0.001;

interface Call {
  readonly name: string;
  /** Arguments between semicolons, then commas, trimmed. */
  readonly groups: readonly (readonly string[])[];
}

/** @returns null when the text is no call. */
function parseCall(text: string): Call | null {
  const match = text.length > TEXT_MAX ? null : CALL.exec(text.trim());
  if (match === null) return null;
  const groups = splitOutside(match[2] ?? '', ';').map((group) => splitOutside(group, ','));
  if (groups.reduce((n, g) => n + g.length, 0) > ITEMS_MAX) return null;
  return { name: match[1] ?? '', groups };
}

/** Splits at `separator` where no parenthesis or quote is open. */
function splitOutside(text: string, separator: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let quote = '';
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charAt(i);
    if (quote !== '') {
      if (c === quote) quote = '';
    } else if (c === '"' || c === "'") {
      quote = c;
    } else if (c === '(') {
      depth++;
    } else if (c === ')') {
      depth--;
    } else if (c === separator && depth === 0) {
      parts.push(text.slice(from, i).trim());
      from = i + 1;
    }
  }
  parts.push(text.slice(from).trim());
  return parts;
}

const DISTRIBUTION_EXPECTED =
  'a duration or a distribution: constant(1ms), exponential(200us), erlang(4, 1ms), hyperexponential(0.9, 0.5ms, 5ms), lognormal(1ms, 0.5)';

/** Service time or hold. @throws NotAQuantity. */
export function parseDistribution(text: string): Distribution {
  const call = parseCall(text);
  const expected = DISTRIBUTION_EXPECTED;
  if (call === null) {
    try {
      return { kind: 'constant', meanNs: parseDuration(text) };
    } catch {
      throw new NotAQuantity(expected);
    }
  }
  const [args = []] = call.groups;
  const arity = (count: number): void => {
    if (call.groups.length !== 1 || args.length !== count) throw new NotAQuantity(expected);
  };
  switch (call.name) {
    case 'constant':
    case 'fixed':
      arity(1);
      return { kind: 'constant', meanNs: parseDuration(args[0] ?? '') };
    case 'exponential':
      arity(1);
      return { kind: 'exponential', meanNs: parseDuration(args[0] ?? '') };
    case 'erlang':
      arity(2);
      return { kind: 'erlang', k: whole(args[0], 1, 1000), meanNs: parseDuration(args[1] ?? '') };
    case 'hyperexponential': {
      arity(3);
      const p = plainNumber(args[0] ?? '', 'a probability from 0 to 1');
      if (p > 1) throw new NotAQuantity('a probability from 0 to 1');
      return {
        kind: 'hyperexponential',
        p,
        mean1Ns: parseDuration(args[1] ?? ''),
        mean2Ns: parseDuration(args[2] ?? ''),
      };
    }
    case 'lognormal': {
      arity(2);
      const sigma = plainNumber(args[1] ?? '', 'a standard deviation of the logarithm, 0 to 10');
      if (sigma > 10) throw new NotAQuantity('a standard deviation of the logarithm, 0 to 10');
      return { kind: 'lognormal', meanNs: parseDuration(args[0] ?? ''), sigma };
    }
    default:
      throw new NotAQuantity(expected);
  }
}

const ARRIVALS_EXPECTED =
  'arrivals: periodic(1/10s), poisson(400/s), burst(300), batch(poisson(90/s), geometric(10)), ' +
  'mmpp(2000/s, 200/s; 100ms, 200ms), pulse(10kpps, 100ms, 1s), closed(200, think 0s), schedule(0s, 1s), capture(file) or capture(file, port=80)';

/** Arrival process. @throws NotAQuantity. */
export function parseArrivals(text: string): ArrivalSpec {
  const call = parseCall(text);
  if (call === null) throw new NotAQuantity(ARRIVALS_EXPECTED);
  const [first = [], second] = call.groups;
  const only = (count: number): void => {
    if (second !== undefined || first.length !== count) throw new NotAQuantity(ARRIVALS_EXPECTED);
  };
  switch (call.name) {
    case 'periodic':
      only(1);
      return { kind: 'periodic', ratePerSec: parseRate(first[0] ?? '') };
    case 'poisson':
      only(1);
      return { kind: 'poisson', ratePerSec: parseRate(first[0] ?? '') };
    case 'burst':
      only(1);
      return { kind: 'burst', count: whole(first[0], 1, COUNT_MAX) };
    case 'batch':
      only(2);
      return parseBatch(first[0] ?? '', first[1] ?? '');
    case 'mmpp':
      return parseMmpp(first, second);
    case 'pulse':
      only(3);
      return parsePulse(first);
    case 'closed':
      only(2);
      return parseClosed(first[0], first[1] ?? '');
    case 'schedule':
      return { kind: 'schedule', atNs: ascending(first.map(parseDuration)) };
    case 'capture':
      return parseCapture(first);
    default:
      throw new NotAQuantity(ARRIVALS_EXPECTED);
  }
}

function parseBatch(instants: string, size: string): ArrivalSpec {
  const process = parseArrivals(instants);
  if (process.kind !== 'poisson')
    throw new NotAQuantity('batches at Poisson instants: batch(poisson(90/s), geometric(10))');
  const call = parseCall(size);
  if (call === null) {
    return { kind: 'batch', ratePerSec: process.ratePerSec, sizeKind: 'constant', sizeMean: whole(size, 1, COUNT_MAX) };
  }
  const expected = `a batch size: 10, or geometric(10) of mean 1 to ${COUNT_MAX}`;
  const sizeMean = plainNumber(call.groups[0]?.[0] ?? '', expected);
  if (call.name !== 'geometric' || !(sizeMean >= 1 && sizeMean <= COUNT_MAX)) throw new NotAQuantity(expected);
  return { kind: 'batch', ratePerSec: process.ratePerSec, sizeKind: 'geometric', sizeMean };
}

function parseMmpp(rates: readonly string[], stays: readonly string[] | undefined): ArrivalSpec {
  const expected = 'as many rates as mean stays: mmpp(2000/s, 200/s; 100ms, 200ms)';
  if (stays === undefined || stays.length !== rates.length) throw new NotAQuantity(expected);
  const ratesPerSec = rates.map((text) => (text === '0' || text === '0/s' ? 0 : parseRate(text)));
  const staysNs = stays.map(parseDuration);
  if (!ratesPerSec.some((rate) => rate > 0) || !staysNs.every((ns) => ns > 0)) throw new NotAQuantity(expected);
  const perStay = ratesPerSec.reduce((sum, rate, i) => sum + (rate * (staysNs[i] ?? 0)) / 1e9, 0) / staysNs.length;
  if (perStay < ARRIVALS_PER_STAY_MIN) {
    throw new NotAQuantity(`rates and stays that give at least ${ARRIVALS_PER_STAY_MIN} arrivals a stay`);
  }
  return { kind: 'mmpp', ratesPerSec, staysNs };
}

function parsePulse([rate = '', on = '', period = '']: readonly string[]): ArrivalSpec {
  const spec = {
    kind: 'pulse',
    ratePerSec: parseRate(rate),
    onNs: parseDuration(on),
    periodNs: parseDuration(period),
  } as const;
  const perPulse = (spec.ratePerSec * spec.onNs) / 1e9;
  if (!(spec.onNs > 0 && spec.onNs <= spec.periodNs && perPulse <= COUNT_MAX)) {
    throw new NotAQuantity(
      `a rate, a pulse of up to ${COUNT_MAX} arrivals, and a period that is no shorter: pulse(10kpps, 100ms, 1s)`,
    );
  }
  return spec;
}

function parseClosed(count: string | undefined, think: string): ArrivalSpec {
  const match = /^think\s+(\S+)$/.exec(think);
  if (match === null) throw new NotAQuantity('a population and its think time: closed(200, think 0s)');
  return { kind: 'closed', count: whole(count, 1, COUNT_MAX), thinkNs: parseDuration(match[1] ?? '') };
}

function parseCapture(args: readonly string[]): ArrivalSpec {
  const expected = 'a capture file, and perhaps a port: capture(captures/flood.pcap, port=25565)';
  const file = (args[0] ?? '').replace(/^(["'])(.*)\1$/, '$2');
  const port = args[1] === undefined ? null : /^port\s*=\s*(\d{1,5})$/.exec(args[1]);
  if (file === '' || args.length > 2 || (args[1] !== undefined && port === null)) throw new NotAQuantity(expected);
  return { kind: 'capture', file, port: port === null ? null : whole(port[1], 1, 65_535) };
}

/** A client stack: a name (`macos`, `linux-6.1`), or `schedule(0s, 1s, 3s; fails 7s)`. @throws NotAQuantity. */
export function parseClientStack(text: string): ClientStack {
  const named = clientStackNamed(text);
  if (named !== null) return named;
  const expected = `one of ${CLIENT_STACKS.map((s) => s.name).join(', ')}, another linux-X.Y from 2.2 to 7.2, or schedule(0s, 1s, 3s; fails 7s)`;
  const call = parseCall(text);
  const fails = /^fails\s+(\S+)$/.exec(call?.groups[1]?.[0] ?? '');
  if (call === null || call.name !== 'schedule' || fails === null) throw new NotAQuantity(expected);
  const synAtNs = ascending((call.groups[0] ?? []).map(parseDuration));
  const failsAtNs = parseDuration(fails[1] ?? '');
  if (synAtNs[0] !== 0 || synAtNs.length > 255 || failsAtNs < (synAtNs.at(-1) ?? 0)) {
    throw new NotAQuantity('a schedule from 0s on, ascending, of at most 255 SYNs, that fails after the last one');
  }
  return scheduledStack(text, synAtNs, failsAtNs);
}

function ascending(atNs: readonly number[]): readonly number[] {
  if (atNs.some((ns, i) => i > 0 && ns < (atNs[i - 1] ?? 0))) throw new NotAQuantity('instants in ascending order');
  return atNs;
}

function whole(text: string | undefined, min: number, max: number): number {
  const expected = `a whole number from ${min} to ${max}`;
  const value = plainNumber(text ?? '', expected);
  if (!Number.isInteger(value) || value < min || value > max) throw new NotAQuantity(expected);
  return value;
}
