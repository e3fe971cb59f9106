/**
 * Rows of SYN cookies: how long they are good, what they keep, what they count.
 * Source: in each row.
 */
import { type Feature, inferred, read } from './feature.ts';

export const cookieCountsAsDrop: Feature<boolean> = {
  behaviour: 'SYN answered by a cookie',
  rows: [
    read('2.2', false, 'counts SyncookiesSent', 'A1, A2, A4.3'),
    inferred('3.10', true, 'counts as a drop too', 'A4.4: read in 3.10, 4.1, 4.4, 4.4.155'),
    read('4.10', false, 'counts SyncookiesSent', 'A4.4, B2.7: 4.4.155 and 4.10.1; measured'),
  ],
};

export const cookieWindowNs: Feature<number> = {
  behaviour: 'cookies are checked after an overflow for',
  rows: [
    read('2.2', 3e9, '3 s', 'A1.11, A4.6: 2.2.1, 2.4.22, 2.6.32, 3.10, 4.1'),
    inferred('4.3', 120e9, '120 s', 'A4.6, B6.1: TCP_SYNCOOKIE_VALID, read in 4.3.3, not in 4.1'),
  ],
};

export const hostWideOverflow: Feature<boolean> = {
  behaviour: 'overflow that makes cookies good is one of',
  rows: [
    read('2.2', true, 'the host', 'A1.11: cookie_check, 2.2.1'),
    read('2.4', false, 'the listener, or its group', 'A2.11, B9.3: 2.4.22, 6.18'),
  ],
};

export const cookieTicks: Feature<number> = {
  behaviour: 'cookie is good in',
  rows: [
    read('2.2', 4, 'its minute and the 3 after', 'A1.11, A2.11, A4.6: 2.2.1 to 3.10'),
    inferred('4.1', 2, 'its minute and the next', 'A4.6, B6.2: MAX_SYNCOOKIE_AGE, read in 4.1, not in 3.10'),
  ],
};

export const cookieOptions: Feature<boolean> = {
  behaviour: 'options of a connection by cookie',
  rows: [
    read('2.2', false, 'are lost', 'A1.11, A2.11'),
    inferred(
      '2.6.26',
      true,
      'survive if the client sends time stamps',
      'A4.5, B6.5: cookie_init_timestamp, read in 2.6.32',
    ),
  ],
};

export const cookieFailsAlways: Feature<boolean> = {
  behaviour: 'SyncookiesFailed',
  rows: [
    read('2.2', true, 'counts every ACK that fits nothing', 'A4.7: 2.2.1 to 3.10'),
    inferred('4.1', false, 'counts bad cookies after an overflow', 'A4.7, B6.1: read in 4.1; measured'),
  ],
};
