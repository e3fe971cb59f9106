/**
 * Capture files as arrivals: pcap, pcapng, or a CSV of times. The format is told from the contents.
 * Every SYN is an arrival, or (`newConnectionsOnly`) the first of every connection: what sends SYNs again by itself,
 * as `kind: clients` does, must not be fed the retransmissions of the recorded clients on top; a flood is replayed whole.
 * Hostile input is bounded: nothing is allocated from a length field that the file does not bear out.
 */
import { InputError } from '../../engine/errors.ts';
import { ByteReader } from './byte-reader.ts';
import { readCsvTimes } from './csv-times.ts';
import { isPcap, readPcap } from './pcap.ts';
import { isPcapng, readPcapng } from './pcapng.ts';
import { type CaptureTimes, SynCollector } from './syn-collector.ts';
import { SynIdentities } from './syn-identities.ts';

export interface CaptureOptions {
  /** Keep SYNs to this port only; null = every port. */
  readonly port: number | null;
  /** Keep the first SYN of every connection only (syn-identities.ts). A CSV has no connections: all its rows count. Default false. */
  readonly newConnectionsOnly?: boolean;
  /** Most SYNs to keep. Default 5e7. */
  readonly limitSyns?: number;
}

const LIMIT_SYNS = 5e7;
const TEXT_BYTES_MAX = 2 ** 28;

/**
 * @param fileName for messages only.
 * @throws InputError (`file: offset N` or `file:line:col`), CapacityError above `limitSyns`. O(bytes).
 */
export function readArrivalTimes(bytes: Uint8Array, fileName: string, options: CaptureOptions): CaptureTimes {
  const reader = new ByteReader(bytes);
  const identities = options.newConnectionsOnly === true ? new SynIdentities(reader) : null;
  const collector = new SynCollector(options.port, options.limitSyns ?? LIMIT_SYNS, identities);
  if (isPcap(reader)) {
    readPcap(reader, fileName, collector);
    return collector.result('pcap', fileName);
  }
  if (isPcapng(reader)) {
    readPcapng(reader, fileName, collector);
    return collector.result('pcapng', fileName);
  }
  if (bytes.byteLength > TEXT_BYTES_MAX) {
    const received = `${bytes.byteLength} bytes`;
    throw new InputError([{ where: fileName, expected: `a CSV of at most ${TEXT_BYTES_MAX} bytes`, received }]);
  }
  readCsvTimes(new TextDecoder().decode(bytes), fileName, collector);
  return collector.result('csv', fileName);
}
