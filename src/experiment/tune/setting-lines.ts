/**
 * What to change where: a value of a scenario's path as the lines to paste, for the kernel and for the server that carries it.
 * Leaves out: paths that are no setting of a host (traffic, links): there is nothing to paste for them.
 * Sources: nginx.org/en/docs/http/ngx_http_core_module.html#listen; nodejs.org/api/net.html (server.listen); redis.conf (tcp-backlog);
 * PostgreSQL src/backend/libpq/pqcomm.c (listen(fd, MaxConnections * 2), at most 10000 before 16); docs.haproxy.org (bind, backlog);
 * systemd.socket(5) (Backlog=, ReusePort=); listen(2), tcp(7), sysctl.d(5). listen() latches somaxconn, so the server has to call it
 * again; the other sysctls are read at each use (kernel R8).
 */
import type { Override } from '../../scenario/settings.ts';
import type { Scenario } from '../../scenario/scenario.ts';

/** One line to paste, and where. */
export interface SettingLine {
  /** `listen()`, `sysctl`, `nginx`, … */
  readonly where: string;
  /** Ready to paste. */
  readonly line: string;
  /** What has to happen for it to count, or where it is limited; empty: nothing to say. */
  readonly note: string;
}

const SYSCTL = 'server.sysctl.';
const RESTART = 'restart the server';

/** @param settings as for `--set`; those that are no settings of a host give no line. @param scenario with the settings in it. */
export function settingLines(settings: readonly Override[], scenario: Scenario): SettingLine[] {
  return settings.flatMap(({ path, value }): SettingLine[] => {
    if (path === 'server.listen.backlog') return backlogLines(Number(value), scenario);
    if (path === 'server.listen.reuseport') return reuseportLines(value);
    if (path === 'server.listen.defer_accept') return deferLines(value);
    if (path === 'server.listen.fastopen') return fastOpenLines(value);
    if (path === 'server.accept.workers') return workerLines(value);
    return path.startsWith(SYSCTL) ? [sysctlLine(path.slice(SYSCTL.length), value)] : [];
  });
}

function sysctlLine(name: string, value: string): SettingLine {
  const isLatched = name === 'net.core.somaxconn' || name.startsWith('kern.ipc.so');
  return { where: 'sysctl', line: `${name} = ${value}`, note: isLatched ? RESTART : '/etc/sysctl.d/60-listen.conf' };
}

function backlogLines(backlog: number, { server }: Scenario): SettingLine[] {
  const { port, stack } = server;
  const line = (where: string, text: string, note = ''): SettingLine => ({ where, line: text, note });
  const bound =
    stack.kind === 'linux' ? 'net.core.somaxconn' : stack.kind === 'freebsd' ? 'kern.ipc.soacceptqueue' : null;
  const connections = Math.ceil(backlog / 2);
  const postgres = `max_connections = ${connections}`;
  return [
    line('listen()', `listen(fd, ${backlog})`, RESTART),
    ...(bound === null ? [] : [line('sysctl', `${bound} = ${backlog}`, 'or more: it caps it')]),
    line('nginx', `listen ${port} backlog=${backlog};`, '511 without it'),
    line('Node.js', `server.listen({ port: ${port}, backlog: ${backlog} })`, '511 without it'),
    line('Redis', `tcp-backlog ${backlog}`, '511 without it'),
    line('PostgreSQL', postgres, `it listens with twice it${backlog > 10_000 ? ', at most 10000 before 16' : ''}`),
    line('HAProxy', `bind :${port} backlog ${backlog}`, 'maxconn without it'),
    line('systemd', `Backlog=${backlog}`, '[Socket] section'),
  ];
}

function reuseportLines(count: string): SettingLine[] {
  return [
    { where: 'setsockopt()', line: 'SO_REUSEPORT = 1', note: `on ${count} listening sockets, one for each worker` },
    { where: 'nginx', line: 'listen 80 reuseport;', note: `with worker_processes ${count};` },
    { where: 'HAProxy', line: `nbthread ${count}`, note: 'a listener for each thread: bind … shards by-thread' },
    { where: 'systemd', line: 'ReusePort=true', note: 'in the [Socket] section' },
  ];
}

function deferLines(time: string): SettingLine[] {
  return [
    { where: 'setsockopt()', line: `TCP_DEFER_ACCEPT = ${time}`, note: 'whole seconds' },
    { where: 'nginx', line: 'listen 80 deferred;', note: 'its time is 1 s' },
    { where: 'HAProxy', line: 'bind :80 defer-accept', note: 'its time is 1 s' },
  ];
}

function fastOpenLines(qlen: string): SettingLine[] {
  return [
    { where: 'setsockopt()', line: `TCP_FASTOPEN = ${qlen}`, note: RESTART },
    { where: 'sysctl', line: 'net.ipv4.tcp_fastopen = 3', note: 'without its bit 2 it does nothing' },
    { where: 'nginx', line: `listen 80 fastopen=${qlen};`, note: '' },
  ];
}

function workerLines(count: string): SettingLine[] {
  return [
    { where: 'nginx', line: `worker_processes ${count};`, note: '' },
    {
      where: 'Node.js',
      line: `for (let i = 0; i < ${count}; i++) cluster.fork();`,
      note: 'or so many pods or processes',
    },
  ];
}
