/**
 * A scenario, wired: sources, links, stack, application and meters on one loop.
 *
 *   source → wire (rtt / 2) → link up → stack → link down → wire (rtt / 2) → source
 *                                         ↑ system calls
 *                                     application
 *
 * Leaves out: what any part does.
 */
import { CapacityError } from '../engine/errors.ts';
import { sampler } from '../engine/distributions.ts';
import { Loop } from '../engine/loop.ts';
import type { Antithetic } from '../engine/inversion-stream.ts';
import { RandomStreams } from '../engine/random-streams.ts';
import type { Listener } from '../listeners/listener.ts';
import { Processor } from '../listeners/processor.ts';
import type { FrontEnd } from '../listeners/front-end.ts';
import { createFrontEnd, createListener } from '../listeners/stacks.ts';
import { Baseline } from '../measure/baseline.ts';
import type { Series } from '../measure/series.ts';
import { Link, LinkClock } from '../network/link.ts';
import { Passage } from '../network/passage.ts';
import type { LinkSpec } from '../network/link-spec.ts';
import { SegmentPool, type SegmentReceiver, type Transmitter } from '../network/segment.ts';
import type { SocketApi, Waker } from '../network/socket-api.ts';
import { SynTransit } from '../network/syn-transit.ts';
import { Delivery, Wire } from '../network/wire.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { Application } from '../server/application.ts';
import { ArrivalWindow } from '../traffic/arrivals/arrival-window.ts';
import { createArrivals } from '../traffic/arrivals/create.ts';
import { AckFlood } from '../traffic/ack-flood.ts';
import { Clients } from '../traffic/clients.ts';
import { ConnectionFlood } from '../traffic/connection-flood.ts';
import { Skipper } from '../traffic/skipper.ts';
import type { Source, SourceEnvironment } from '../traffic/source.ts';
import type { TrafficSpec } from '../traffic/specs.ts';
import { SynFlood } from '../traffic/syn-flood.ts';
import { type DropMeter, dropMeters } from './drops.ts';
import { LateCounts } from './late-counts.ts';
import { ObservedReceiver, ObservedSocket, ObservedWaker } from './observed-doors.ts';
import { Place, Taps } from './observed-ways.ts';
import { Phases } from './phases.ts';
import { Recorder, type SimulationObserver } from './recorder.ts';
import { sampledSeries } from './sampled.ts';
import { isBare, skips } from './skips.ts';

/** Enough to make a check cost nothing, few enough for a run not to take much more than its limit meanwhile. */
const EVENTS_BETWEEN_CHECKS = 2 ** 18;

/** Beyond any crowd that comes at once: something goes round and round and time does not pass. */
const EVENTS_OF_AN_INSTANT_MAX = 2 ** 27;

/** Both directions of one link of the scenario. */
export interface LinkPair {
  readonly spec: LinkSpec;
  readonly up: Link;
  readonly down: Link;
  /** Ways up of floods that begin behind the link. */
  readonly passages: Passage[];
}

export interface SimulationParts {
  readonly scenario: Scenario;
  readonly replication: number;
  /** captureKey → arrival instants (offsets from the first), for each capture that the scenario names. */
  readonly captures: ReadonlyMap<string, Float64Array>;
  /** Told of every accept(), connection and answer, beside the meters. */
  readonly observer?: SimulationObserver | undefined;
  /** Some output tells of every packet: none is counted by the number. */
  readonly needsEveryPacket?: boolean;
  /** Which run of an antithetic pair it is. */
  readonly antithetic?: Antithetic | null;
  /** Nobody wants its time series. */
  readonly numbersOnly?: boolean;
}

/** Names a capture as one traffic entry reads it: entries may read different ports of one file, or other SYNs. */
export function captureKey(file: string, port: number | null, newConnectionsOnly: boolean): string {
  return `${file} port ${port ?? 'any'}${newConnectionsOnly ? ' new' : ''}`;
}

/** Clients send their SYNs again by themselves, and who floods with connections wants each once: of a capture they are given the first of each connection. */
export function readsNewOnly(spec: TrafficSpec): boolean {
  return spec.kind === 'clients' || spec.kind === 'connection-flood';
}

