// A QR code that a terminal can show.
import { renderUnicodeCompact } from 'uqr';

/** What a terminal can show. */
export interface QrTerminal {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
}

/** How many modules around a code are light. */
const border = 2;

/**
 * The lines of a QR code, for a terminal with a dark background; none where they could not be shown: on a
 * stream that is no terminal, in a narrow one, or without the characters of UTF-8.
 */
export function qrLines(text: string, { isTTY, columns = 0, env, platform }: QrTerminal): string[] {
  if (isTTY !== true || env.TERM === 'dumb' || !hasBlocks(env, platform)) return [];
  const lines = renderUnicodeCompact(text, { border }).split('\n');
  // A terminal of unknown width says 0.
  return lines[0]!.length < (columns > 0 ? columns : 80) ? lines : [];
}

/** Whether the half blocks of which a code is made can be shown. */
function hasBlocks(env: QrTerminal['env'], platform: NodeJS.Platform): boolean {
  // Only the old console of Windows says nothing of itself, and may have another code page.
  if (platform === 'win32') return Boolean(env.WT_SESSION ?? env.TERM_PROGRAM);
  return /utf-?8/i.test([env.LC_ALL, env.LC_CTYPE, env.LANG].find(Boolean) ?? '');
}
