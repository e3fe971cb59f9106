import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { InputError } from '../../src/engine/errors.ts';
import { parseScenario } from '../../src/scenario/parse.ts';
import { simulate } from '../../src/simulation/simulate.ts';

const test = suite('checks between keys');

function refusal(text: string): string {
  try {
    parseScenario(text, 'a.yaml');
    return 'none';
  } catch (error) {
    assert.instance(error, InputError);
    return (error as InputError).message;
  }
}

const CROWD = `duration: 10s
server: { stack: linux-1.2, other_ports: [22] }
links: { instant: { loss: 1% }, slow: { rate: 1Mbps } }
traffic: { users: { kind: clients, arrivals: 'closed(5, think 0s)' } }
`;
const CROWD_MESSAGE =
  'a.yaml:4:46: expected a think time, a timeout, an rtt, a link with a delay or a rate, or (of an open port) a service above 0, received users who begin anew at the same instant for ever';

test('a closed population for which no time may pass is refused; one for which it does is not', () => {
  const user = (more: string) => (text: string) => text.replace(`think 0s)'`, `think 0s)', ${more}`);
  const server = (more: string) => (text: string) => text.replace('[22]', `[22], ${more}`);
  const classic = (text: string): string => text.replace('linux-1.2, other_ports: [22]', 'classic');
  const serves = server('accept: { service: exponential(5ms) }');
  const endless = [
    (text: string) => text,
    classic,
    user('link: instant'),
    user('rtt: 1ms, timeout: 0s'),
    user('rtt: 1ms, stack: schedule(0s; fails 0s)'),
    (text: string) => serves(user('port: 81')(text)),
    server('accept: { service: 5ms, close: false }'),
    (text: string) =>
      classic(text).replace('classic', 'classic, classic: { hold: 0s }, accept: { service: exponential(5ms) }'),
  ];
  for (const change of endless) assert.ok(refusal(change(CROWD)).endsWith(CROWD_MESSAGE.slice(12)), change(CROWD));
  assert.is(refusal(CROWD), CROWD_MESSAGE);
  const passing = [
    (text: string) => text.replace('think 0s', 'think 1ns'),
    user('rtt: 1ns'),
    user('link: slow'),
    user('answer_delay: 1us'),
    user('port: 22'),
    serves,
    server('accept: { mode: never }'),
    server('accept: { mode: poll, period: 1s }'),
    (text: string) => classic(text).replace('classic', 'classic, accept: { service: 5ms, close: false }'),
  ];
  for (const change of passing) {
    const scenario = parseScenario(change(CROWD), 'a.yaml');
    const limits = { events: 5000, memoryBytes: 1e8 };
    const { eventCount, durationNs, stop } = simulate({ scenario: { ...scenario, limits }, files: new Map() });
    assert.ok(eventCount > 0 && durationNs > 0, `${change(CROWD)} ${stop?.limit}`);
  }
});

test.run();
