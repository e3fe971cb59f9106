/**
 * A probe of a listener with half-open connections, in a network namespace of its own: SYNs are written to a raw socket, from addresses
 * behind a route that leads nowhere, so their SYN-ACKs are never answered. Needs to be root, unshare, ip and python3.
 */
import { spawnSync } from 'node:child_process';
import { MAIN_PATH } from '../support/cli.ts';

const SERVER = `
import socket, struct, sys, time
listener = socket.socket()
listener.bind(('127.0.0.1', 8080))
listener.listen(int(sys.argv[1]))
raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_TCP)
raw.setsockopt(socket.IPPROTO_IP, socket.IP_HDRINCL, 1)
source, server = socket.inet_aton('10.9.9.2'), socket.inet_aton('127.0.0.1')
def checksum(data):
    total = sum(struct.unpack('!%dH' % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff
for i in range(int(sys.argv[2])):
    tcp = struct.pack('!HHIIBBHHH', 40000 + i, 8080, 1, 0, 0x50, 2, 1000, 0, 0)
    pseudo = source + server + struct.pack('!HH', 6, len(tcp))
    tcp = tcp[:16] + struct.pack('!H', checksum(pseudo + tcp)) + tcp[18:]
    ip = struct.pack('!BBHHHBBH', 0x45, 0, 20 + len(tcp), 0, 0, 64, 6, 0) + source + server
    raw.sendto(ip + tcp, ('127.0.0.1', 0))
print('sent', flush=True)
time.sleep(20)
`;

const SCRIPT = `
ip link set lo up && ip route add 10.9.9.0/24 dev lo || exit 3
python3 -c "$1" "$2" "$3" > sent.txt &
server=$!
until grep -q sent sent.txt || ! kill -0 $server 2> /dev/null; do sleep 0.05; done
"$4" "$5" probe --port 8080 --for 100ms --json
code=$?
kill $server
exit $code
`;

/** @returns what `halfopen probe --json` printed, and its exit code; 3: there may be no namespace. */
export function probeHalfOpen(
  cwd: string,
  backlog: number,
  syns: number,
): { readonly status: number | null; readonly stdout: string } {
  const args = [SERVER, String(backlog), String(syns), process.execPath, MAIN_PATH];
  return spawnSync('unshare', ['-n', 'bash', '-c', SCRIPT, 'bash', ...args], {
    cwd,
    encoding: 'utf8',
    timeout: 60_000,
  });
}
