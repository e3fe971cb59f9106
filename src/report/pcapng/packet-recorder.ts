/**
 * Records a run as a host's tcpdump would, at the server's end of every path, and what tcpdump cannot see: packets lost on their way
 * to the server, when they were lost, with the verdict that they were dropped before. One interface for each link of the scenario, and
 * one for paths without a link, if there are any. Comments name what dropped a packet, and the rule.
 * Holds the packets of one instant at the server, since their fate is known a little later.
 * Leaves out: what a front end and the stack behind it say to each other; the fate of a packet that waits for a processor.
 */
import type { SegmentPool } from '../../network/segment.ts';
import { type Fate, Place } from '../../simulation/observed-ways.ts';
import type { SimulationObserver } from '../../simulation/recorder.ts';
import type { Simulation } from '../../simulation/simulation.ts';
import { VERSION } from '../../version.ts';
import { interfaceBlock, packetBlock, type PacketNote, sectionBlock } from './blocks.ts';
import { TcpFrame } from './tcp-frame.ts';

/** A packet whose comment may still come. */
interface HeldPacket {
  readonly frame: Uint8Array;
  readonly note: Omit<PacketNote, 'comment'>;
  readonly comments: string[];
}

export class PacketRecorder implements SimulationObserver {
  private readonly write: (bytes: Uint8Array) => void;
  private readonly comment: string;
  private simulation: Simulation | null;
  private frame: TcpFrame | null;
  private firstOfLinks: number; // interface of the first link
  private held: HeldPacket[];
  private arrival: HeldPacket | null; // the packet that the server handles now

  /** @param write gets whole blocks, in order. @param comment on the whole file. */
  constructor(write: (bytes: Uint8Array) => void, comment: string) {
    this.write = write;
    this.comment = comment;
    this.simulation = null;
    this.frame = null;
    this.firstOfLinks = 0;
    this.held = [];
    this.arrival = null;
  }

  onStart(simulation: Simulation): void {
    const { links, traffic } = simulation.scenario;
    this.simulation = simulation;
    this.frame = new TcpFrame(traffic.map((entry) => (entry.kind === 'clients' ? entry.addresses : Infinity)));
    this.write(sectionBlock(`halfopen ${VERSION}`, this.comment));
    const isDirect = traffic.some(({ link }) => !links.some(({ name }) => name === link));
    if (isDirect) this.write(interfaceBlock('direct', "the server's end of paths without a link"));
    this.firstOfLinks = isDirect ? 1 : 0;
    for (const { name } of links) this.write(interfaceBlock(name, `the server's end of links.${name}`));
  }

  /** Once, after the run. */
  end(): void {
    this.flush();
  }

  onPlace(segments: SegmentPool, segment: number, place: number, link: number): void {
    switch (place) {
      case Place.AtServer:
        this.flush();
        this.arrival = this.hold(segments, segment, link, true, false);
        break;
      case Place.SentByServer:
        if (this.arrival === null) this.flush();
        this.hold(segments, segment, link, false, false);
        break;
      case Place.HandledByServer:
        this.arrival = null;
        this.flush();
        break;
      default:
        break;
    }
  }

  onFate(segments: SegmentPool, segment: number, fate: Fate, link: number): void {
    if (!fate.isDrop) return;
    const comment = `dropped: ${fate.fate} (${fate.rule}): ${fate.text}`;
    if (fate.by === 'link_up') {
      this.flush();
      this.hold(segments, segment, link, true, true).comments.push(comment);
    } else if (fate.by === 'link_down') {
      this.held.at(-1)?.comments.push(comment);
    } else {
      this.arrival?.comments.push(comment);
    }
  }

  private hold(
    segments: SegmentPool,
    segment: number,
    link: number,
    isToServer: boolean,
    isDroppedBefore: boolean,
  ): HeldPacket {
    const atNs = this.simulation?.loop.nowNs ?? 0;
    const { frame } = this;
    frame?.build(segments, segment, atNs, isToServer);
    const bytes = frame?.bytes.slice(0, frame.length) ?? new Uint8Array(0);
    const packet = {
      frame: bytes,
      note: { on: link < 0 ? 0 : this.firstOfLinks + link, atNs, isToServer, isDroppedBefore },
      comments: [],
    };
    this.held.push(packet);
    return packet;
  }

  private flush(): void {
    for (const { comments, frame, note } of this.held) {
      this.write(packetBlock(frame, { ...note, comment: comments.join('; ') }));
    }
    this.held = [];
  }
}
