// The values that the keys of version 2 can have.
import { isDigest } from './digest.ts';
import { maxPort } from './peer-address.ts';

/** The values that a key of a JSON line can have. */
export interface Field<T> {
  /** The values in words, to follow "expected" in an error. */
  readonly expected: string;
  accepts(value: unknown): value is T;
}

/** The values of a key that can also be left out. */
export interface OptionalField<T> extends Field<T> {
  readonly optional: true;
}

/** Allows a key to be left out. */
export function optional<T>(field: Field<T>): OptionalField<T> {
  return { ...field, optional: true };
}

/** Integers from `min` to `max`, which JSON carries exactly. */
export function integer(min: number, max: number = Number.MAX_SAFE_INTEGER): Field<number> {
  return {
    expected: `an integer from ${min} to ${max}`,
    accepts: (value): value is number =>
      Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max,
  };
}

/** The highest version of the protocol that the sender speaks. */
export const version: Field<number> = integer(2);

/** A number of bytes. */
export const byteCount: Field<number> = integer(0);

/** A port of TCP. */
export const port: Field<number> = integer(1, maxPort);

const sixteenHexDigits = /^[0-9a-f]{16}$/;

/** 64 random bits. */
export const randomBits: Field<string> = {
  expected: '16 lower-case hex digits',
  accepts: (value): value is string => typeof value === 'string' && sixteenHexDigits.test(value),
};

/** A SHA-256 digest. */
export const digest: Field<string> = { expected: '64 lower-case hex digits', accepts: isDigest };

/** Text of at least one character, without half a surrogate pair. */
export const text: Field<string> = {
  expected: 'well-formed Unicode of at least one character',
  accepts: (value): value is string =>
    typeof value === 'string' && value !== '' && value.isWellFormed(),
};

const maxNameLength = 64;

/** The name of a node. */
export const nodeName: Field<string> = {
  expected: `at most ${maxNameLength} characters and at least one, in well-formed Unicode`,
  accepts: (value): value is string =>
    text.accepts(value) && Array.from(value).length <= maxNameLength,
};

/** A statement that is either made or left out. */
export const flag: Field<true> = {
  expected: 'true',
  accepts: (value): value is true => value === true,
};

/** How far from 1970 a `Date` can be, in milliseconds. */
const maxTime = 8.64e15;

/** A time in milliseconds since 1970 (UTC) that `Date` can hold. */
export const time: Field<number> = integer(-maxTime, maxTime);

/** The names from a folder down to an entry, each any well-formed text. */
export const path: Field<readonly string[]> = {
  expected: 'a list of at least one name',
  accepts: (value): value is readonly string[] => isFullOf(value, isName),
};

/** A list of texts, at least one. */
export const texts: Field<readonly string[]> = {
  expected: 'a list of at least one text',
  accepts: (value): value is readonly string[] => isFullOf(value, (one) => text.accepts(one)),
};

/** A list of paths, at least one. */
export const paths: Field<readonly (readonly string[])[]> = {
  expected: 'a list of at least one path',
  accepts: (value): value is readonly (readonly string[])[] =>
    isFullOf(value, (one) => path.accepts(one)),
};

function isName(value: unknown): value is string {
  return typeof value === 'string' && value.isWellFormed();
}

/** Whether a value is a list of at least one item, all of a kind; a hole, which `every` passes over, is none. */
function isFullOf(value: unknown, isItem: (item: unknown) => boolean): boolean {
  if (!Array.isArray(value) || value.length === 0) return false;
  for (const item of value as readonly unknown[]) if (!isItem(item)) return false;
  return true;
}
