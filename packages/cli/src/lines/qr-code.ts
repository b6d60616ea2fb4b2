// A QR code that a terminal can show.
import { renderUnicodeCompact } from 'uqr';

/** What a terminal can show. */
export interface QrTerminal {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
}

/** How many modules around a code are light. */
const border = 2;

/** How many lines stand around a code: the words above it must not leave the screen. */
const linesAround = 5;

/**
 * The lines of a QR code, for a terminal with a dark background; none where they could not be shown: on a
 * stream that is no terminal, in one that is too small, or without the characters of UTF-8.
 */
export function qrLines(
  text: string,
  { isTTY, columns = 0, rows = 0, env, platform }: QrTerminal,
): string[] {
  if (isTTY !== true || env.TERM === 'dumb' || !hasBlocks(env, platform)) return [];
  const lines = renderUnicodeCompact(text, { border }).split('\n');
  // A terminal of unknown size says 0.
  const [width, height] = [columns > 0 ? columns : 80, rows > 0 ? rows : 24];
  return lines[0]!.length < width && lines.length + linesAround <= height ? lines : [];
}

/** Whether the half blocks of which a code is made can be shown. */
function hasBlocks(env: QrTerminal['env'], platform: NodeJS.Platform): boolean {
  // Only the old console of Windows says nothing of itself, and may have another code page.
  if (platform === 'win32') return Boolean(env.WT_SESSION ?? env.TERM_PROGRAM);
  return /utf-?8/i.test([env.LC_ALL, env.LC_CTYPE, env.LANG].find(Boolean) ?? '');
}
