/** What `--help` of a command says after its options, where that is long: examples above all. At most 80 columns wide. */

export const GENERAL_HELP = `
Examples:
  halfopen run scenarios/five-syns-select-server.yaml
  halfopen run flood.yaml --set server.listen.backlog=128 \\
    --set traffic.flood.arrivals='poisson(5/s)'
  halfopen run flood.yaml --replications 10 --json
  halfopen compare flood.yaml --stacks linux-6.18,linux-4.9,freebsd-14
  halfopen verify test/golden/linux-1.2.json
  halfopen init my-server && halfopen check my-server.yaml`;

export const RUN_HELP = `
Examples:
  halfopen run scenarios/no-attack.yaml
  halfopen run - --out out < flood.yaml
  halfopen run questions/node-queue-pegged-at-512 --report
  halfopen run questions/recv-q-is-backlog-plus-one --pcap flood.pcapng
  halfopen run scenarios/five-syns-select-server.yaml \\
    --trace - --trace-filter client=users#0
  halfopen run flood.yaml --trace flood.json      opens in ui.perfetto.dev`;

export const REPORT_HELP = `
A run, a search and a comparison are made again, and have to give the same CSV;
the page of a sweep is read from its CSV.

Examples:
  halfopen report results/no-attack
  halfopen report my-server.yaml
  halfopen report out --show users.unserved,users.connect_ms.p99`;

export const SWEEP_HELP = `
A range may stand inside a call:
  --vary traffic.users.arrivals='poisson(100..400:100/s)'
sweep.csv has one row a point: its values, and mean, half-width and n of every
metric.

Examples:
  halfopen sweep scenarios/no-attack.yaml --vary server.listen.backlog=1..5:1
  halfopen sweep flood.yaml --vary server.listen.backlog=16..4096x2 \\
    --vary traffic.users.rtt=20ms,200ms
  halfopen sweep flood.yaml --vary server.listen.backlog=16..4096x2 \\
    --until users.unserved:5% --threads 8`;

export const WORKER_HELP = `
Told to end (Ctrl-C, SIGTERM), a worker finishes what it has begun; told twice,
it ends at once, and others do it.

Examples:
  halfopen worker --redis redis://10.0.0.1:6379
  halfopen worker --redis redis://10.0.0.1:6379 --threads 16 --idle 10min`;

export const QUERY_HELP = `
Needs the package @duckdb/node-api beside halfopen. Names with dots stand in
double quotes.

Examples:
  halfopen query "SELECT result, value FROM summary
    WHERE metric = 'users.unserved' ORDER BY value DESC LIMIT 5"
  halfopen query --csv 'SELECT "server.listen.backlog", "users.unserved"
    FROM sweep ORDER BY 1'`;

export const COMPARE_HELP = `
What a stack does not know (a sysctl of another kernel) is left out of its run,
and said.

Examples:
  halfopen compare scenarios/no-attack.yaml \\
    --stacks linux-6.18,linux-4.9,freebsd-14
  halfopen compare flood.yaml --stacks linux-6.12,linux-6.13 --replications 20`;

export const TUNE_HELP = `
With --goal, one setting: the smallest value that meets it. With --cost and
--vary, several: the combination that costs least, of those that meet the goal
if there is one. A cost is a sum of metrics and varied paths, times in ms.
Operators are <= < >= > ==. A bound is a number in the metric's unit, a time
(1050ms), or a share of the clients that started (0.1%).
Exit code 1: nothing meets the goal, or it could not be decided.

Examples:
  halfopen tune my-server.yaml --goal 'users.unserved <= 0.1%'
  halfopen tune flood.yaml --find server.listen.backlog=64..4096 --goal \\
    'users.connect_ms.p99 <= 1.05s and listener.dropped_syns == 0'
  halfopen tune flood.yaml --vary server.listen.backlog=64..1024x4 \\
    --vary server.sysctl.net.ipv4.tcp_syncookies=0,1 \\
    --cost '1000*users.unserved + 0.01*server.listen.backlog' \\
    --goal 'users.connect_ms.p99 <= 1050ms'
  halfopen tune my-server.yaml --goal 'users.unserved <= 1%' --largest \\
    --find 'traffic.users.arrivals=poisson(10/s)..poisson(900/s)'`;

export const PROBE_HELP = `
Examples:
  halfopen probe --port 80 --for 30s
  halfopen probe --from-dir probe --port 80
    reads the outputs of what --commands prints, saved on another machine`;

export const PLAY_HELP = `
Prints the address, and serves until Ctrl-C. The page is one file, needs no
network, and gives the numbers of halfopen run.

Examples:
  halfopen play
  halfopen play --port 8080`;
