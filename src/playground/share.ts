/**
 * The state of the playground as the fragment of an address, and back: `v=1&q=NAME&stack=…&set=PATH=VALUE`. A text of the visitor's own is
 * deflated. Addresses come from strangers: everything is bounded, and what cannot be read is said.
 * Leaves out: whether the settings make a scenario (the engine says so).
 */
import { packed, unpacked } from './packing.ts';
import { BLANK, type PlayState } from './state.ts';

const VERSION = '1';
const FRAGMENT_CHARS_MAX = 32_768;
const TEXT_BYTES_MAX = 65_536;
const SETTINGS_MAX = 64;
const PATH = /^[a-z][\w.-]{0,120}$/;
const STACK = /^[a-z][\w.-]{0,40}$/;
const VALUE_CHARS_MAX = 1000;
const SEED_CHARS_MAX = 100;
const KEYS = ['v', 'q', 'yaml', 'stack', 'other', 'seed', 'set'];

export interface Shared {
  readonly state: PlayState;
  /** What is wrong with the address; null: nothing, or there is none. */
  readonly problem: string | null;
}

/** @returns the fragment without its `#`. */
export async function fragmentOf(state: PlayState): Promise<string> {
  const params = new URLSearchParams();
  params.set('v', VERSION);
  if (state.question !== null) params.set('q', state.question);
  else if (state.text !== null) params.set('yaml', await packed(state.text));
  if (state.stack !== null) params.set('stack', state.stack);
  if (state.other !== null) params.set('other', state.other);
  if (state.seed !== null) params.set('seed', state.seed);
  for (const { path, value } of state.settings) params.append('set', `${path}=${value}`);
  // These are safe in a fragment, and people can read it.
  return params.toString().replace(/%(?:3D|2F|28|29|2C|3A)/g, (code) => decodeURIComponent(code));
}

/** @param fragment with or without `#`. @param questions names that there are. */
export async function readFragment(fragment: string, questions: readonly string[]): Promise<Shared> {
  const text = fragment.replace(/^#/, '');
  if (text === '') return { state: BLANK, problem: null };
  try {
    return { state: await stateOf(text, questions), problem: null };
  } catch (error) {
    const why = error instanceof Unreadable ? error.message : 'it is damaged';
    return { state: BLANK, problem: `This address cannot be read: ${why}.` };
  }
}

class Unreadable extends Error {}

async function stateOf(text: string, questions: readonly string[]): Promise<PlayState> {
  if (text.length > FRAGMENT_CHARS_MAX) throw new Unreadable('it is too long');
  const params = new URLSearchParams(text);
  const version = params.get('v');
  if (version !== VERSION) {
    throw new Unreadable(version === null ? 'it has no version' : 'it is of another version of the playground');
  }
  for (const key of params.keys()) if (!KEYS.includes(key)) throw new Unreadable('it says something unknown');
  const question = params.get('q');
  if (question !== null && !questions.includes(question)) throw new Unreadable('there is no such question');
  const yaml = params.get('yaml');
  const settings = params.getAll('set').map(settingOf);
  if (settings.length > SETTINGS_MAX) throw new Unreadable('it sets too much');
  return {
    question,
    text: question === null && yaml !== null ? await textOf(yaml) : null,
    stack: checked(params.get('stack'), STACK, 'a stack'),
    other: checked(params.get('other'), STACK, 'a stack'),
    settings: [...new Map(settings.map((setting) => [setting.path, setting])).values()],
    seed: seedOf(params.get('seed')),
  };
}

async function textOf(letters: string): Promise<string> {
  try {
    return await unpacked(letters, TEXT_BYTES_MAX);
  } catch (error) {
    throw error instanceof RangeError ? new Unreadable('its scenario is too long') : error;
  }
}

function settingOf(text: string): { path: string; value: string } {
  const at = text.indexOf('=');
  const [path, value] = [text.slice(0, Math.max(0, at)), text.slice(at + 1)];
  if (!PATH.test(path) || value.length > VALUE_CHARS_MAX) throw new Unreadable('a setting is not PATH=VALUE');
  return { path, value };
}

function checked(text: string | null, pattern: RegExp, what: string): string | null {
  if (text !== null && !pattern.test(text)) throw new Unreadable(`${what} has an impossible name`);
  return text;
}

function seedOf(text: string | null): string | null {
  if (text !== null && (text.trim() === '' || text.length > SEED_CHARS_MAX)) throw new Unreadable('its seed is none');
  return text;
}
