/**
 * What a name of the results means: a counter, a level of a queue, a setting, or a metric. One entry says it in one or
 * two sentences, and names the setting that moves it and the rule it follows.
 * Leaves out: the names of one stack (the tables beside), where they are found by name (meanings.ts).
 */

export interface Meaning {
  /** As the results spell it: `TcpExtListenOverflows`, `accept_queue`, `net.core.somaxconn`. */
  readonly name: string;
  readonly kind: 'counter' | 'level' | 'setting' | 'metric';
  /** One or two sentences, with a full stop. */
  readonly text: string;
  /** Scenario paths of the settings that move it, the nearest first, separated by `, `; null: none does. */
  readonly setting: string | null;
  /** Rules of the model, or where it is from: `B11, B2.4`. */
  readonly rule: string;
  /** A rise means that somebody was turned away or kept waiting. */
  readonly isLoss: boolean;
}

/** name, text, setting, rule, and `loss` where a rise is one. */
export type Row = readonly [name: string, text: string, setting: string | null, rule: string, loss?: 'loss'];

export function meanings(kind: Meaning['kind'], rows: readonly Row[]): Meaning[] {
  return rows.map(([name, text, setting, rule, loss]) => ({
    name,
    kind,
    text,
    setting,
    rule,
    isLoss: loss === 'loss',
  }));
}

export const BACKLOG = 'server.listen.backlog';
export const WORKERS = 'server.accept.workers, server.accept.service';
