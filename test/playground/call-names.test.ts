import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { StackSpec } from '../../src/listeners/specs.ts';
import { callsOf, Outcome, StepKind } from '../../src/playground/call-names.ts';
import { FREEBSD, LINUX, type Rows } from '../../src/playground/call-tables.ts';
import { parseScenario } from '../../src/scenario/parse.ts';

const test = suite('names of functions');

function stackOf(name: string): StackSpec {
  const text = `duration: 1s\nserver: { stack: ${name} }\ntraffic: { users: { kind: clients, arrivals: burst(1) } }\n`;
  return parseScenario(text, 'a.yaml').server.stack;
}

/** As many dots as there are functions around it. */
function callsIn(name: string, kind: StepKind, outcome: Outcome): string[] {
  return callsOf(stackOf(name), kind, outcome).map((call) => `${'.'.repeat(call.depth)}${call.name}`);
}

/** Version → functions on the way of a SYN that is admitted, of its last ACK, of accept() that finds it, of the timer. */
const BY_VERSION: readonly (readonly [string, string, string, string, string])[] = [
  [
    'linux-2.2',
    'tcp_v4_conn_request tcp_synq_queue',
    'tcp_v4_hnd_req tcp_check_req tcp_v4_syn_recv_sock',
    'sys_accept inet_accept tcp_accept tcp_find_established',
    'tcp_sltimer_handler tcp_syn_recv_timer',
  ],
  [
    'linux-2.4',
    'tcp_v4_conn_request tcp_v4_synq_add',
    'tcp_v4_hnd_req tcp_check_req tcp_v4_syn_recv_sock tcp_acceptq_queue',
    'sys_accept inet_accept tcp_accept',
    'tcp_keepalive_timer tcp_synack_timer',
  ],
  [
    'linux-2.6.32',
    'tcp_v4_conn_request inet_csk_reqsk_queue_hash_add',
    'tcp_v4_hnd_req tcp_check_req tcp_v4_syn_recv_sock inet_csk_reqsk_queue_add',
    'sys_accept4 inet_accept inet_csk_accept reqsk_queue_get_child',
    'tcp_keepalive_timer tcp_synack_timer inet_csk_reqsk_queue_prune',
  ],
  [
    'linux-3.16',
    'tcp_v4_conn_request inet_csk_reqsk_queue_hash_add',
    'tcp_v4_hnd_req tcp_check_req tcp_v4_syn_recv_sock inet_csk_reqsk_queue_add',
    'sys_accept4 inet_accept inet_csk_accept reqsk_queue_remove',
    'tcp_keepalive_timer tcp_synack_timer inet_csk_reqsk_queue_prune',
  ],
  [
    'linux-4.3',
    'tcp_v4_conn_request tcp_conn_request inet_csk_reqsk_queue_hash_add',
    'tcp_v4_hnd_req tcp_check_req tcp_v4_syn_recv_sock inet_csk_reqsk_queue_add',
    'sys_accept4 inet_accept inet_csk_accept reqsk_queue_remove',
    'reqsk_timer_handler',
  ],
  [
    'linux-6.18',
    'tcp_v4_conn_request tcp_conn_request inet_csk_reqsk_queue_hash_add',
    'tcp_v4_rcv tcp_check_req tcp_v4_syn_recv_sock inet_csk_complete_hashdance inet_csk_reqsk_queue_add',
    '__sys_accept4 inet_accept inet_csk_accept reqsk_queue_remove',
    'reqsk_timer_handler',
  ],
  [
    'freebsd-9',
    'tcp_input syncache_add _syncache_add syncache_insert',
    'tcp_input syncache_expand syncache_socket sonewconn',
    'sys_accept kern_accept',
    'syncache_timer',
  ],
  [
    'freebsd-13',
    'tcp_input syncache_add syncache_insert',
    'tcp_input syncache_expand syncache_socket sonewconn',
    'sys_accept kern_accept4 solisten_dequeue',
    'syncache_timer',
  ],
  [
    'freebsd-14',
    'tcp_input syncache_add syncache_insert',
    'tcp_input syncache_expand syncache_socket solisten_clone solisten_enqueue',
    'sys_accept kern_accept4 solisten_dequeue',
    'syncache_timer',
  ],
];

for (const [name, ...ways] of BY_VERSION) {
  test(`${name}: a SYN, its ACK, accept() and the timer go through the functions of that kernel`, () => {
    const kinds = [StepKind.Syn, StepKind.Ack, StepKind.Accept, StepKind.Timer];
    kinds.forEach((kind, i) => {
      const names = callsOf(stackOf(name), kind, Outcome.Done).map((call) => call.name);
      assert.is(names.join(' ').endsWith(ways[i] ?? 'none'), true, `${names.join(' ')} of ${kind}`);
    });
  });
}

test('a function stands below the one that calls it, not below the one that ran before', () => {
  assert.equal(callsIn('linux-6.18', StepKind.Ack, Outcome.Done), [
    'tcp_v4_rcv',
    '.tcp_check_req',
    '..tcp_v4_syn_recv_sock',
    '..inet_csk_complete_hashdance',
    '...inet_csk_reqsk_queue_add',
  ]);
  assert.equal(callsIn('linux-6.18', StepKind.Ack, Outcome.CookieQueueFull).slice(-3), [
    '...cookie_v4_check',
    '....tcp_v4_syn_recv_sock',
    '.....sk_acceptq_is_full',
  ]);
  assert.equal(callsIn('freebsd-14', StepKind.Ack, Outcome.Cookie).slice(2), [
    '..syncookie_lookup',
    '..syncache_socket',
    '...solisten_clone',
    '...solisten_enqueue',
  ]);
});

test('every outcome of every kind begins where the kernel is entered, and goes down a step at a time', () => {
  for (const name of ['linux-2.2', 'linux-2.4', 'linux-4.4', 'linux-7.2', 'freebsd-9', 'freebsd-15']) {
    for (const kind of Object.values(StepKind)) {
      for (const outcome of Object.values(Outcome)) {
        const calls = callsOf(stackOf(name), kind, outcome);
        assert.is(calls.length > 0, kind !== StepKind.Lost, `${name} ${kind} ${outcome}`);
        let depth = -1;
        for (const call of calls) {
          assert.ok(call.depth <= depth + 1 && (call.depth > 0 || depth < 0), `${name} ${kind} ${outcome}`);
          ({ depth } = call);
        }
      }
    }
  }
  assert.equal(callsOf(stackOf('classic'), StepKind.Syn, Outcome.Done), []);
});

test('rows of a table are in the order of their versions, and each differs from the one before it', () => {
  for (const rows of [...Object.values<Rows>(LINUX), ...Object.values<Rows>(FREEBSD)]) {
    const numbers = rows.map(([from]) => from.split('.').reduce((sum, part, i) => sum + Number(part) / 1000 ** i, 0));
    assert.equal(
      numbers,
      [...new Set(numbers)].toSorted((a, b) => a - b),
    );
    rows.forEach(([, names], i) => assert.is.not(names, rows[i - 1]?.[1]));
  }
});

test.run();
