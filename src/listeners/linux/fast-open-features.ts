/**
 * Rows of TCP Fast Open.
 * Source: in each row.
 */
import { FastOpen, type Feature, inferred } from './feature.ts';

export const fastOpen: Feature<number> = {
  behaviour: 'TCP Fast Open',
  rows: [
    inferred('2.2', FastOpen.None, 'is not there', 'tcp(7)'),
    inferred(
      '3.7',
      FastOpen.CountsOption,
      'TCPFastOpenPassive counts every SYN with the option; one whose child finds no room is dropped',
      'B8: tcp_fastopen_check, tcp_v4_conn_req_fastopen, read in 3.10; first release from tcp(7)',
    ),
    inferred(
      '3.16',
      FastOpen.CountsChild,
      'TCPFastOpenPassive counts children; a SYN whose child finds no room gets a handshake',
      'B8, B11: tcp_try_fastopen, read in 4.2, 6.6; not so in 3.10',
    ),
  ],
};

export const cutsFastOpenQlen: Feature<boolean> = {
  behaviour: 'argument of TCP_FASTOPEN',
  rows: [
    inferred('2.2', false, 'is taken as it is', 'B8.1: fastopen_init_queue, read in 3.10'),
    inferred('4.4', true, 'is cut to somaxconn', 'B8.1: fastopen_queue_tune, read in 5.15, 6.6; not so in 3.10'),
  ],
};

export const defaultFastopen: Feature<number> = {
  behaviour: 'net.ipv4.tcp_fastopen by default',
  rows: [
    inferred('2.2', 0, '0', 'sysctl_tcp_fastopen, read in 3.10'),
    inferred('3.13', 1, '1: of clients only', 'B8.1: sysctl_tcp_fastopen, read in 4.2; not so in 3.10'),
  ],
};
