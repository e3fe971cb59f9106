/** A commented scenario to start from. */

/** @returns a scenario file that runs as it is. */
export function scenarioTemplate(name: string): string {
  return `# ${name}: what becomes of the clients of a server that pauses, and that somebody floods with SYNs?
# Check it with: halfopen check ${name}.yaml      Run it with: halfopen run ${name}.yaml
title: What do a pause of two seconds and a SYN flood cost behind a backlog of 128?
seed: 1
duration: 120s
warmup: 0s                 # left out of the metrics
sample: 1s                 # interval of the time series
limits: { events: 1e9, memory: 1GB }

server:
  stack: linux-6.18        # uname -r of the server: linux-2.2 to linux-7.2; or freebsd-14, linux-1.2, classic (halfopen stacks)
  listen: { backlog: 128 } # listen(fd, 128); of a running server it is Send-Q of ss -ltn
  sysctl:                  # of the server: sysctl net.core.somaxconn …
    net.core.somaxconn: 4096
    net.ipv4.tcp_syncookies: 1
  accept:
    mode: blocking         # blocking | poll (period, drain) | select (timeout, nonblock) | never
    workers: 1             # processes or threads that call accept()
    service: exponential(5ms)                            # how long one is busy with a connection
    pauses: [{ at: 30s, for: 2s }]                       # a garbage collector, a slow disk
    reply: 1 byte
    close: true

links:
  access: { rate: 1Gbps, delay: 5ms, loss: 0%, queue: 1000 packets }

traffic:
  users:                   # arrivals: periodic, poisson, burst, batch, mmpp, pulse, closed, schedule, capture(file)
    kind: clients
    stack: linux-6.5       # when they send SYNs again: linux-X.Y, macos, windows, freebsd-14, …
    arrivals: poisson(100/s)
    rtt: 40ms
    speaks: true           # send a request right after connecting
    timeout: none          # of the application
    link: access
  flood:
    kind: syn-flood        # or connection-flood, ack-flood
    arrivals: poisson(1000/s)
    start: 60s
    until: 90s
    sources: unresponsive
    link: access
`;
}
