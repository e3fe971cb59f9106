/**
 * How long clients waited to connect: the share of those that started which was connected so long after its first SYN. The steps
 * stand where a lost SYN was sent again, and these instants are named.
 */
import * as Plot from '@observablehq/plot';
import { NS_PER_MS, NS_PER_S } from '../../engine/time.ts';
import type { LatencyBin } from '../../simulation/result.ts';
import type { ClientsSpec } from '../../traffic/specs.ts';
import { formatDuration, formatForPeople } from '../format-number.ts';
import { draw, isNarrow } from './drawing.ts';
import { type Html, html, htmlTable } from './html.ts';

const MS_MIN = 0.001;

interface Step {
  readonly ms: number;
  readonly percent: number;
}

/** @param bins of one entry, connect only, ascending. @param started clients of the entry, those never connected included. @param medianNs of those that connected. */
export function latencyChart(
  { name, stacks }: ClientsSpec,
  bins: readonly LatencyBin[],
  started: number,
  medianNs: number,
): Html {
  const connected = bins.reduce((sum, { count }) => sum + count, 0);
  if (connected === 0 || started === 0) return html`<p>Of ${name} nobody connected.</p>`;
  let seen = 0;
  const steps = bins.map((bin): Step => {
    seen += bin.count;
    return { ms: Math.max(MS_MIN, bin.fromNs / NS_PER_MS), percent: (100 * seen) / started };
  });
  const lastMs = Math.max(MS_MIN, (bins.at(-1)?.untilNs ?? 0) / NS_PER_MS);
  const firstMs = steps[0]?.ms ?? MS_MIN;
  const line = [
    { ms: firstMs * 0.7, percent: 0 },
    { ms: firstMs, percent: 0 },
    ...steps,
    { ms: lastMs * 1.4, percent: steps.at(-1)?.percent ?? 0 },
  ];
  const retries = (stacks[0]?.synAtNs ?? [])
    .slice(1)
    .map((ns, i) => ({ ms: ns / NS_PER_MS, name: `${i + 1}`, atS: ns / NS_PER_S }));
  const shown = retries.filter(({ ms }) => ms >= firstMs * 0.7 && ms <= lastMs * 1.4);
  const label = `Of ${formatForPeople(started)} ${name}, ${formatForPeople(connected)} were connected by the end, half of these within ${formatDuration(medianNs)}.`;
  const chart = draw(
    (width) => ({
      height: isNarrow(width) ? 250 : 290,
      marginLeft: 48,
      marginRight: 16,
      marginTop: 30,
      marginBottom: 46,
      x: {
        type: 'log',
        domain: [firstMs * 0.7, lastMs * 1.4],
        label: 'time since the first SYN (logarithmic)',
        labelAnchor: 'center',
        labelArrow: 'none',
        ticks: isNarrow(width) ? 4 : 8,
        tickFormat: (ms: number) => (/^[125]/.test(ms.toPrecision(1)) ? formatDuration(ms * NS_PER_MS) : ''),
      },
      y: { domain: [0, 100], label: 'connected, % of started', labelArrow: 'none', grid: true, ticks: 5 },
      marks: [
        Plot.ruleX(shown, { x: 'ms', stroke: 'var(--c3)', strokeDasharray: '3 3' }),
        Plot.text(shown, { x: 'ms', frameAnchor: 'top', dy: -10, text: 'name', fill: 'var(--c3)' }),
        Plot.line(line, { x: 'ms', y: 'percent', curve: 'step-after', stroke: 'var(--c1)', strokeWidth: 2 }),
        Plot.ruleY([0], { stroke: 'currentColor' }),
      ],
    }),
    label,
  );
  const told = retries.map(({ atS, name: number }) => `${number} at ${formatForPeople(atS)} s`).join(', ');
  const rows = bins.map(({ count, fromNs, untilNs }) => [
    `${formatDuration(fromNs)} to ${formatDuration(untilNs)}`,
    formatForPeople(count),
  ]);
  return html`<figure>
      <figcaption>
        <strong>${name}</strong>: ${label} Dashed lines are retransmissions of the SYN (${stacks[0]?.name ?? ''}):
        ${told === '' ? 'none' : told}.
      </figcaption>
      ${chart}
    </figure>
    <details>
      <summary>The same in numbers</summary>
      ${htmlTable(`Clients of ${name} by their time to connect`, ['time to connect', 'clients'], rows)}
    </details>`;
}