export class Simulation {
  readonly scenario: Scenario;
  readonly replication: number;
  readonly loop: Loop;
  readonly listener: Listener;
  readonly application: Application;
  /** Null: packets and system calls take no time. */
  readonly processor: Processor | null;
  /** Null: nothing stands between the network and the host. */
  readonly frontEnd: FrontEnd | null;
  readonly sources: readonly Source[];
  readonly links: readonly LinkPair[];
  readonly transit: SynTransit;
  readonly recorder: Recorder;
  readonly dropMeters: readonly DropMeter[];
  readonly series: Series;
  readonly baseline: Baseline;
  private readonly phases: Phases;
  private readonly skipper: Skipper;
  private readonly linkClock: LinkClock;
  private readonly late: LateCounts;
  readonly segments: SegmentPool;
  private readonly random: RandomStreams;
  private readonly observer: SimulationObserver | null;
  private readonly taps: Taps;
  private readonly answers: readonly Transmitter[]; // source → where what is sent to it goes
  private isWarm: boolean;
  private nextCheckEvents: number; // number of events at which the memory is looked at

  constructor(parts: SimulationParts) {
    const { scenario } = parts;
    const { server, traffic } = scenario;
    this.scenario = scenario;
    this.replication = parts.replication;
    this.observer = parts.observer ?? null;
    this.loop = new Loop();
    this.segments = new SegmentPool();
    this.taps = new Taps(this.observer, this.segments);
    this.random = new RandomStreams(scenario.seed, parts.replication, parts.antithetic ?? null);
    this.transit = new SynTransit(traffic.length);
    this.recorder = new Recorder(traffic, this.observer);
    this.baseline = new Baseline();
    this.phases = new Phases(traffic, scenario.links);
    this.skipper = new Skipper(this.loop);
    this.linkClock = new LinkClock();
    this.late = new LateCounts(scenario.warmupNs, this.baseline);
    this.isWarm = scenario.warmupNs === 0;
    this.nextCheckEvents = EVENTS_BETWEEN_CHECKS;
    const answers: Transmitter[] = []; // source → where the stack's answers to it go
    this.listener = createListener(server.stack, {
      loop: this.loop,
      segments: this.segments,
      network: this.taps.at(Place.SentByStack, -1, { transmit: (segment) => this.answer(segment) }),
      waker: this.observedWaker({ wakeUp: (process) => this.application.wakeUp(process) }),
      wakesAtOnce: server.accept.pauses.length === 0,
      random: this.random,
      sourceCount: traffic.length,
      addressCounts: traffic.map((entry) => (entry.kind === 'clients' ? addressCountOf(entry.addresses) : 0)),
      port: server.port,
      otherPorts: server.otherPorts,
      calls: this.taps.calls,
    });
    const stream = this.random.stream('server.accept.service');
    this.processor = this.createProcessor();
    const socket = this.socket();
    this.application = new Application(server.accept, this.loop, socket, stream, this.recorder, this.processor);
    this.answers = answers;
    this.frontEnd = this.createFrontEnd();
    this.links = scenario.links.map((link) => this.createLinks(link));
    this.sources = traffic.map((entry, i) => this.createSource(entry, i, parts, answers));
    this.recorder.attach(this.listener, this.sources);
    this.dropMeters = dropMeters(this);
    this.series = sampledSeries(this, this.late, this.dropMeters, parts.numbersOnly !== true);
    this.observer?.onStart?.(this);
    this.listener.listen(server.backlog);
    this.application.start();
    for (const source of this.sources) source.start();
    this.skipper.start();
    this.series.start();
  }

  /** Runs up to and including `atNs`. @throws CapacityError when a limit is passed. */
  advanceTo(atNs: number): void {
    const { warmupNs } = this.scenario;
    if (!this.isWarm && atNs > warmupNs) {
      // What happens at the very end of the warm-up belongs to it.
      this.runTo(warmupNs);
      this.endWarmup();
    }
    this.late.endWarmups(atNs, (warmAtNs) => this.runTo(warmAtNs));
    this.runTo(atNs);
  }

  /** After the run, however it ended: counts what is known only now. */
  finish(): void {
    this.late.finish(this.loop.nowNs, this.isWarm, this.series);
  }

  /** The memory is looked at after so many events, however much or little time they take, and at the end. */
  private runTo(atNs: number): void {
    const { loop } = this;
    const { durationNs, limits } = this.scenario;
    const { events, memoryBytes } = limits;
    for (let isThere = false, standsSince = loop.eventCount; !isThere;) {
      const fromNs = loop.nowNs;
      isThere = loop.runUntil(atNs, Math.min(events, this.nextCheckEvents));
      if (!isThere && loop.eventCount >= events) throw new CapacityError('limits.events', `more than ${events} events`);
      if (loop.nowNs > fromNs) standsSince = loop.eventCount;
      else if (loop.eventCount - standsSince > EVENTS_OF_AN_INSTANT_MAX)
        throw new CapacityError('events of one instant', `more than ${EVENTS_OF_AN_INSTANT_MAX} events of one instant`);
      if (loop.eventCount < this.nextCheckEvents && loop.nowNs < durationNs) continue;
      this.nextCheckEvents = loop.eventCount + EVENTS_BETWEEN_CHECKS;
      if (this.bytes > memoryBytes) throw new CapacityError('limits.memory', `more than ${memoryBytes} bytes`);
    }
  }

