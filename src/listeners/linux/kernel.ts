/**
 * The parts that the layers of this stack share: settings, behaviour, rows, listening sockets, counters, clock.
 * Leaves out: any behaviour.
 */
import { Counters } from '../../engine/counters.ts';
import { Gauges } from '../../engine/gauges.ts';
import { SlotTimers } from '../../engine/slot-timers.ts';
import type { EventSink } from '../../engine/loop.ts';
import { NEVER_NS, Phase } from '../../engine/time.ts';
import { ConnectionLosses } from '../connection-losses.ts';
import { ACCEPT_QUEUE, COMMON_GAUGES, type StackEnvironment, SYN_QUEUE } from '../listener.ts';
import { Sleepers } from '../sleepers.ts';
import type { LinuxSettings, LinuxSpec } from '../specs.ts';
import { SynLedger } from '../syn-ledger.ts';
import { CAUSES, LOSSES } from './causes.ts';
import { Children } from './children.ts';
import { Count, COUNTER_NAMES } from './counters.ts';
import { deferCountOf } from './defer-accept.ts';
import { FastOpenBit } from './fast-open.ts';
import { FastOpenRequests } from './fast-open-requests.ts';
import { AcceptTest } from './feature.ts';
import { ListenSocket } from './listen-socket.ts';
import { type Profile, profileOf } from './profiles.ts';
import { ProvenPeers } from './proven-peers.ts';
import { Requests } from './requests.ts';
import { createSynAckTimers } from './create-timers.ts';
import type { SynAckTimers } from './syn-ack-timers.ts';

/** Gauges of this stack, COMMON_GAUGES first: young requests, and Send-Q of ss (the bound in force); then one a member, and of Fast Open. */
const OWN_GAUGES = ['young_requests', 'send_q'] as const;
const YOUNG = COMMON_GAUGES.length;
const SEND_Q = YOUNG + 1;
const FIRST_MEMBER_GAUGE = SEND_Q + 1;

/** Events of the stack's rows. */
export const Timer = { SynAck: 0, Child: 1, QuietEnd: 2 } as const;

/** Stream of the kernel's clock: hosts that share a clock draw the same. It is up to 2^15 ticks of 4 ms old. */
const CLOCK_STREAM = 'clock';
const UPTIME_NS_MAX = 2 ** 15 * 4e6;
const MINUTE_NS = 60e9;
const TIMEOUTS_MAX = 256;

export class Kernel {
  readonly spec: LinuxSpec;
  readonly env: StackEnvironment;
  readonly profile: Profile;
  /** As they are now (R8); write them through `setSettings`. */
  readonly settings: LinuxSettings;
  readonly counters: Counters;
  readonly gauges: Gauges;
  readonly ledger: SynLedger;
  readonly losses: ConnectionLosses;
  readonly requests: Requests;
  readonly children: Children;
  readonly fastOpenRequests: FastOpenRequests;
  readonly provenPeers: ProvenPeers;
  readonly synAckTimers: SynAckTimers;
  readonly childTimers: SlotTimers;
  /** Members of the group on `env.port` first, then one a further port. */
  readonly listeners: readonly ListenSocket[];
  readonly sleepers: readonly Sleepers[];
  /** Live members of the group: places in `listeners`, in the order of the hash. */
  readonly group: number[];
  /** Cookie scope (see cookies.ts) → when an overflow was last noted, ns. */
  readonly overflowAtNs: Float64Array;
  /** num_timeout → time until the timer fires again, ns. */
  readonly timeoutNs: Float64Array;
  /** A full accept queue refuses a SYN when more requests than this are young. */
  acceptYoungMin: number;
  /** Time-outs that requests get, decided for all of a sweep; -1: for each as its timer fires. */
  retriesMaxInForce: number;
  /** What the kernel's clock shows at instant 0, ns. */
  readonly uptimeNs: number;
  /** Age of the minute of cookies at instant 0, ns. */
  readonly minuteAgeNs: number;
  /** Secrets of the hashes: drawn at boot. */
  readonly secrets: readonly [number, number, number];
  /** TCP_DEFER_ACCEPT as a number of time-outs, 0: off. */
  readonly deferCount: number;
  issNumber: number;
  private readonly fastOpenGauge: number; // -1: no listener takes Fast Open
  /** Cookie scope → instant from which the next cookie is noted, while an event of this type is pending then. */
  readonly quietEndNs: Float64Array;
  readonly quietEndType: number;
  /** Connections in TIME_WAIT. */
  timeWaitCount: number;

