/**
 * The one generator of seedrandom that is used here: its door loads six more, and Node.js's crypto, which takes longer
 * than everything else of the engine.
 */
declare module 'seedrandom/lib/alea.js' {
  import type { alea as Alea } from 'seedrandom';
  const alea: typeof Alea;
  export default alea;
}
