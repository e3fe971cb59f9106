/**
 * Every behaviour that differs between kernels, by the name that the code has for it.
 * Leaves out: how a behaviour is carried out (the other files of this room).
 */
import {
  synQueue,
  acceptTest,
  lastQuarter,
  countsOverflowOfAck,
  defer,
  challengesSegments,
  requestsOutliveListener,
  resetsStraySegments,
  hasReuseport,
  timeWaitPasses,
  countsCloseWait,
} from './queue-features.ts';
import {
  timer,
  initialRtoNs,
  ackedOutlivesPruning,
  duplicateSyn,
  dropCounters,
  resetCountsAttemptFails,
  timerCounters,
  sendsLossProbes,
} from './timer-features.ts';
import {
  cookieCountsAsDrop,
  cookieWindowNs,
  hostWideOverflow,
  cookieTicks,
  cookieOptions,
  cookieFailsAlways,
} from './cookie-features.ts';
import { cutsFastOpenQlen, defaultFastopen, fastOpen } from './fast-open-features.ts';
import {
  synAckRetries,
  defaultSomaxconn,
  defaultSyncookies,
  defaultMaxSynBacklog,
  cutsListenZero,
} from './setting-features.ts';

export const FEATURES = {
  synQueue,
  acceptTest,
  lastQuarter,
  timer,
  initialRtoNs,
  synAckRetries,
  ackedOutlivesPruning,
  duplicateSyn,
  dropCounters,
  countsOverflowOfAck,
  resetCountsAttemptFails,
  timerCounters,
  sendsLossProbes,
  cookieCountsAsDrop,
  cookieWindowNs,
  hostWideOverflow,
  cookieTicks,
  cookieOptions,
  cookieFailsAlways,
  defer,
  resetsStraySegments,
  challengesSegments,
  requestsOutliveListener,
  hasReuseport,
  timeWaitPasses,
  countsCloseWait,
  fastOpen,
  cutsFastOpenQlen,
  defaultFastopen,
  defaultSomaxconn,
  defaultSyncookies,
  defaultMaxSynBacklog,
  cutsListenZero,
};