  /** @param sink gets `onEvent(Timer, slot)`. */
  constructor(spec: LinuxSpec, env: StackEnvironment, sink: EventSink) {
    this.spec = spec;
    this.env = env;
    this.profile = profileOf(spec.version);
    this.settings = { ...spec.settings };
    const members = Array.from({ length: spec.reuseport }, (_, i) => i);
    this.counters = new Counters(COUNTER_NAMES, [Count.TcpCurrEstab]);
    const ofMembers = spec.reuseport === 1 ? [] : members.map((i) => `accept_queue_${i}`);
    const takesFastOpen = spec.fastopen > 0 || (spec.settings.fastopen & FastOpenBit.AllListeners) !== 0;
    this.fastOpenGauge = takesFastOpen ? FIRST_MEMBER_GAUGE + ofMembers.length : -1;
    this.gauges = new Gauges([
      ...COMMON_GAUGES,
      ...OWN_GAUGES,
      ...ofMembers,
      ...(takesFastOpen ? ['fastopen_queue'] : []),
    ]);
    this.ledger = new SynLedger(env.sourceCount, CAUSES, this.gauges);
    this.losses = new ConnectionLosses(LOSSES);
    const boot = env.random.stream('server.boot');
    this.uptimeNs = env.random.stream(CLOCK_STREAM).below(UPTIME_NS_MAX);
    this.minuteAgeNs = boot.below(MINUTE_NS);
    const secret = (): number => Math.floor(boot.uniform() * 2 ** 32) | 0;
    this.secrets = [secret(), secret(), secret()];
    this.requests = new Requests((to) => this.synAckTimers.grow(to));
    this.children = new Children((to) => this.childTimers.grow(to));
    this.fastOpenRequests = new FastOpenRequests();
    this.provenPeers = new ProvenPeers(env.addressCounts ?? []);
    this.timeoutNs = new Float64Array(TIMEOUTS_MAX);
    this.acceptYoungMin = acceptYoungMinOf(this.profile.acceptTest);
    this.setTimeouts();
    this.retriesMaxInForce = -1;
    this.synAckTimers = createSynAckTimers(this, sink, Timer.SynAck);
    this.childTimers = new SlotTimers(env.loop, sink, Timer.Child, Phase.Timer, NEVER_NS, this.children.capacity);
    this.listeners = [...members.map(() => env.port), ...env.otherPorts].map((port, i) => new ListenSocket(i, port));
    this.sleepers = this.listeners.map(() => new Sleepers(env.loop, env.waker));
    this.group = [];
    this.overflowAtNs = new Float64Array(this.listeners.length).fill(-NEVER_NS);
    this.deferCount = deferCountOf(this, spec.deferAcceptNs);
    this.issNumber = 0;
    this.quietEndNs = new Float64Array(this.listeners.length).fill(-NEVER_NS);
    this.quietEndType = env.loop.eventType(sink, Timer.QuietEnd, Phase.Timer);
    this.timeWaitCount = 0;
  }

  get bytes(): number {
    const { childTimers, children, fastOpenRequests, requests, synAckTimers } = this;
    const queues = this.listeners.reduce(
      (sum, { acceptQueue, fastOpen }) => sum + acceptQueue.bytes + fastOpen.bytes,
      0,
    );
    return requests.bytes + synAckTimers.bytes + children.bytes + childTimers.bytes + fastOpenRequests.bytes + queues;
  }

  /** Time-outs double, up to the largest (B4.1). */
  setTimeouts(): void {
    const maxNs = this.settings.rtoMaxMs * 1e6;
    let timeoutNs = this.profile.initialRtoNs;
    for (let k = 0; k < TIMEOUTS_MAX; k++) {
      this.timeoutNs[k] = Math.min(timeoutNs, maxNs);
      timeoutNs = Math.min(2 * timeoutNs, maxNs);
    }
  }

  // --- what gauges follow: the listeners of server.port

  /** A request came into the queue of `listener`, or left it. @param young 1: it is one whose timer never fired. */
  countRequest(listener: ListenSocket, change: number, young: number): void {
    const { gauges } = this;
    const { nowNs } = this.env.loop;
    listener.qlen += change;
    if (young !== 0) listener.young += change;
    if (listener.index >= this.spec.reuseport) return;
    gauges.set(SYN_QUEUE, gauges.levelOf(SYN_QUEUE) + change, nowNs);
    if (young !== 0) gauges.set(YOUNG, gauges.levelOf(YOUNG) + change, nowNs);
  }

  /** A request is young no more. */
  age(listener: ListenSocket): void {
    listener.young--;
    if (listener.index < this.spec.reuseport)
      this.gauges.set(YOUNG, this.gauges.levelOf(YOUNG) - 1, this.env.loop.nowNs);
  }

  /** The accept queue of `listener` has one child more, or less. */
  countAccept(listener: ListenSocket, change: number): void {
    const { gauges, spec } = this;
    const { nowNs } = this.env.loop;
    if (listener.index >= spec.reuseport) return;
    gauges.set(ACCEPT_QUEUE, gauges.levelOf(ACCEPT_QUEUE) + change, nowNs);
    if (spec.reuseport > 1) gauges.set(FIRST_MEMBER_GAUGE + listener.index, listener.acceptQueue.count, nowNs);
  }

  /** `listener` has one pending Fast Open request more, or less. */
  countFastOpen(listener: ListenSocket, change: number): void {
    listener.fastOpen.qlen += change;
    this.gaugeFastOpen();
  }

  /** The Fast Open queues have changed. */
  gaugeFastOpen(): void {
    if (this.fastOpenGauge < 0) return;
    let sum = 0;
    for (let i = 0; i < this.spec.reuseport; i++) sum += this.listeners[i]!.fastOpen.qlen;
    this.gauges.set(this.fastOpenGauge, sum, this.env.loop.nowNs);
  }

  /** listen() changed the bound of a member. */
  gaugeSendQ(): void {
    const sum = this.group.reduce((total, i) => total + this.listeners[i]!.backlog, 0);
    this.gauges.set(SEND_Q, sum, this.env.loop.nowNs);
  }
}

function acceptYoungMinOf(test: number): number {
  if (test === AcceptTest.Full) return -1;
  return test === AcceptTest.FullAndYoung ? 1 : Infinity;
}
