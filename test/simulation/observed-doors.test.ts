import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ACCEPT_QUEUE, SYN_QUEUE } from '../../src/listeners/listener.ts';
import { BLOCKED } from '../../src/network/socket-api.ts';
import { parseScenario } from '../../src/scenario/parse.ts';
import { HostCall } from '../../src/simulation/observed-doors.ts';
import type { SimulationObserver } from '../../src/simulation/recorder.ts';
import { Simulation } from '../../src/simulation/simulation.ts';

const STACKS = ['linux-1.2', 'linux-2.4', 'linux-4.4', 'linux-6.18', 'freebsd-14', 'classic'];

function scenarioOn(stack: string) {
  return parseScenario(`duration: 20s
server:
  stack: ${stack}
  listen: { backlog: 4 }
  accept: { service: 30ms, pauses: [{ at: 5s, for: 5s }] }
traffic:
  users: { kind: clients, arrivals: poisson(5/s), rtt: 20ms }
  flood: { kind: syn-flood, arrivals: poisson(5/s), start: 2s }
`);
}

interface Told {
  segments: number;
  done: number;
  calls: number;
  returns: number;
  wakeUps: number;
  accepted: number;
}

/** Runs `stack` watched, and counts what is told. @param onStep after each event. */
function watch(stack: string, onStep: (simulation: Simulation) => void): { simulation: Simulation; told: Told } {
  const told: Told = { segments: 0, done: 0, calls: 0, returns: 0, wakeUps: 0, accepted: 0 };
  const observer: SimulationObserver = {
    onSegment: () => void told.segments++,
    onSegmentDone: () => void told.done++,
    onCall: () => void told.calls++,
    onReturn: (_process, call, result) => {
      told.returns++;
      if (call !== HostCall.Close && result >= 0 && result !== BLOCKED) told.accepted++;
    },
    onWakeUp: () => void told.wakeUps++,
  };
  const scenario = scenarioOn(stack);
  const simulation = new Simulation({ scenario, replication: 0, captures: new Map(), observer });
  const { loop } = simulation;
  while (!loop.runUntil(scenario.durationNs, loop.eventCount + 1)) onStep(simulation);
  return { simulation, told };
}

const test = suite('observed doors');

for (const stack of STACKS) {
  test(`${stack}: who looks on changes nothing, and is told of everything`, () => {
    const { simulation, told } = watch(stack, () => {});
    const scenario = scenarioOn(stack);
    const alone = new Simulation({ scenario, replication: 0, captures: new Map(), needsEveryPacket: true });
    alone.advanceTo(scenario.durationNs);
    assert.equal([...simulation.listener.counters.values], [...alone.listener.counters.values]);
    assert.equal([...simulation.application.counters.values], [...alone.application.counters.values]);
    assert.is(told.segments, told.done);
    assert.is(told.calls, told.returns);
    const [accepted = 0] = simulation.application.counters.values;
    assert.is(told.accepted, accepted);
    assert.ok(told.wakeUps > 0 && told.segments > accepted);
  });

  test(`${stack}: who waits is as many as the gauges say, after every event`, () => {
    let most = 0;
    watch(stack, ({ listener }) => {
      const counts = [0, 0];
      listener.eachWaiting((queue) => counts[queue]!++);
      const levels = [listener.gauges.levelOf(SYN_QUEUE), listener.gauges.levelOf(ACCEPT_QUEUE)];
      assert.equal(counts, levels);
      most = Math.max(most, counts[SYN_QUEUE]! + counts[ACCEPT_QUEUE]!);
    });
    assert.ok(most >= 4);
  });
}

test.run();
