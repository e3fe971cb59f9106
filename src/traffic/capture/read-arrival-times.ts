export function readArrivalTimes(_b: Uint8Array, _f: string, _o: { port: number | null }): { atNs: Float64Array } {
  return { atNs: new Float64Array(0) };
}