  /** Where the metrics begin: the end of the warm-up, or the start as long as it lasts. */
  get measuredFromNs(): number {
    return this.isWarm ? this.scenario.warmupNs : 0;
  }

  /** SYNs that were counted without being simulated one by one. */
  get skippedSyns(): number {
    return this.sources.reduce((sum, source) => sum + (source instanceof SynFlood ? source.skippedSyns : 0), 0);
  }

  /** Bytes of all state that grows, for `limits.memory`. */
  get bytes(): number {
    const { frontEnd, listener, loop, processor, segments, series } = this;
    let bytes = loop.bytes + listener.bytes + series.bytes + segments.bytes;
    bytes += (processor?.bytes ?? 0) + (frontEnd?.bytes ?? 0);
    for (const source of this.sources) bytes += source.bytes;
    for (const { up, down } of this.links) bytes += up.bytes + down.bytes;
    return bytes;
  }

  private endWarmup(): void {
    const { nowNs } = this.loop;
    this.isWarm = true;
    this.listener.gauges.reset(nowNs);
    this.application.gauges.reset(nowNs);
    const links = this.links.flatMap(({ up, down }) => [up, down]);
    for (const link of links) {
      link.settle(nowNs);
      link.gauges.reset(nowNs);
      link.forgetFirsts();
    }
    this.recorder.endWarmup();
    this.processor?.gauges.reset(nowNs);
    this.processor?.forgetFirsts();
    this.frontEnd?.gauges.reset(nowNs);
    this.frontEnd?.firstAtNs.fill(-1);
    this.listener.ledger.forgetFirsts();
    this.listener.losses?.forgetFirsts();
    const ledger = this.sources.map((_, i) => this.listener.ledger.of(i));
    const counters = [...this.sources, ...links, this.listener, this.application].map((part) => part.counters);
    const losses = [this.listener.losses?.counters, this.processor?.counters, this.frontEnd?.counters].filter(
      (c) => c !== undefined,
    );
    for (const c of [...counters, ...ledger, ...losses]) this.baseline.take(c);
  }

  /** The stack sends. */
  private answer(segment: number): void {
    this.recorder.onAnswer(this.segments, segment, this.loop.nowNs);
    if (this.frontEnd === null) this.toClients(segment);
    else this.frontEnd.answer(segment);
  }

  private toClients(segment: number): void {
    this.answers[this.segments.sourceOf(segment)]!.transmit(segment);
  }

  private createProcessor(): Processor | null {
    const { cpu } = this.scenario.server;
    if (cpu === undefined) return null;
    const wakeup = sampler(cpu.wakeup, this.random.stream('server.cpu.wakeup'));
    return new Processor(cpu, this.loop, this.segments, this.transit, this.listener, wakeup, this.receiver());
  }

  private createFrontEnd(): FrontEnd | null {
    const { server, traffic } = this.scenario;
    if (server.frontEnd === undefined) return null;
    return createFrontEnd(server.frontEnd, {
      loop: this.loop,
      segments: this.segments,
      transit: this.transit,
      random: this.random.stream('server.front_end'),
      host: this.host(),
      clients: { transmit: (segment) => this.toClients(segment) },
      isForged: traffic.map((entry) => entry.kind === 'syn-flood'),
    });
  }

  /** The end of every path: what is in front of the stack last. */
  private host(): Transmitter {
    return this.processor ?? new Delivery(this.segments, this.receiver());
  }

  // --- the stack's doors, with who looks on

  private receiver(): SegmentReceiver {
    const { listener, observer, segments } = this;
    if (observer === null) return listener;
    const { links, traffic } = this.scenario;
    const linkOf = traffic.map((entry) => links.findIndex(({ name }) => name === entry.link));
    return new ObservedReceiver(this.taps.beforeStack(listener, linkOf), segments, observer);
  }

  private socket(): SocketApi {
    return this.observer === null ? this.listener : new ObservedSocket(this.listener, this.observer);
  }

  private observedWaker(waker: Waker): Waker {
    return this.observer === null ? waker : new ObservedWaker(waker, this.observer);
  }

  private createLinks(spec: LinkSpec): LinkPair {
    const create = (direction: string): Link => {
      const stream = this.random.stream(`link.${spec.name}.${direction}`);
      return new Link(spec, this.loop, this.segments, this.transit, stream, this.linkClock);
    };
    return { spec, up: create('up'), down: create('down'), passages: [] };
  }

