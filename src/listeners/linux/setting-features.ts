/**
 * Rows of the settings: what they are where nobody sets them.
 * Source: in each row.
 */
import { type Feature, inferred, read } from './feature.ts';

export const synAckRetries: Feature<number> = {
  behaviour: 'SYN-ACK retransmissions by default',
  rows: [
    read('2.2', 7, '7', 'A1.8: TCP_RETR1, 2.2.1'),
    read('2.4', 5, '5', 'A3.3: TCP_SYNACK_RETRIES, 2.4.22; measured'),
  ],
};

export const defaultSomaxconn: Feature<number> = {
  behaviour: 'net.core.somaxconn by default',
  rows: [read('2.2', 128, '128', 'A1.1, A2.1, B1.3'), read('5.4', 4096, '4096', 'B1.3: change log of 5.4')],
};

export const defaultSyncookies: Feature<number> = {
  behaviour: 'net.ipv4.tcp_syncookies by default',
  rows: [read('2.2', 0, '0', 'A1.12, A4.5: 2.2.1, 2.4.22, 2.6.32'), inferred('2.6.34', 1, '1', 'A4.5: read in 3.10')],
};

export const defaultMaxSynBacklog: Feature<number> = {
  behaviour: 'net.ipv4.tcp_max_syn_backlog by default',
  rows: [
    read('2.2', 128, '128', 'A1.3'),
    read('2.4', 1024, '1024 (128 or 256 with little memory)', 'A2.3: tcp_init, 2.4.22'),
    inferred('5.4', 2048, '2048 (128 at 1 GiB: it scales with memory)', 'B1.4: tcp_sk_init; measured on six kernels'),
  ],
};

export const cutsListenZero: Feature<boolean> = {
  behaviour: 'listen(0)',
  rows: [
    read('2.2', true, 'becomes listen(1)', 'A1.1: inet_listen, 2.2.1'),
    read('2.4', false, 'is taken as it is', 'A2.1: sys_listen, 2.4.22; measured'),
  ],
};
