#!/usr/bin/env bash
# Records scenarios/captures/handshakes.pcap from real sockets: 60 clients in one network namespace connect to
# a server in another, which pauses; tcpdump writes what crosses the wire. Needs root, iproute2, tcpdump and node.
# Bounded: 60 connections, about 15 seconds, addresses inside the two namespaces only.
# Usage: test/support/record-handshakes.sh FILE
set -euo pipefail
file=${1:?usage: record-handshakes.sh FILE}
server=hs-server-$$
client=hs-client-$$
cleanup() {
  ip netns del "$server" 2>/dev/null || true
  ip netns del "$client" 2>/dev/null || true
}
trap cleanup EXIT
ip netns add "$server"
ip netns add "$client"
ip link add name s0 netns "$server" type veth peer name c0 netns "$client"
ip -n "$server" addr add 10.77.0.1/24 dev s0
ip -n "$client" addr add 10.77.0.2/24 dev c0
ip -n "$server" link set s0 up
ip -n "$client" link set c0 up
ip netns exec "$server" tcpdump -i s0 -s 96 -U -w "$file" 'tcp port 8080' &
dump=$!
ip netns exec "$server" node -e '
  const server = require("node:net").createServer((socket) => {
    socket.on("error", () => {});
    socket.end("x");
    // Every tenth connection stops the accept loop for a while, as a slow handler does.
    if (++count % 10 === 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 400);
  });
  let count = 0;
  server.listen({ port: 8080, backlog: 4 });
  setTimeout(() => process.exit(0), 14000);
' &
sleep 1
ip netns exec "$client" node -e '
  const net = require("node:net");
  // Bursts of growing size, one a second.
  [1, 2, 4, 8, 16, 29].forEach((size, second) => setTimeout(() => {
    for (let i = 0; i < size; i++) {
      const socket = net.connect({ host: "10.77.0.1", port: 8080 });
      socket.on("error", () => {});
      socket.on("connect", () => socket.write("hello"));
      socket.resume();
    }
  }, 1000 * second));
  setTimeout(() => process.exit(0), 12000);
' || true
sleep 1
kill "$dump" 2>/dev/null || true
wait "$dump" 2>/dev/null || true
