/**
 * What a Linux host says of its listeners: the text of `ss -ltn`, of `ss -tn state syn-recv`, of `sysctl`, of `nstat -asz` or of
 * /proc/net/netstat and snmp, read into numbers. Text of any kind is taken; lines that say nothing of this are passed over.
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

/** The server's end of a connection whose SYN was answered, and whose ACK has not come. */
export interface HalfOpen {
  readonly address: string;
  readonly port: number;
}

const LISTENERS_MAX = 65_536;
const HALF_OPEN_MAX = 1_000_000;
const NUMBER_MAX = Number.MAX_SAFE_INTEGER;
const PORT_MAX = 65_535;

/** Lines of `ss -ltn`, with its header or without. */
export function parseListeners(text: string): HostListener[] {
  const listeners: HostListener[] = [];
  for (const line of text.split('\n')) {
    const [state, recvQ = '', sendQ = '', local = ''] = line.trim().split(/\s+/, 4);
    const end = endOf(local);
    const [waiting, backlog] = [wholeNumber(recvQ), wholeNumber(sendQ)];
    if (state !== 'LISTEN' || end === null || waiting === null || backlog === null) continue;
    if (listeners.length < LISTENERS_MAX) listeners.push({ ...end, recvQ: waiting, sendQ: backlog });
  }
  return listeners;
}

/** Lines of `ss -tn state syn-recv`, which leaves out the column of states, or of `ss -tan`, which has it. */
export function parseHalfOpen(text: string): HalfOpen[] {
  const halfOpen: HalfOpen[] = [];
  for (const line of text.split('\n')) {
    const words = line.trim().split(/\s+/, 4);
    const [recvQ = '', sendQ = '', local = ''] = words[0] === 'SYN-RECV' ? words.slice(1) : words;
    const end = endOf(local);
    if (end === null || wholeNumber(recvQ) === null || wholeNumber(sendQ) === null) continue;
    if (halfOpen.length < HALF_OPEN_MAX) halfOpen.push(end);
  }
  return halfOpen;
}

/** How many of `halfOpen` are `listener`'s, and no other's that is bound more narrowly. */
export function halfOpenAt(
  listener: HostListener,
  listeners: readonly HostListener[],
  halfOpen: readonly HalfOpen[],
): number {
  const addresses = [...new Set(listeners.filter(({ port }) => port === listener.port).map(({ address }) => address))];
  const isOwn = ({ address, port }: HalfOpen): boolean => {
    if (port !== listener.port) return false;
    const own = fit(listener.address, address);
    return own > 0 && addresses.every((other) => fit(other, address) <= own);
  };
  return halfOpen.filter(isOwn).length;
}

/** How well a listener's address fits that of a connection: 3 the same, 2 all of its family, 1 all of both, 0 not at all. */
function fit(bound: string, address: string): number {
  const [listening, local] = [plainAddress(bound), plainAddress(address)];
  if (listening === local) return 3;
  const isSix = local.includes(':');
  if (listening === (isSix ? '::' : '0.0.0.0')) return 2;
  // ss prints * for a socket of IPv6 that takes IPv4 as well.
  return listening === '*' ? 1 : 0;
}

/** Without brackets, device, and what makes an address of IPv4 one of IPv6. */
function plainAddress(text: string): string {
  return text
    .replaceAll(/[[\]]/g, '')
    .replace(/%.*$/, '')
    .replace(/^::ffff:(?=\d+\.)/i, '');
}

/** `127.0.0.1:80`, `[::1]:80`, `*:80`. */
function endOf(local: string): HalfOpen | null {
  const colon = local.lastIndexOf(':');
  const port = wholeNumber(local.slice(colon + 1));
  return colon <= 0 || port === null || port === 0 || port > PORT_MAX ? null : { address: local.slice(0, colon), port };
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
