/**
 * A bar with the time left, on stderr, only on a terminal, and only for what takes longer than two seconds.
 */
import type { SingleBar } from 'cli-progress';

const DELAY_MS = 2000;

export class Progress {
  private readonly isOn: boolean;
  private readonly beganAt: number;
  private bar: SingleBar | null;

  /** @param isQuiet never shows anything. */
  constructor(isQuiet: boolean) {
    this.isOn = !isQuiet && process.stderr.isTTY;
    this.beganAt = performance.now();
    this.bar = null;
  }

  /** Loads the bar before the work begins: a running simulation cannot wait for it. */
  async prepare(): Promise<(fraction: number) => void> {
    if (!this.isOn) return () => {};
    const { default: cliProgress } = await import('cli-progress');
    return (fraction) => {
      if (this.bar === null && performance.now() - this.beganAt > DELAY_MS) {
        this.bar = new cliProgress.SingleBar({
          format: '{bar} {percentage} % · {eta_formatted} left',
          stream: process.stderr,
          clearOnComplete: true,
          hideCursor: true,
        });
        this.bar.start(1000, Math.round(fraction * 1000));
      }
      this.bar?.update(Math.round(fraction * 1000));
    };
  }

  stop(): void {
    this.bar?.stop();
  }
}
