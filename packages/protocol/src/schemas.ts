import * as z from 'zod';

// The values that keys of version 2 have in common.

/** The highest version of the protocol that the sender speaks. */
export const version: z.ZodType<number> = z.int().min(2);

/** 64 random bits, as 16 lower-case hex digits. */
export const randomBits: z.ZodType<string> = hexDigits(16);

/** A SHA-256, as 64 lower-case hex digits. */
export const digest: z.ZodType<string> = hexDigits(64);

/** A number of bytes. */
export const byteCount: z.ZodType<number> = z.int().min(0);

/** Text of at least one character, without half a surrogate pair. */
export const text: z.ZodType<string> = z
  .string()
  .min(1)
  .refine((value) => value.isWellFormed(), { error: 'expected well-formed Unicode' });

function hexDigits(count: number): z.ZodType<string> {
  return z.string().regex(new RegExp(`^[0-9a-f]{${count}}$`), {
    error: `expected ${count} lower-case hex digits`,
  });
}