  /** One traffic entry with its paths both ways. */
  private createSource(spec: TrafficSpec, index: number, parts: SimulationParts, answers: Transmitter[]): Source {
    const { loop, phases, segments, transit } = this;
    const linkIndex = this.links.findIndex((l) => l.spec.name === spec.link);
    const link = this.links[linkIndex];
    const rttNs = 'rttNs' in spec ? spec.rttNs : 0;
    const upNs = Math.floor(rttNs / 2);
    const wire = (next: Transmitter, delayNs: number): Transmitter =>
      delayNs === 0 ? next : new Wire(loop, segments, transit, next, delayNs, phases.ofSource(index));

    const door = this.taps.beforeDoor(linkIndex, this.frontEnd ?? this.host(), this.frontEnd, this.processor);
    if (link !== undefined) link.up.route(index, door, phases.ofUp(linkIndex, index), phases.ofAnswers(linkIndex));
    const needsEveryPacket = parts.needsEveryPacket === true || parts.observer !== undefined;
    const isSkipped = !needsEveryPacket && skips(this.scenario, spec);
    const passage = isSkipped && link !== undefined ? this.createPassage(spec, index, link) : null;
    const isNear = link === undefined && isBare(this.scenario) && !needsEveryPacket;
    const up = link === undefined ? door : this.taps.beforeLink(linkIndex, 'link_up', link.up);
    const env: SourceEnvironment = {
      loop,
      segments,
      source: index,
      network: passage === null ? this.taps.at(Place.SentByClient, linkIndex, wire(up, upNs)) : door,
      phase: passage === null ? phases.ofSource(index) : phases.ofUp(linkIndex, index),
      ...this.createArrivals(spec, isSkipped, passage, parts),
      random: this.random,
      countFromNs: this.scenario.warmupNs,
      refuser: isSkipped || isNear ? this.listener : null,
    };
    const source = this.sourceOf(spec, env);
    if (passage !== null && source instanceof SynFlood) this.late.add(source, passage);
    let down = wire(this.taps.at(Place.AtClient, linkIndex, new Delivery(segments, source)), rttNs - upNs);
    if (link !== undefined) {
      link.down.route(index, down, phases.ofDown(linkIndex));
      down = this.taps.beforeLink(linkIndex, 'link_down', link.down);
    }
    answers[index] = this.taps.at(Place.SentByServer, linkIndex, down);
    return source;
  }

  private sourceOf(spec: TrafficSpec, env: SourceEnvironment): Source {
    switch (spec.kind) {
      case 'clients':
        return new Clients(spec, env, this.recorder);
      case 'syn-flood':
        return new SynFlood(spec, env);
      case 'connection-flood':
        return new ConnectionFlood(spec, env);
      case 'ack-flood':
        return new AckFlood(spec, env);
    }
  }

  private createPassage(spec: TrafficSpec, index: number, link: LinkPair): Passage {
    const stream = this.random.stream(`link.${link.spec.name}.up.${spec.name}`);
    const passage = new Passage(link.spec, link.up, this.loop, this.transit, index, stream);
    link.passages.push(passage);
    return passage;
  }

  /** When connections begin; of a flood that begins behind a link, when its SYNs come out. */
  private createArrivals(
    spec: TrafficSpec,
    isSkipped: boolean,
    passage: Passage | null,
    { captures }: SimulationParts,
  ): Pick<SourceEnvironment, 'arrivals' | 'skip'> {
    const { arrivals, countMax, name } = spec;
    if (arrivals.kind === 'closed') return { arrivals: null, skip: null };
    const key = arrivals.kind === 'capture' ? captureKey(arrivals.file, arrivals.port, readsNewOnly(spec)) : '';
    const splits = this.random.stream(`traffic.${name}.arrivals.splits`);
    const streams = { arrivals: this.random.stream(`traffic.${name}.arrivals`), splits };
    const delayNs = passage?.delayNs ?? 0;
    const [startNs, untilNs] = [spec.startNs + delayNs, spec.untilNs + delayNs];
    const process = createArrivals(arrivals, startNs, untilNs, countMax, streams, captures.get(key) ?? null);
    if (!isSkipped) return { arrivals: process, skip: null };
    const window = new ArrivalWindow(process, passage?.loss ?? 0, { losses: passage?.losses ?? splits, splits });
    return { arrivals: process, skip: { skipper: this.skipper, window, passage } };
  }
}

/** 0: an address for each client. */
function addressCountOf(addresses: number): number {
  return Number.isFinite(addresses) ? addresses : 0;
}
