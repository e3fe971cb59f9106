/** What a run gave, for one stack: the answer, who was served, the chart, why SYNs were dropped, the counters. */
import { formatDuration, formatForPeople, formatInstant } from '../../report/format-number.ts';
import type { Frame, Prepared, SideResult } from '../protocol.ts';
import { Chart } from './chart.tsx';

export interface SideProps {
  readonly frame: Frame;
  readonly prepared: Prepared;
  readonly side: SideResult;
  /** What would change it is known, too; null: not yet. */
  readonly answer: string | null;
  readonly levelMax: number;
  readonly fromNs: number;
  readonly onPick: (atNs: number) => void;
}

const NS_PER_MS = 1e6;

export function Side({ answer, frame, fromNs, levelMax, onPick, prepared, side }: SideProps) {
  const values = new Map(side.metrics.map(({ path, value }) => [path, value]));
  return (
    <section class="card side" aria-label={`Results of ${side.stackName}`}>
      <h2 class="stack">{side.stackName}</h2>
      {side.stopped !== null && <p class="note warn">The run {side.stopped}.</p>}
      {prepared.notes.length > 0 && <p class="note">Not as in the scenario: {prepared.notes.join('; ')}.</p>}
      <Tiles frame={frame} values={values} cookieSyns={side.cookieSyns} />
      <Chart
        series={side.series}
        bands={frame.bands}
        durationNs={side.durationNs}
        levelMax={levelMax}
        fromNs={fromNs}
        onPick={onPick}
        label={chartLabel(side, values)}
      />
      <p class="answer">{answer ?? side.answer}</p>
      <Drops side={side} />
      <Counters side={side} />
    </section>
  );
}

/** `2,476 of 2,737 served, 6,897 SYNs dropped`. */
export function outcomeWords({ metrics }: SideResult, clients: readonly string[]): string {
  const of = (path: string): number => metrics.find((metric) => metric.path === path)?.value ?? 0;
  const sum = (what: string): string =>
    formatForPeople(clients.reduce((total, name) => total + of(`${name}.${what}`), 0));
  const served = clients.length === 0 ? [] : [`${sum('served')} of ${sum('started')} served`];
  return [...served, `${formatForPeople(of('listener.dropped_syns'))} SYNs dropped`].join(', ');
}

type Values = ReadonlyMap<string, number | null>;

function chartLabel({ durationNs, stackName }: SideResult, values: Values): string {
  const of = (queue: string, what: string): string => formatForPeople(values.get(`listener.${queue}.${what}`) ?? 0);
  const queue = (name: string, words: string): string =>
    `${words}: at most ${of(name, 'max')}, ${of(name, 'end')} at the end`;
  return `Queues of ${stackName} over ${formatDuration(durationNs)}. ${queue('syn_queue', 'SYN queue')}; ${queue('accept_queue', 'accept queue')}.`;
}

interface TilesProps {
  readonly frame: Frame;
  readonly values: Values;
  readonly cookieSyns: number;
}

function Tiles({ cookieSyns, frame, values }: TilesProps) {
  const of = (path: string): number => values.get(path) ?? 0;
  const dropped = of('listener.dropped_syns');
  return (
    <dl class="tiles">
      {frame.clients.map((name) => (
        <Tile
          key={name}
          name={frame.clients.length === 1 ? 'served' : `${name} served`}
          metric={`${name}.served`}
          value={formatForPeople(of(`${name}.served`))}
          unit={`of ${formatForPeople(of(`${name}.started`))}`}
          isBad={of(`${name}.served`) < of(`${name}.started`)}
        />
      ))}
      <Tile
        name="dropped"
        metric="listener.dropped_syns"
        value={formatForPeople(dropped)}
        unit="SYNs"
        isBad={dropped > 0}
      />
      {cookieSyns > 0 && (
        <Tile
          name="answered by cookie"
          metric="cookie_syns"
          value={formatForPeople(cookieSyns)}
          unit="SYNs, no slot"
          isBad={false}
        />
      )}
      <Tile
        name="accept queue"
        metric="listener.accept_queue.max"
        value={formatForPeople(of('listener.accept_queue.max'))}
        unit="at most"
        isBad={false}
      />
      <Tile
        name="SYN queue"
        metric="listener.syn_queue.max"
        value={formatForPeople(of('listener.syn_queue.max'))}
        unit="at most"
        isBad={false}
      />
      {frame.clients.slice(0, 1).map((name) => (
        <Tile
          key={name}
          name="99 % connect in"
          metric={`${name}.connect_ms.p99`}
          value={timeOf(values.get(`${name}.connect_ms.p99`))}
          unit={`half in ${timeOf(values.get(`${name}.connect_ms.p50`))}`}
          isBad={of(`${name}.connect_ms.p99`) > 900}
        />
      ))}
    </dl>
  );
}

function timeOf(ms: number | null | undefined): string {
  return ms === null || ms === undefined ? 'none' : formatDuration(ms * NS_PER_MS);
}

interface TileProps {
  readonly name: string;
  readonly metric: string;
  readonly value: string;
  readonly unit: string;
  readonly isBad: boolean;
}

function Tile({ isBad, metric, name, unit, value }: TileProps) {
  return (
    <div class={isBad ? 'tile bad' : 'tile'}>
      <dt>{name}</dt>
      <dd>
        <strong data-metric={metric}>{value}</strong> <small>{unit}</small>
      </dd>
    </div>
  );
}

function Drops({ side }: { side: SideResult }) {
  if (side.drops.length === 0) return <p class="note">Nothing was dropped.</p>;
  return (
    <table class="drops">
      <caption>Why</caption>
      <thead>
        <tr>
          <th scope="col">dropped</th>
          <th scope="col">because</th>
          <th scope="col">first</th>
        </tr>
      </thead>
      <tbody>
        {side.drops.map(({ cause, count, firstAtNs, rule, setting, text, unit }) => (
          <tr key={`${cause} ${text}`}>
            <td class="number">
              {formatForPeople(count)} {unit}
            </td>
            <td>
              {text} <small>(rules {rule})</small>
              {setting !== null && (
                <small class="setting">
                  may be changed by{' '}
                  {setting.split(', ').map((path, i) => (
                    <span key={path}>
                      {i > 0 && ', '}
                      <code>{path}</code>
                    </span>
                  ))}
                </small>
              )}
            </td>
            <td class="number">{firstAtNs === null ? '' : formatInstant(firstAtNs)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Counters({ side }: { side: SideResult }) {
  const moved = side.counters.filter(({ value }) => value !== 0);
  return (
    <details>
      <summary>
        Counters of the kernel: {moved.length} of {side.counters.length} moved
      </summary>
      <table class="counters">
        <tbody>
          {moved.map(({ meaning, name, value }) => (
            <tr key={name}>
              <th scope="row">
                <code>{name}</code>
                {meaning !== '' && <small>{meaning}</small>}
              </th>
              <td class="number">{formatForPeople(value)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="note">
        {formatForPeople(side.eventCount)} events
        {side.skippedSyns > 0 &&
          `, ${formatForPeople(side.skippedSyns)} SYNs counted without being simulated one by one`}
      </p>
    </details>
  );
}
