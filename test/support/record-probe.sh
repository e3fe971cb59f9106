#!/usr/bin/env bash
# Records scenarios/captures/pausing-server/: what `halfopen probe --commands` saves on the host of a server that pauses.
# A Python server with listen(64) accepts at once, but stops for 0.4 s every 5 s, as a garbage collector does; clients come
# at 300 a second, as a Poisson process. Both are in a network namespace of their own, so the counters are theirs alone.
# Bounded: 25 seconds, 7,500 connections on the loopback of the namespace. Needs root, iproute2 and python3.
# Usage: test/support/record-probe.sh FOLDER
set -euo pipefail
folder=${1:?usage: record-probe.sh FOLDER}
mkdir -p "$folder"
space=probe-$$
cleanup() {
  kill "${server:-}" "${clients:-}" 2>/dev/null || true
  ip netns del "$space" 2>/dev/null || true
}
trap cleanup EXIT
ip netns add "$space"
ip -n "$space" link set lo up
inside() { ip netns exec "$space" "$@"; }

inside python3 -c '
import socket, time
listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind(("127.0.0.1", 8080))
listener.listen(64)
listener.settimeout(0.01)
pause = time.monotonic() + 5
while True:
    if time.monotonic() >= pause:
        time.sleep(0.4)
        pause += 5
    try:
        connection, _ = listener.accept()
        connection.sendall(b"x")
        connection.close()
    except (TimeoutError, ConnectionError):
        pass
' &
server=$!
sleep 1
inside python3 -c '
import random, selectors, socket, time
random.seed(1)
waiting = selectors.DefaultSelector()
began = at = time.monotonic()
while at < began + 25:
    at += random.expovariate(300)
    while True:
        left = at - time.monotonic()
        for key, _ in waiting.select(max(0, left)):
            waiting.unregister(key.fileobj)
            key.fileobj.close()
        if left <= 0: break
    client = socket.socket()
    client.setblocking(False)
    client.connect_ex(("127.0.0.1", 8080))
    waiting.register(client, selectors.EVENT_READ)
' &
clients=$!
sleep 6
uname -r | grep -oE '^[0-9]+\.[0-9]+(\.[0-9]+)?' >"$folder/uname.txt"
inside sysctl net.core.somaxconn net.ipv4.tcp_max_syn_backlog net.ipv4.tcp_syncookies net.ipv4.tcp_retries1 \
  net.ipv4.tcp_synack_retries net.ipv4.tcp_abort_on_overflow net.ipv4.tcp_migrate_req net.ipv4.tcp_rto_max_ms \
  net.ipv4.tcp_invalid_ratelimit >"$folder/sysctl.txt"
look() {
  inside ss -ltn >"$folder/ss-$1.txt"
  inside nstat -asz >"$folder/nstat-$1.txt"
  inside cat /proc/uptime >"$folder/uptime-$1.txt"
}
look 1
sleep 10
look 2
