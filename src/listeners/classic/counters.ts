/** What the classic listener counts. It is no kernel, so the names are its own. */
export const ClassicCounter = {
  SegmentsIn: 0,
  Admitted: 1,
  RefusedSlotsFull: 2,
  RefusedAcceptQueueFull: 3,
  /** Third ACKs that found the accept queue full. */
  AcceptOverflows: 4,
  /** Half-open connections whose hold ended. */
  Expired: 5,
  ResetsIn: 6,
  SynAcksOut: 7,
  ResetsOut: 8,
  Wakeups: 9,
  WakeupsInVain: 10,
  /** From here on: of policies other than tail-drop. Half-open connections whose slot went to another SYN. */
  Evicted: 11,
  /** Slots that were looked at to find the one that goes. */
  LookupVisits: 12,
  CookiesSent: 13,
  CookiesReceived: 14,
  CookiesFailed: 15,
} as const;

export const CLASSIC_COUNTERS = [
  'segments_in',
  'admitted',
  'refused_slots_full',
  'refused_accept_queue_full',
  'accept_overflows',
  'expired',
  'resets_in',
  'synacks_out',
  'resets_out',
  'wakeups',
  'wakeups_in_vain',
] as const;

/** What policies other than tail-drop count beside these. */
export const POLICY_COUNTERS = [
  'evicted',
  'lookup_visits',
  'cookies_sent',
  'cookies_received',
  'cookies_failed',
] as const;
