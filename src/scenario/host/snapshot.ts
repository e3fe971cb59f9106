/**
 * What a Linux host says of its listeners: the text of `ss -ltn`, of `sysctl`, of `nstat -asz` or of /proc/net/netstat and snmp, read
 * into numbers. Text of any kind is taken; lines that say nothing of this are passed over.
 * Leaves out: which process a listener belongs to, connections, other protocols than TCP.
 * Source: ss(8), nstat(8), proc(5).
 */

/** A listening socket. */
export interface HostListener {
  /** As ss prints it, without the port: `0.0.0.0`, `[::]`, `*`. */
  readonly address: string;
  readonly port: number;
  /** Connections that wait for accept(). */
  readonly recvQ: number;
  /** The backlog that is in force. */
  readonly sendQ: number;
}

const LISTENERS_MAX = 65_536;
const NUMBER_MAX = Number.MAX_SAFE_INTEGER;
const PORT_MAX = 65_535;

/** Lines of `ss -ltn`, with its header or without. */
export function parseListeners(text: string): HostListener[] {
  const listeners: HostListener[] = [];
  for (const line of text.split('\n')) {
    const [state, recvQ = '', sendQ = '', local = ''] = line.trim().split(/\s+/, 4);
    const colon = local.lastIndexOf(':');
    const port = wholeNumber(local.slice(colon + 1));
    const [waiting, backlog] = [wholeNumber(recvQ), wholeNumber(sendQ)];
    if (state !== 'LISTEN' || colon < 0 || port === null || port > PORT_MAX || waiting === null || backlog === null)
      continue;
    if (listeners.length < LISTENERS_MAX) {
      listeners.push({ address: local.slice(0, colon), port, recvQ: waiting, sendQ: backlog });
    }
  }
  return listeners;
}

/** `net.core.somaxconn = 4096`, a line each, as sysctl prints them. */
export function parseSysctls(text: string): Map<string, number> {
  const values = new Map<string, number>();
  for (const line of text.split('\n')) {
    const [, name = '', digits = ''] = /^\s*(net\.[\w.]{1,200})\s*=\s*(\d{1,15})\s*$/.exec(line) ?? [];
    if (name !== '') values.set(name, Number(digits));
  }
  return values;
}

/** Counters by nstat's names, from `nstat -asz`, or from /proc/net/netstat and /proc/net/snmp, one after the other. */
export function parseCounters(text: string): Map<string, number> {
  const values = new Map<string, number>();
  let names: string[] = []; // of the line before, in the files of /proc: `TcpExt: SyncookiesSent …`
  for (const line of text.split('\n')) {
    const words = line.trim().split(/\s+/);
    const [first = '', second = ''] = words;
    if (first.endsWith(':')) {
      if (names[0] === first && wholeNumber(second) !== null) {
        words.slice(1).forEach((word, i) => note(values, `${first.slice(0, -1)}${names[i + 1] ?? ''}`, word));
        names = [];
      } else {
        names = words;
      }
    } else if (/^[A-Z]\w{2,80}$/.test(first)) {
      note(values, first, second);
    }
  }
  return values;
}

function note(values: Map<string, number>, name: string, text: string): void {
  const value = wholeNumber(text);
  if (value !== null && /^(?:Tcp|TcpExt)[A-Z]/.test(name)) values.set(name, value);
}

function wholeNumber(text: string): number | null {
  return /^\d{1,16}$/.test(text) && Number(text) <= NUMBER_MAX ? Number(text) : null;
}
