/**
 * Kernel names to kernel versions: `linux-6.18`, `linux-5.10.234`, `linux-2.6.32.9`, from 2.2 to 7.2. A name without a
 * patch level is the first release of its series; a later kernel than any known is taken as the newest, with a warning.
 * Vendor kernels are refused: their number does not say which changes they carry.
 * Leaves out: what differs between the versions (profiles.ts); Linux 1.2 (linux-1.2/).
 */

/** 2.6.32.9, or 6.18.24.0: four numbers, the later ones 0 where the name has none. */
export type KernelVersion = readonly [number, number, number, number];

const OLDEST: KernelVersion = [2, 2, 0, 0];
const NEWEST: KernelVersion = [7, 2, 0, 0];
export const NEWEST_NAME = 'linux-7.2';

/** Major version → last minor one that was released. */
const LAST_MINOR: ReadonlyMap<number, number> = new Map([
  [3, 19],
  [4, 20],
  [5, 19],
  [6, 19],
]);

const NAME = /^linux-(\d{1,3})\.(\d{1,3})(?:\.(\d{1,4}))?(?:\.(\d{1,4}))?$/;
const VENDOR_NAME = /^linux-(\d{1,3}(?:\.\d{1,4}){1,3})[-._+](?=.*[a-z0-9])[\w.+~-]*$/i;

const EXPECTED = `a kernel from linux-2.2 to ${NEWEST_NAME}, such as linux-6.18 or linux-5.10.234`;

/** What a name means, or why it means nothing. */
export type NamedKernel =
  | {
      readonly version: KernelVersion;
      /** Something worth knowing about how the name was taken, or null. */
      readonly warning: string | null;
    }
  | { readonly version: null; readonly expected: string };

/** True for `linux-X.Y…`, of whatever version: a name for this room, right or wrong. `linux-1.2` is none. */
export function isKernelName(name: string): boolean {
  return /^linux-\d/.test(name) && name !== 'linux-1.2';
}

/** @param assumesUpstream a vendor kernel is taken as the upstream release whose number it has. */
export function kernelNamed(name: string, assumesUpstream = false): NamedKernel {
  const match = NAME.exec(name);
  if (match === null) return vendorKernel(name, assumesUpstream);
  const [major = 0, minor = 0, patch = 0, sub = 0] = match.slice(1).map((part) => Number(part ?? 0));
  const version: KernelVersion = [major, minor, patch, sub];
  const flaw = flawOf(version);
  if (flaw !== null) return { version: null, expected: `${EXPECTED} (${flaw})` };
  if (!isBefore(NEWEST, [major, minor, 0, 0])) return { version, warning: null };
  return { version: NEWEST, warning: `${name} is later than any kernel known here: it is taken as ${NEWEST_NAME}` };
}

function vendorKernel(name: string, assumesUpstream: boolean): NamedKernel {
  const upstream = VENDOR_NAME.exec(name)?.[1];
  if (upstream === undefined) return { version: null, expected: EXPECTED };
  if (assumesUpstream) {
    const taken = kernelNamed(`linux-${upstream}`);
    if (taken.version === null) return taken;
    return { version: taken.version, warning: `${name} is assumed to behave as linux-${upstream} does upstream` };
  }
  const why = 'a vendor kernel carries changes of later ones that its number does not show';
  const remedy = `--assume takes it as linux-${upstream}`;
  return { version: null, expected: `${EXPECTED} (${why}; ${remedy})` };
}

/** Why there is no such version, null: there is. */
function flawOf(version: KernelVersion): string | null {
  const [major, minor] = version;
  if (isBefore(version, OLDEST)) return 'of older ones only linux-1.2 is there';
  if (major === 2 && minor > 6) return '2.x ended with 2.6';
  if (major === 2 && minor % 2 === 1) return `2.${minor} was a series for developers`;
  const last = LAST_MINOR.get(major);
  return last !== undefined && minor > last ? `${major}.x ended with ${major}.${last}` : null;
}

/** Is `a` earlier than `b`? */
export function isBefore(a: KernelVersion, b: KernelVersion): boolean {
  for (let i = 0; i < a.length; i++) {
    if (a[i] !== b[i]) return a[i]! < b[i]!;
  }
  return false;
}

/** `6.18`, `5.10.234`, `2.6.32.9` → version. For the tables of this room, which are right. */
export function versionOf(text: string): KernelVersion {
  const [major = 0, minor = 0, patch = 0, sub = 0] = text.split('.').map(Number);
  return [major, minor, patch, sub];
}

/** `6.18`, `5.10.234`, `2.6.32.9`: without zeros at the end. */
export function formatVersion([major, minor, patch, sub]: KernelVersion): string {
  const rest = sub > 0 ? `.${patch}.${sub}` : patch > 0 ? `.${patch}` : '';
  return `${major}.${minor}${rest}`;
}

/** `6.12` for 6.12.10; `2.6.32` for 2.6.32.9: what a stable series is called. */
export function seriesOf([major, minor, patch]: KernelVersion): string {
  return major === 2 ? `${major}.${minor}.${patch}` : `${major}.${minor}`;
}
