/**
 * Texts as letters of base64url, deflated: short enough for an address, and for a page that carries a program.
 * Leaves out: browsers without streams that deflate (before Chrome 103, Firefox 113 and Safari 16.4).
 */

const FORMAT = 'deflate-raw';

/** Whether this browser can read what is packed. */
export function canUnpack(): boolean {
  return typeof DecompressionStream === 'function';
}

export async function packed(text: string): Promise<string> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream(FORMAT));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

/**
 * @param bytesMax a small text may unfold to a huge one: reading ends there.
 * @throws RangeError when it is longer; another error when it is damaged.
 */
export async function unpacked(letters: string, bytesMax: number): Promise<string> {
  const binary = atob(letters.replaceAll('-', '+').replaceAll('_', '/'));
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < binary.length; at++) bytes[at] = binary.charCodeAt(at);
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream(FORMAT)).getReader();
  const parts: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    const part = value as Uint8Array;
    parts.push(part);
    size += part.length;
    if (size > bytesMax) {
      await reader.cancel();
      throw new RangeError(`more than ${bytesMax} bytes`);
    }
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return new TextDecoder().decode(whole);
}
