/**
 * How long Linux holds half-open requests under an endless flood, simulated from three sentences about its timer and
 * nothing else of this project: an oracle for the whole listener. Slow, and meant to be read.
 * - A SYN finds a slot, or is refused. A request's timer fires 1 s after its SYN, then after 2, 4, 8 … s more.
 * - While more than half the slots are taken, the time-outs allowed fall from 5 by one for each doubling of twice the young
 *   requests (those whose timer never fired) that the number of requests reaches, to 2 at least.
 * - A request whose timer fires ends when it has had that many time-outs before.
 * Source: reqsk_timer_handler (B4.3, B4.4).
 */
import type { RandomStream } from '../../src/engine/random.ts';

const RETRIES = 5;
const RETRIES_MIN = 2;

interface Request {
  readonly bornAtS: number;
  readonly timeouts: number;
  readonly dueAtS: number;
}

function retriesAllowed(held: number, young: number, slots: number): number {
  let allowed = RETRIES;
  if (2 * held <= slots) return allowed;
  for (let mark = 2 * young; allowed > RETRIES_MIN && held >= mark; mark *= 2) allowed--;
  return allowed;
}

/**
 * @param synsPerS of a Poisson flood.
 * @returns window of `windowS` → mean time that the requests which ended in it were held, s.
 */
export function holdsByWindow(
  slots: number,
  synsPerS: number,
  durationS: number,
  windowS: number,
  random: RandomStream,
): number[] {
  // Requests that wait equally long for their next time-out wait in the order in which they began to.
  const waiting: Request[][] = Array.from({ length: RETRIES + 1 }, () => []);
  const holds: number[] = [];
  let [held, young, heldS, ended] = [0, 0, 0, 0];
  let synAtS = random.exponential() / synsPerS;
  for (;;) {
    let due: Request | null = null;
    for (const [head] of waiting) {
      if (head !== undefined && head.dueAtS <= (due?.dueAtS ?? synAtS)) due = head;
    }
    const nowS = due?.dueAtS ?? synAtS;
    while (nowS > (holds.length + 1) * windowS) {
      holds.push(heldS / ended);
      [heldS, ended] = [0, 0];
      if (holds.length * windowS >= durationS) return holds;
    }
    if (due === null) {
      synAtS += random.exponential() / synsPerS;
      if (held >= slots) continue;
      held++;
      young++;
      waiting[0]?.push({ bornAtS: nowS, timeouts: 0, dueAtS: nowS + 1 });
      continue;
    }
    const { bornAtS, timeouts } = due;
    const isOver = timeouts >= retriesAllowed(held, young, slots);
    waiting[timeouts]?.shift();
    if (timeouts === 0) young--;
    if (isOver) {
      held--;
      heldS += nowS - bornAtS;
      ended++;
    } else {
      waiting[timeouts + 1]?.push({ bornAtS, timeouts: timeouts + 1, dueAtS: nowS + 2 ** (timeouts + 1) });
    }
  }
}
