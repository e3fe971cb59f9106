/** The input of a golden script (family b of the Linux 1.2.13 cases): segments, signals and calls, by tick. */
import * as z from 'zod';

const tick = z.number().int().min(0).max(1e9);
const sequence = z.number().int().min(0).max(0xffff_ffff);
const relative = z.number().int().min(-0x1_0000_0000).max(0x1_0000_0000);

const segmentEvent = z.strictObject({
  t: tick,
  ev: z.literal('seg'),
  peer: z.number().int().min(0).max(4095),
  flags: z.string().regex(/^$|^(SYN|ACK|RST|FIN)(\|(SYN|ACK|RST|FIN))*$/),
  seq: relative,
  ack: relative.optional(),
  ack_abs: sequence.optional(),
  win: z.number().int().min(0).max(65_535).optional(),
  len: z.number().int().min(0).max(65_000).optional(),
  dport: z.number().int().min(1).max(65_535).optional(),
});

export const scriptInput = z.strictObject({
  backlog: z.number().int(),
  horizon: tick,
  clock_us: sequence,
  peers: z.array(z.strictObject({ isn: sequence })).max(4096),
  events: z.array(z.union([segmentEvent, z.strictObject({ t: tick, ev: z.literal('signal') })])).max(1e6),
  calls: z
    .array(
      z.strictObject({
        t: tick,
        call: z.enum(['accept', 'accept_nonblock', 'listen', 'close_listener', 'poll', 'select', 'close_fd', 'read']),
        arg: z.number().int().optional(),
      }),
    )
    .max(1e5),
});

export type ScriptInput = z.infer<typeof scriptInput>;
export type ScriptSegment = z.infer<typeof segmentEvent>;
export type ScriptCall = ScriptInput['calls'][number];
