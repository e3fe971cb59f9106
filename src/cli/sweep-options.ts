/** How the options of a sweep are read that say how often a point is run. */
import { collect, InputError, type Issue } from '../engine/errors.ts';
import type { PointPlan, PrecisionTarget } from '../experiment/point.ts';
import { REPLICATIONS_MIN } from '../experiment/statistics/sequential.ts';
import { NotAQuantity, parseProbability } from '../scenario/quantities.ts';
import { replicationsOf } from './options.ts';

const REPLICATIONS = 10;
/** With --until, unless --replications says otherwise. */
const REPLICATIONS_UNTIL = 1000;

interface PlanOptions {
  readonly replications?: string;
  readonly until?: readonly string[];
}

/** @throws InputError with every problem. */
export function planOf({ replications, until = [] }: PlanOptions): PointPlan {
  const issues: Issue[] = [];
  const targets = until.flatMap((text): PrecisionTarget[] => {
    const target = targetOf(text);
    if (target === null) {
      const expected = 'METRIC:SHARE, half-width over mean, such as users.unserved:5%';
      issues.push({ where: '--until', expected, received: text === '' ? 'nothing' : text });
    }
    return target === null ? [] : [target];
  });
  const named = replications === undefined ? null : collect(issues, () => replicationsOf(replications));
  const count = named ?? (until.length > 0 ? REPLICATIONS_UNTIL : REPLICATIONS);
  if (until.length > 0 && count < REPLICATIONS_MIN) {
    const expected = `at least ${REPLICATIONS_MIN} with --until, which says when there are enough`;
    issues.push({ where: '--replications', expected, received: String(count) });
  }
  if (issues.length > 0) throw new InputError(issues);
  return { replications: count, until: targets };
}

function targetOf(text: string): PrecisionTarget | null {
  const at = text.lastIndexOf(':');
  const metric = text.slice(0, Math.max(0, at)).trim();
  try {
    const relative = parseProbability(text.slice(at + 1).trim());
    return metric === '' || relative === 0 || relative === 1 ? null : { metric, relative };
  } catch (error) {
    if (error instanceof NotAQuantity) return null;
    throw error;
  }
}
