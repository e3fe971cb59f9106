/** What is being measured just now, on stderr, where a terminal is; it leaves nothing behind. */
import { formatLeft } from '../src/cli/progress.ts';

const CLEAR_LINE = '\r\u001B[K';
const WIDTH = 80;

export class StatusLine {
  private readonly isOn: boolean;
  private readonly total: number;
  private readonly beganAt: number;
  private done: number;

  /** @param total steps there are. */
  constructor(total: number, isQuiet: boolean) {
    this.isOn = !isQuiet && process.stderr.isTTY;
    this.total = total;
    this.beganAt = performance.now();
    this.done = 0;
  }

  /** The next step begins: `3 of 40: listener/flood … · 1 min 20 s left`. */
  begin(step: string): void {
    if (!this.isOn) return;
    const elapsedMs = performance.now() - this.beganAt;
    const left = this.done === 0 ? '' : ` · ${formatLeft((elapsedMs / this.done) * (this.total - this.done))} left`;
    const width = (process.stderr.columns > 0 ? process.stderr.columns : WIDTH) - left.length - 1;
    const text = `${this.done + 1} of ${this.total}: ${step}`;
    process.stderr.write(CLEAR_LINE + (text.length > width ? `${text.slice(0, width - 1)}…` : text) + left);
  }

  /** The step is over, and the line is gone. */
  end(): void {
    this.done++;
    if (this.isOn) process.stderr.write(CLEAR_LINE);
  }
}
