/**
 * What a half-open connection costs in memory: all typed arrays that the listener keeps, its 4-tuple index included, and
 * apart from them the entries of the pending-event set, divided by the number of half-open connections.
 * Linux 1.2 bounds a listener at 128: there it takes up to 256 listeners on one host to fill the tables. Their ports share
 * one hash chain, as the connections of one listener do.
 */
import { SOCK_ARRAY_SIZE } from '../../src/listeners/linux-1.2/constants.ts';
import { SynFate } from '../../src/listeners/syn-ledger.ts';
import { Host, PORT } from '../listeners/host.ts';
import { roomySpec, type StackName } from '../listeners/stacks.ts';
import { buffersOf, bytesOf, type FoundBuffer } from './object-graph.ts';

export interface SlotBytes {
  readonly stack: StackName;
  /** Half-open connections when it was looked at: a power of two, so that every table is full. */
  readonly halfOpen: number;
  /** Per half-open connection. */
  readonly slotBytes: number;
  /** What their timers take in the pending-event set, per half-open connection. */
  readonly pendingBytes: number;
  /** The slot again, by the listener's own account, on which `limits.memory` relies. */
  readonly accountedBytes: number;
  /** What the slot is made of, the largest first: path in the listener, bytes per half-open connection. */
  readonly parts: readonly SlotPart[];
}

export interface SlotPart {
  readonly path: string;
  readonly bytes: number;
}

const OF_LINUX_12_LISTENER = 128;
/** More listeners than this a host of Linux 1.2 cannot have in this simulator. */
const LINUX_12_LISTENERS = 256;

/** @param halfOpenMax a power of two >= 128; Linux 1.2 holds no more than 32768. O(half-open connections). */
export function slotBytesOf(stack: StackName, halfOpenMax: number): SlotBytes {
  const isLinux12 = stack === 'linux-1.2';
  const listeners = isLinux12 ? Math.min(LINUX_12_LISTENERS, halfOpenMax / OF_LINUX_12_LISTENER) : 1;
  const otherPorts = Array.from({ length: listeners - 1 }, (_, i) => PORT + (1 + i) * SOCK_ARRAY_SIZE);
  const host = new Host(roomySpec(stack, halfOpenMax), halfOpenMax, otherPorts);
  const { loop, segments, stack: listener } = host;
  const pendingBytes = (): number => {
    const own = new Set(buffersOf(listener, [loop, segments]).map(({ buffer }) => buffer));
    return bytesOf(buffersOf(loop, [listener, segments]).filter(({ buffer }) => !own.has(buffer)));
  };
  const emptyBytes = pendingBytes();
  const ofOne = isLinux12 ? OF_LINUX_12_LISTENER : halfOpenMax;
  for (const port of [PORT, ...otherPorts]) for (let peer = 0; peer < ofOne; peer++) host.syn(peer, port);
  const halfOpen = listener.ledger.of(0).valueOf(SynFate.Admitted);
  const buffers = buffersOf(listener, [loop, segments]);
  return {
    stack,
    halfOpen,
    slotBytes: bytesOf(buffers) / halfOpen,
    pendingBytes: (pendingBytes() - emptyBytes) / halfOpen,
    accountedBytes: listener.bytes / halfOpen,
    parts: partsOf(buffers, halfOpen),
  };
}

/** The arrays that grow with the connections. */
function partsOf(buffers: readonly FoundBuffer[], halfOpen: number): SlotPart[] {
  return buffers
    .filter(({ buffer }) => buffer.byteLength >= halfOpen)
    .map(({ path, buffer }) => ({ path, bytes: buffer.byteLength / halfOpen }))
    .toSorted((a, b) => b.bytes - a.bytes);
}
