/**
 * A process of its own for the tests of the probe: a listener on loopback that never accepts, and clients that each send one SYN
 * and give up before they would send another. Arguments: backlog, clients a second, seconds. Prints the port.
 */
import { spawn } from 'node:child_process';

/** Python's listen() takes any backlog, and its sockets leave no event loop that would accept by itself. */
const SERVER = `
import select, socket, sys, time
backlog, rate, seconds = int(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3])
listener = socket.socket()
listener.bind(('127.0.0.1', 0))
listener.listen(backlog)
port = listener.getsockname()[1]
print(port, flush=True)
began, sent, clients, kept = time.monotonic(), 0, [], []
while time.monotonic() - began < seconds:
    now = time.monotonic()
    while sent < (now - began) * rate:
        client = socket.socket()
        client.setblocking(False)
        client.connect_ex(('127.0.0.1', port))
        clients.append((now, client))
        sent += 1
    while clients and now - clients[0][0] > 0.4:
        client = clients.pop(0)[1]
        if client.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0 and select.select([], [client], [], 0)[1]:
            kept.append(client)
        else:
            client.close()
    time.sleep(0.005)
`;

export interface StalledListener {
  readonly port: number;
  /** Ends the process. */
  readonly stop: () => void;
}

/** @returns when it listens. @throws when there is no Python. */
export async function stalledListener(backlog: number, clientsPerS: number, seconds: number): Promise<StalledListener> {
  const child = spawn('python3', ['-c', SERVER, String(backlog), String(clientsPerS), String(seconds)], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const port = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', () => reject(new Error('the listener ended early')));
    child.stdout.once('data', (text: Buffer) => resolve(Number(text.toString('utf8'))));
  });
  return { port, stop: () => void child.kill() };
}
