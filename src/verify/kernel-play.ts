/** Plays one configuration of kernel runs, in the same simulation as any run, and counts what the kernels counted. */
import { parseScenario } from '../scenario/parse.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { SimulationObserver } from '../simulation/recorder.ts';
import { Simulation } from '../simulation/simulation.ts';
import { ServerCounter } from '../server/application.ts';
import { ClientCounter } from '../traffic/client-counters.ts';
import { Clients } from '../traffic/clients.ts';
import type { Cell } from './kernel-cells.ts';
import type { KernelConfig } from './kernel-runs.ts';
import { kernelScenario } from './kernel-scenario.ts';

/** No stack sends its second SYN earlier, and no round trip of a measurement takes that long. */
const FIRST_TRY_NS = 0.9e9;

/** Counts clients as the measurements did. */
class KernelObserver implements SimulationObserver {
  connected = 0;
  connectedFirstTry = 0;
  responded = 0;

  onConnected(_source: number, _peer: number, afterNs: number): void {
    this.connected++;
    if (afterNs < FIRST_TRY_NS) this.connectedFirstTry++;
  }

  onResponse(): void {
    this.responded++;
  }
}

/** The configuration as a scenario. @throws InputError for what no scenario can say, such as an unknown kernel. */
export function scenarioOf(config: KernelConfig): Scenario {
  return parseScenario(kernelScenario(config), `${config.id}.yaml`);
}

/** What each of `repeats` replications counted, cell by cell. */
export function playKernelRuns(scenario: Scenario, repeats: number): Record<Cell, number>[] {
  return Array.from({ length: repeats }, (_, replication) => playOnce(scenario, replication));
}

function playOnce(scenario: Scenario, replication: number): Record<Cell, number> {
  const observer = new KernelObserver();
  const simulation = new Simulation({ scenario, replication, captures: new Map(), observer });
  simulation.advanceTo(scenario.durationNs);
  const { application, listener, sources } = simulation;
  const kernel = (name: string): number => {
    const index = listener.counters.names.indexOf(`TcpExt${name}`);
    return index < 0 ? 0 : listener.counters.valueOf(index);
  };
  const retransmitted = sources
    .filter((source) => source instanceof Clients)
    .reduce((sum, { counters }) => sum + counters.valueOf(ClientCounter.SynsRetransmitted), 0);
  return {
    cli_connected: observer.connected,
    cli_connected_first_try: observer.connectedFirstTry,
    cli_responded: observer.responded,
    srv_accepted: application.counters.valueOf(ServerCounter.Accepted),
    s_ListenOverflows: kernel('ListenOverflows'),
    s_ListenDrops: kernel('ListenDrops'),
    s_TCPReqQFullDrop: kernel('TCPReqQFullDrop'),
    s_TCPReqQFullDoCookies: kernel('TCPReqQFullDoCookies'),
    s_SyncookiesSent: kernel('SyncookiesSent'),
    s_SyncookiesRecv: kernel('SyncookiesRecv'),
    s_TCPSynRetrans: kernel('TCPSynRetrans'),
    c_TCPSynRetrans: retransmitted,
  };
}
