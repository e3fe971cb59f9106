/**
 * The pause of the syncache (FreeBSD 13 on): after an overflow nothing is looked up or kept for a while, and cookies do all the
 * work. Overflows soon after a pause make the next one twice as long.
 * Source: C5.1; syncache_pause(), syncache_unpause().
 */
import type { EventSink, Loop } from '../../engine/loop.ts';
import { NS_PER_S, Phase } from '../../engine/time.ts';
import type { Uptime } from './uptime.ts';

const PAUSE_S = 15;
const BACKOFF_MAX = 6;

export class Pause implements EventSink {
  isOn: boolean;
  private readonly loop: Loop;
  private readonly uptime: Uptime;
  private readonly type: number;
  private readonly onEnd: () => void;
  private untilS: number; // end of the last pause, uptime
  private backoff: number;

  /** @param onEnd called when a pause ends. */
  constructor(loop: Loop, uptime: Uptime, onEnd: () => void) {
    this.isOn = false;
    this.loop = loop;
    this.uptime = uptime;
    this.type = loop.eventType(this, 0, Phase.Timer);
    this.onEnd = onEnd;
    this.untilS = uptime.seconds() - PAUSE_S;
    this.backoff = 0;
  }

  /** Begins a pause; none is on. 15 s, or twice the last one if that ended less than its own length ago, 960 s at most. */
  begin(): void {
    const nowS = this.uptime.seconds();
    let lengthS = PAUSE_S << this.backoff;
    if (this.untilS + lengthS - nowS > 0) {
      if (this.backoff < BACKOFF_MAX) {
        lengthS *= 2;
        this.backoff++;
      }
    } else {
      lengthS = PAUSE_S;
      this.backoff = 0;
    }
    this.isOn = true;
    this.untilS = nowS + lengthS;
    this.loop.schedule(this.loop.nowNs + lengthS * NS_PER_S, this.type, 0);
  }

  onEvent(): void {
    this.isOn = false;
    this.onEnd();
  }
}
