/** What `uname -r` says, as a release upstream: Debian counts its ABIs there, not the releases of the stable series. */

/** ABI of a Debian kernel → the release that was measured under this name. */
const DEBIAN_ABIS: ReadonlyMap<string, string> = new Map([
  ['5.10.0-32', '5.10.223'],
  ['5.10.0-46', '5.10.262'],
  ['6.1.0-56', '6.1.192'],
]);

/** Names that a file may use, for messages. */
export const KERNEL_NAMES = `a kernel by its upstream release (6.18.44), or one of ${[...DEBIAN_ABIS.keys()].join(', ')}`;

/** @param name `6.18.44`, `6.12.107+deb13-cloud-amd64`, `5.10.0-32-cloud-amd64`. @returns `5.10.223`; null: not known. */
export function releaseOf(name: string): string | null {
  const abi = /^\d+\.\d+\.0-\d+/.exec(name)?.[0];
  if (abi !== undefined) return DEBIAN_ABIS.get(abi) ?? null;
  return /^\d{1,2}\.\d{1,3}\.\d{1,4}(?=$|[+-])/.exec(name)?.[0] ?? null;
}
