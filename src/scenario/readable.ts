/**
 * What can be read of a scenario file that has mistakes: so that what must hold between keys is checked and told
 * together with them, and a mistake is not told twice.
 */
import * as z from 'zod';
import { type ScenarioFile, scenarioSchema } from './schema.ts';

/** `T` as far as it can be read; what cannot is undefined. */
export type Readable<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { readonly [K in keyof T]?: Readable<T[K]> | undefined }
    : T;

type Path = readonly string[];

export interface ReadableFile {
  readonly file: Readable<ScenarioFile>;
  /** Where values stand, or are missing, that could not be read. */
  readonly unreadable: readonly Path[];
}

/** @param raw data of the file, whatever it is. */
export function readableParts(raw: unknown): ReadableFile {
  const unreadable: Path[] = [];
  const file = read(scenarioSchema, raw, [], unreadable) as Readable<ScenarioFile> | undefined;
  return { file: file ?? {}, unreadable };
}

function read(schema: z.core.$ZodType, raw: unknown, path: Path, unreadable: Path[]): unknown {
  const parsed = z.safeParse(schema, raw);
  if (parsed.success) return parsed.data;
  const parts = isSection(raw) ? partsOf(schema, raw) : null;
  if (parts === null) {
    unreadable.push(path);
    return undefined;
  }
  return Object.fromEntries(parts.map(([key, part, value]) => [key, read(part, value, [...path, key], unreadable)]));
}

type Part = readonly [key: string, schema: z.core.$ZodType, value: unknown];

/** The keys of a section with what may stand there and what does; null for no section. */
function partsOf(schema: z.core.$ZodType, raw: Readonly<Record<string, unknown>>): Part[] | null {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional) {
    return partsOf(schema.unwrap(), raw);
  }
  const own = (key: string): unknown => (Object.hasOwn(raw, key) ? raw[key] : undefined);
  if (schema instanceof z.ZodObject) {
    const shape = schema.shape as Readonly<Record<string, z.core.$ZodType>>;
    return Object.entries(shape).map(([key, part]) => [key, part, own(key)]);
  }
  if (schema instanceof z.ZodRecord) {
    const { valueType } = schema;
    return Object.entries(raw).map(([key, value]) => [key, valueType, value]);
  }
  if (schema instanceof z.ZodDiscriminatedUnion) {
    const { discriminator } = schema.def;
    const option = schema.options.find(
      (one) => one instanceof z.ZodObject && z.safeParse(one.shape[discriminator], own(discriminator)).success,
    );
    return option === undefined ? null : partsOf(option, raw);
  }
  return null;
}

function isSection(raw: unknown): raw is Readonly<Record<string, unknown>> {
  return raw !== null && typeof raw === 'object' && !Array.isArray(raw);
}
