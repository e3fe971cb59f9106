/** A commented scenario to start from. */

/** @returns a scenario file that runs as it is. */
export function scenarioTemplate(name: string): string {
  return `# ${name}: what happens to the clients of a server while somebody floods it with SYNs?
# Check it with: halfopen check ${name}.yaml      Run it with: halfopen run ${name}.yaml
title: Does a backlog of 64 survive two forged SYNs a second?
seed: 1
duration: 600s
warmup: 0s                 # left out of the metrics
sample: 5s                 # interval of the time series
limits: { events: 1e9, memory: 1GB }

server:
  stack: linux-1.2         # or: classic
  linux12: { version: 1.2.13, hz: 100, tick: true }
  listen: { backlog: 64 }  # listen(fd, 64)
  accept:
    mode: blocking         # blocking | poll (period, drain) | select (timeout, nonblock) | never
    workers: 1
    service: exponential(20ms)
    pauses: [{ at: 300s, for: 2s }]
    reply: 1 byte
    close: true

links:
  access: { rate: 10Mbps, delay: 5ms, loss: 0%, queue: 100 packets }

traffic:
  users:                   # arrivals: periodic, poisson, burst, batch, mmpp, closed, schedule, capture(file)
    kind: clients
    stack: linux-6.5
    arrivals: poisson(5/s)
    rtt: 40ms
    speaks: true
    timeout: none
    link: access
  flood:
    kind: syn-flood
    arrivals: poisson(2/s)
    start: 60s
    until: 300s
    sources: unresponsive
    link: access
`;
}
