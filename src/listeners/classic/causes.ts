/** Why the textbook listener refuses a SYN, or loses a connection whose SYN it answered, and which setting decides. */
import type { RefusalCause } from '../syn-ledger.ts';

export const Cause = { SlotsFull: 0, AcceptQueueFull: 1, NotARequest: 2 } as const;

export const CAUSES: readonly RefusalCause[] = [
  {
    cause: 'slots_full',
    text: 'every half-open slot was taken',
    counter: 'refused_slots_full',
    setting: 'server.classic.slots',
    rule: 'classic: tail-drop',
  },
  {
    cause: 'accept_queue_full',
    text: 'the accept queue was full',
    counter: 'refused_accept_queue_full',
    setting: 'server.listen.backlog',
    rule: 'classic: tail-drop',
  },
  {
    cause: 'not_a_request',
    text: 'the SYN carried RST',
    counter: null,
    setting: null,
    rule: 'RFC 9293 3.10.7.2',
  },
];

export const Loss = { SlotTaken: 0, CookieRefused: 1, AcceptQueueFull: 2 } as const;

/** Of policies that keep less than a slot for every SYN they answer. */
export const LOSSES: readonly RefusalCause[] = [
  {
    cause: 'slot_taken',
    text: 'newer SYNs had taken their half-open slot when their ACK came',
    counter: 'evicted',
    setting: 'server.classic.slots',
    rule: 'D3, D3a, D4',
  },
  {
    cause: 'cookie_refused',
    text: 'their cookie was too old, or none',
    counter: 'cookies_failed',
    setting: null,
    rule: 'D5',
  },
  {
    cause: 'cookie_without_room',
    text: 'the accept queue was full when their cookie came back',
    counter: 'accept_overflows',
    setting: 'server.listen.backlog',
    rule: 'D5',
  },
];
