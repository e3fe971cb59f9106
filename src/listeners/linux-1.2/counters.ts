/**
 * What the stack counts: TCP's counters by nstat's names, then counters of work.
 * TcpInSegs counts a segment again when it is replayed from a back_log (R8). TcpPassiveOpens and
 * TcpRetransSegs exist and never move (R38); retransmitted segments are in `retransmits`.
 */

export const Count = {
  TcpActiveOpens: 0,
  TcpPassiveOpens: 1,
  TcpAttemptFails: 2,
  TcpEstabResets: 3,
  TcpCurrEstab: 4,
  TcpInSegs: 5,
  TcpOutSegs: 6,
  TcpRetransSegs: 7,
  Retransmits: 8,
  SynAcks: 9,
  SynAcksRetransmitted: 10,
  ResetsSent: 11,
  Lookups: 12,
  LookupVisits: 13,
  AcceptScans: 14,
  AcceptVisits: 15,
  AcceptSleeps: 16,
  Wakeups: 17,
  WakeupsInVain: 18,
  SelectWakeups: 19,
  SelectWakeupsInVain: 20,
  Sigio: 21,
} as const;

export const COUNTER_NAMES = [
  'TcpActiveOpens',
  'TcpPassiveOpens',
  'TcpAttemptFails',
  'TcpEstabResets',
  'TcpCurrEstab',
  'TcpInSegs',
  'TcpOutSegs',
  'TcpRetransSegs',
  'retransmits',
  'synacks_sent',
  'synacks_retransmitted',
  'resets_sent',
  'lookups',
  'lookup_visits',
  'accept_scans',
  'accept_visits',
  'accept_sleeps',
  'wakeups',
  'wakeups_in_vain',
  'select_wakeups',
  'select_wakeups_in_vain',
  'sigio_sent',
] as const;
