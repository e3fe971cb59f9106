/**
 * The way of each segment, with somebody who looks on: taps stand in the paths before links, at the server's end and around the stack,
 * tell of what passes and pass it on at once. Why something was dropped is read from the counters of who dropped it: they are
 * written where it happens. Stands in a run only where an observer asks for it: elsewhere a tap is what it would stand before.
 * Leaves out: instants. `simulation.loop.nowNs` is the one of what is told; queue lengths are `simulation.listener.gauges`.
 */
import type { FrontEnd } from '../listeners/front-end.ts';
import type { CallObserver, Listener } from '../listeners/listener.ts';
import { CpuCounter, type Processor } from '../listeners/processor.ts';
import { SYN_FATE_NAMES, type SynLedger } from '../listeners/syn-ledger.ts';
import { type Link, LinkCounter } from '../network/link.ts';
import type { SegmentPool, SegmentReceiver, Transmitter } from '../network/segment.ts';
import type { Simulation } from './simulation.ts';

/** Where on its way a segment is. */
export const Place = {
  /** A traffic entry sends it: a client, or a host of a flood. */
  SentByClient: 0,
  /** It is at the server's end of its path, before a front end and the processor. */
  AtServer: 1,
  /** All that the server did with it at once has been told. */
  HandledByServer: 2,
  /** The stack sends it. */
  SentByStack: 3,
  /** It leaves the server: past the front end, onto its path. */
  SentByServer: 4,
  /** A traffic entry gets it. */
  AtClient: 5,
} as const;

/** What became of a segment: of every SYN that the stack processed, and of whatever was dropped. */
export interface Fate {
  /** `admitted`, `cookie`, `duplicate`, `in_back_log`, `answered_by_reset`, or the cause of a drop: `backlog_full`. */
  readonly fate: string;
  /** Who decided. */
  readonly by: 'stack' | 'front_end' | 'processor' | 'link_up' | 'link_down';
  readonly isDrop: boolean;
  /** One clause for people: `the listen queue was full`; empty when it is no drop. */
  readonly text: string;
  /** The rule of the model (`R31`); empty when it is no drop. */
  readonly rule: string;
}

/** Told of the way of each segment. Segments are borrowed, and nothing may be changed. */
export interface WayObserver extends Partial<CallObserver> {
  /** Once, when everything is wired and nothing has happened: the parts to look at later. */
  onStart?(simulation: Simulation): void;
  /** `segment` is at `place`, a Place. @param link index of the link of its path, -1: it takes none. */
  onPlace?(segments: SegmentPool, segment: number, place: number, link: number): void;
  /** What became of `segment`, told where it was decided; of one dropped by a link, after it was sent. */
  onFate?(segments: SegmentPool, segment: number, fate: Fate, link: number): void;
}

/** What only taps tell. */
const OF_TAPS = ['onEnter', 'onFate', 'onPlace'] as const;

const NO_FATE = -1;

const LINK_FATES = [
  {
    counter: LinkCounter.DroppedQueue,
    fate: 'link_queue_full',
    text: 'the queue of the link was full',
    rule: 'drop-tail',
  },
  { counter: LinkCounter.Lost, fate: 'link_loss', text: 'the link lost it', rule: 'independent loss' },
] as const;

const BUSY: Fate = {
  fate: 'host_backlog_full',
  by: 'processor',
  isDrop: true,
  text: "the processor was busy and the host's backlog of packets full",
  rule: 'netdev_max_backlog',
};

/** Who is told, and the segments it is told of. */
interface Watch {
  readonly observer: WayObserver;
  readonly segments: SegmentPool;
}

/** Puts taps where an observer asks for them, and nothing where none does: then all methods return what they are given. */
export class Taps {
  private readonly watch: Watch | null;

  constructor(observer: WayObserver | null, segments: SegmentPool) {
    const isAsked = observer !== null && OF_TAPS.some((name) => observer[name] !== undefined);
    this.watch = isAsked ? { observer, segments } : null;
  }

  /** Before `next`: segments are at `place`, on a path over link `link`, -1: none. */
  at(place: number, link: number, next: Transmitter): Transmitter {
    return this.watch === null ? next : new SegmentTap(this.watch, place, link, next);
  }

  /** Before one direction of link number `index`. */
  beforeLink(index: number, by: 'link_up' | 'link_down', link: Link): Transmitter {
    return this.watch === null ? link : new LinkTap(this.watch, index, by, link);
  }

  /** Before the front end or the host, `door`, whichever comes first. */
  beforeDoor(link: number, door: Transmitter, frontEnd: FrontEnd | null, processor: Processor | null): Transmitter {
    return this.watch === null ? door : new DoorTap(this.watch, link, door, frontEnd, processor);
  }

  /** Before the stack. @param linkOf source → link of its path, -1: none. */
  beforeStack(listener: Listener, linkOf: readonly number[]): SegmentReceiver {
    return this.watch === null ? listener : new StackTap(this.watch, listener, linkOf);
  }

