/** Options of `run` for outputs that tell of every packet, and what cannot be had together. */
import { InputError } from '../engine/errors.ts';

export interface PacketOptions {
  readonly pcap?: string;
  readonly trace?: string;
  readonly traceFilter?: string;
}

/** In place of a file: standard output. */
export const TERMINAL = '-';

/** The options that ask for every packet, as the user wrote them. */
export function packetOutputsOf({ pcap, trace }: PacketOptions): string[] {
  return [...(pcap === undefined ? [] : ['--pcap']), ...(trace === undefined ? [] : ['--trace'])];
}

/** Refuses what cannot be had together. @throws InputError. */
export function checkPacketOptions(options: PacketOptions, isJson: boolean, replications: number): void {
  const { pcap, trace, traceFilter } = options;
  const issues = [];
  const [first] = packetOutputsOf(options);
  if (first !== undefined && replications > 1) {
    issues.push({
      where: first,
      expected: 'one run, since it tells of every packet',
      received: `--replications ${replications}`,
    });
  }
  if (trace === TERMINAL && isJson) {
    issues.push({
      where: '--trace',
      expected: 'a file, since --json has standard output for itself',
      received: TERMINAL,
    });
  }
  if (pcap === TERMINAL) issues.push({ where: '--pcap', expected: 'a file', received: TERMINAL });
  if (traceFilter !== undefined && (trace === undefined || trace.endsWith('.json'))) {
    const received = trace === undefined ? 'no --trace' : `--trace ${trace}`;
    issues.push({
      where: '--trace-filter',
      expected: '--trace with text: - or a file that does not end in .json',
      received,
    });
  }
  if (issues.length > 0) throw new InputError(issues);
}
