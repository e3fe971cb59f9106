/**
 * A bar with the time left, on stderr, only on a terminal, and only for what takes longer than two seconds.
 */
import type { SingleBar } from 'cli-progress';

const DELAY_MS = 2000;
const STEPS = 1000;
const BAR_CHARS = 40;

export class Progress {
  private readonly isOn: boolean;
  private readonly beganAt: number;
  private bar: SingleBar | null;

  /** @param isQuiet never shows anything. */
  constructor(isQuiet: boolean) {
    this.isOn = !isQuiet && process.stderr.isTTY;
    this.beganAt = this.isOn ? performance.now() : 0;
    this.bar = null;
  }

  /**
   * Loads the bar before the work begins: a running simulation cannot wait for it.
   * @param total pieces of work; those done are counted if there are several, under the name `pieces`.
   * @param before pieces that were done earlier: null: none, and the rate is of no interest.
   * @returns shows how many are done, a part of the present ones included.
   */
  async prepare(total = 1, pieces = '', before: number | null = null): Promise<(done: number) => void> {
    if (!this.isOn) return () => {};
    const { default: cliProgress } = await import('cli-progress');
    const counted = total === 1 ? '' : ' · {count}';
    return (done) => {
      const fraction = done / total;
      const elapsedMs = performance.now() - this.beganAt;
      const perMs = (done - (before ?? 0)) / elapsedMs;
      const rate = before === null ? '' : ` · ${formatRate(perMs * 1000)}`;
      const count = `${Math.floor(done)} of ${total} ${pieces}${rate}`;
      const left = formatLeft((total - done) / perMs);
      if (this.bar === null && elapsedMs > DELAY_MS) {
        this.bar = new cliProgress.SingleBar({
          format: `{bar} {percentage} %${counted} · {left} left`,
          // The longest line fits into 80 columns.
          barsize: total === 1 ? BAR_CHARS : BAR_CHARS / 2,
          stream: process.stderr,
          clearOnComplete: true,
          // An interrupted run could not set these back.
          hideCursor: false,
          linewrap: true,
        });
        this.bar.start(STEPS, 0, { count, left });
      }
      this.bar?.update(Math.round(fraction * STEPS), { count, left });
    };
  }

  stop(): void {
    this.bar?.stop();
  }
}

/** `1240/s`, `3.2/s`, `0.05/s`. */
function formatRate(perS: number): string {
  return `${perS >= 100 ? Math.round(perS) : Number(perS.toPrecision(2))}/s`;
}

/** `45 s`, `12 min 5 s`, `3 h 2 min`; an unknown time is `? s`. */
export function formatLeft(ms: number): string {
  if (!Number.isFinite(ms)) return '? s';
  const s = Math.ceil(ms / 1000);
  const min = Math.floor(s / 60);
  if (min === 0) return `${s} s`;
  return min < 60 ? `${min} min ${s % 60} s` : `${Math.floor(min / 60)} h ${min % 60} min`;
}