  /** Who is told of a kernel's functions; undefined: nobody. */
  get calls(): CallObserver | undefined {
    const observer = this.watch?.observer;
    if (observer?.onEnter === undefined) return undefined;
    return {
      onEnter: (name, slot) => observer.onEnter?.(name, slot),
      onLeave: (result) => observer.onLeave?.(result),
    };
  }
}

/** Tells that segments are at one place. */
class SegmentTap implements Transmitter {
  private readonly watch: Watch;
  private readonly place: number;
  private readonly link: number;
  private readonly next: Transmitter;

  constructor(watch: Watch, place: number, link: number, next: Transmitter) {
    this.watch = watch;
    this.place = place;
    this.link = link;
    this.next = next;
  }

  transmit(segment: number): void {
    this.watch.observer.onPlace?.(this.watch.segments, segment, this.place, this.link);
    this.next.transmit(segment);
  }
}

/** Before one direction of a link: tells what it drops. */
class LinkTap implements Transmitter {
  private readonly watch: Watch;
  private readonly index: number;
  private readonly by: 'link_up' | 'link_down';
  private readonly link: Link;

  constructor(watch: Watch, index: number, by: 'link_up' | 'link_down', link: Link) {
    this.watch = watch;
    this.index = index;
    this.by = by;
    this.link = link;
  }

  transmit(segment: number): void {
    const { observer, segments } = this.watch;
    const { values } = this.link.counters;
    const before = LINK_FATES.map(({ counter }) => values[counter]!);
    const copy = segments.copy(segment);
    this.link.transmit(segment);
    LINK_FATES.forEach(({ counter, fate, rule, text }, i) => {
      if (values[counter] === before[i]) return;
      observer.onFate?.(segments, copy, { fate, by: this.by, isDrop: true, text, rule }, this.index);
    });
    segments.free(copy);
  }
}

/** At the server's end of a path: before the front end and the processor, if there are any. */
class DoorTap implements Transmitter {
  private readonly watch: Watch;
  private readonly link: number;
  private readonly door: Transmitter;
  private readonly frontEnd: FrontEnd | null;
  private readonly processor: Processor | null;

  constructor(watch: Watch, link: number, door: Transmitter, frontEnd: FrontEnd | null, processor: Processor | null) {
    this.watch = watch;
    this.link = link;
    this.door = door;
    this.frontEnd = frontEnd;
    this.processor = processor;
  }

  transmit(segment: number): void {
    const { observer, segments } = this.watch;
    const { frontEnd, link, processor } = this;
    const copy = segments.copy(segment);
    const droppedBefore = frontEnd?.causes.map(({ counter }) => frontEnd.counters.valueOf(counter)) ?? [];
    const busyBefore = processor?.counters.valueOf(CpuCounter.Dropped);
    observer.onPlace?.(segments, copy, Place.AtServer, link);
    this.door.transmit(segment);
    frontEnd?.causes.forEach(({ cause, counter, rule, text }, i) => {
      if (frontEnd.counters.valueOf(counter) === droppedBefore[i]) return;
      observer.onFate?.(segments, copy, { fate: cause, by: 'front_end', isDrop: true, text, rule }, link);
    });
    if (processor?.counters.valueOf(CpuCounter.Dropped) !== busyBefore) observer.onFate?.(segments, copy, BUSY, link);
    observer.onPlace?.(segments, copy, Place.HandledByServer, link);
    segments.free(copy);
  }
}

/** Around the stack: what became of each SYN, and which connections were given up. */
class StackTap implements SegmentReceiver {
  private readonly watch: Watch;
  private readonly listener: Listener;
  private readonly linkOf: readonly number[]; // source → link of its path, -1

  constructor(watch: Watch, listener: Listener, linkOf: readonly number[]) {
    this.watch = watch;
    this.listener = listener;
    this.linkOf = linkOf;
  }

  onSegment(segment: number): void {
    const { observer, segments } = this.watch;
    const { ledger, losses } = this.listener;
    const link = this.linkOf[segments.sourceOf(segment)]!;
    const lossesBefore = losses?.counters.values.slice();
    ledger.lastFate = NO_FATE;
    this.listener.onSegment(segment);
    // A segment that was put off may have been processed meanwhile: the SYN's own fate comes last.
    if (segments.isSyn(segment) && ledger.lastFate !== NO_FATE) {
      observer.onFate?.(segments, segment, fateOf(ledger), link);
    }
    losses?.causes.forEach(({ cause, rule, text }, i) => {
      if (losses.counters.valueOf(i) === lossesBefore?.[i]) return;
      observer.onFate?.(segments, segment, { fate: cause, by: 'stack', isDrop: true, text, rule }, link);
    });
  }
}

/** The fate that was recorded last, in words. */
function fateOf({ causes, lastFate }: SynLedger): Fate {
  const cause = causes[lastFate - SYN_FATE_NAMES.length];
  if (cause === undefined) {
    return { fate: SYN_FATE_NAMES[lastFate] ?? '', by: 'stack', isDrop: false, text: '', rule: '' };
  }
  return { fate: cause.cause, by: 'stack', isDrop: true, text: cause.text, rule: cause.rule };
}
