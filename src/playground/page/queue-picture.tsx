/**
 * The queues of one stack at one step, drawn: a place for each connection, hollow while it is half-open, full when it can be accepted,
 * crossed when it is dead; blue of clients, orange of floods. What happens at this step stands beside it, with the functions of the original.
 * Leaves out: places beyond those that fit, which are a number.
 */
import { ACCEPT_QUEUE, SYN_QUEUE } from '../../listeners/listener.ts';
import { type Step, stepInstant, type Steps, type Waiter } from '../step.ts';

/** So many places are drawn, empty ones included. */
const PLACES_MAX = 128;
/** A bound above this is told, not drawn. */
const EMPTY_MAX = 64;
/** So many listeners of a group are drawn. */
const MEMBERS_MAX = 8;

export interface QueuePictureProps {
  readonly steps: Steps;
  /** The last step that has happened; null: none yet. */
  readonly step: Step | null;
  /** It happened just now: of two stacks one alone moves. */
  readonly isNow: boolean;
}

export function QueuePicture({ isNow, step, steps }: QueuePictureProps) {
  const waiters = step?.waiters ?? [];
  const { bounds, isShared, sources } = steps;
  const of = (queue: number): Waiter[] => waiters.filter((waiter) => waiter.queue === queue);
  const focus = isNow && step !== null ? step : null;
  return (
    <div class="picture">
      <h3>{steps.stackName}</h3>
      {isShared ? (
        <Queue
          name="listen queue: half-open, established and dead"
          level={(step?.synQueue ?? 0) + (step?.acceptQueue ?? 0)}
          bound={bounds.acceptQueue}
          waiters={waiters}
          sources={sources}
          focus={focus}
          foundAt={isNow ? (step?.foundAt ?? null) : null}
        />
      ) : (
        <>
          <Queue
            name="SYN queue: half-open"
            level={step?.synQueue ?? 0}
            bound={bounds.synQueue}
            waiters={of(SYN_QUEUE)}
            sources={sources}
            focus={focus}
            foundAt={null}
          />
          {acceptQueues(steps, step).map(({ bound, level, name }, member) => (
            <Queue
              key={name}
              name={name}
              level={level}
              bound={bound}
              waiters={of(ACCEPT_QUEUE).filter((waiter) => waiter.member === member)}
              sources={sources}
              focus={focus}
              foundAt={null}
            />
          ))}
        </>
      )}
      <StepText step={step} isNow={isNow} />
    </div>
  );
}

interface AcceptQueue {
  readonly name: string;
  readonly level: number;
  readonly bound: number;
}

/** One, or one for each listener of an SO_REUSEPORT group. */
function acceptQueues({ bounds }: Steps, step: Step | null): AcceptQueue[] {
  if (bounds.members.length === 0) {
    return [{ name: 'accept queue: established', level: step?.acceptQueue ?? 0, bound: bounds.acceptQueue }];
  }
  return bounds.members.slice(0, MEMBERS_MAX).map((bound, member) => {
    return { name: `accept queue of listener ${member}`, level: step?.memberQueues[member] ?? 0, bound };
  });
}

interface QueueProps {
  readonly name: string;
  readonly level: number;
  readonly bound: number | null;
  readonly waiters: readonly Waiter[];
  readonly sources: Steps['sources'];
  readonly focus: Step | null;
  /** Place that the scan of accept() found; -1: it found none; null: there was none. */
  readonly foundAt: number | null;
}

function Queue({ bound, focus, foundAt, level, name, sources, waiters }: QueueProps) {
  const drawn = waiters.slice(0, PLACES_MAX);
  const free = bound === null || bound > EMPTY_MAX ? 0 : Math.max(0, Math.min(PLACES_MAX, bound) - drawn.length);
  const isFull = bound !== null && level >= bound;
  return (
    <div class={isFull ? 'queue full' : 'queue'}>
      <p class="name">
        <span>{name}</span>
        <span class="level">
          <strong>{level}</strong>
          {bound !== null && ` of ${bound}`}
          {isFull && ' full'}
        </span>
      </p>
      <div class="places" aria-hidden="true">
        {drawn.map((waiter, place) => (
          <span
            key={`${waiter.source} ${waiter.peer}`}
            class={classOf(waiter, sources, focus, foundAt === place)}
            title={titleOf(waiter, sources)}
          />
        ))}
        {Array.from({ length: free }, (_, i) => (
          <span key={`free ${i}`} class="place free" />
        ))}
        {level > drawn.length && <span class="more">+ {level - drawn.length} more</span>}
        {level === 0 && free === 0 && <span class="more">empty</span>}
      </div>
    </div>
  );
}

function classOf(
  { isDead, peer, queue, source }: Waiter,
  sources: Steps['sources'],
  focus: Step | null,
  isFound: boolean,
): string {
  const state = isDead ? 'dead' : queue === SYN_QUEUE ? 'half-open' : 'established';
  const whose = sources[source]?.isClients === false ? 'of-flood' : 'of-clients';
  const isFocus = focus !== null && focus.source === source && focus.peer === peer;
  return `place ${state} ${whose}${isFocus ? ' focus' : ''}${isFound ? ' found' : ''}`;
}

function titleOf({ isDead, peer, queue, source }: Waiter, sources: Steps['sources']): string {
  const state = isDead ? 'dead' : queue === SYN_QUEUE ? 'half-open' : 'established';
  return `${sources[source]?.name ?? ''}#${peer}: ${state}`;
}

function StepText({ isNow, step }: { isNow: boolean; step: Step | null }) {
  if (step === null) return <p class="step idle">Nothing has happened yet.</p>;
  return (
    <div class={`step ${isNow ? 'now' : 'idle'} ${step.isLoss ? 'loss' : ''}`}>
      <p class="what">
        <span class="at">{stepInstant(step.atNs)}</span> <strong>{step.what}</strong>
        {step.outcome !== '' && <span class="outcome"> {step.outcome}</span>}
      </p>
      {step.calls.length > 0 && (
        <ol class="calls" aria-label="Functions of the kernel">
          {step.calls.map(({ depth, name, result }, i) => (
            <li key={i} style={{ marginLeft: `${depth}em` }}>
              <code>{name}()</code>
              {name === 'tcp_find_established' && <small> {placeOf(result)}</small>}
            </li>
          ))}
        </ol>
      )}
      {step.counters.length > 0 && <p class="moved">{step.counters.join(', ')}</p>}
    </div>
  );
}

function placeOf(result: number | null): string {
  if (result === null) return '';
  return result < 0 ? 'finds nobody established' : `finds place ${result + 1}`;
}
