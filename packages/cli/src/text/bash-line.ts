// How bash reads a command line up to the cursor, and how a completed word is written for it. Nothing is
// expanded.

/** A command line as far as it is typed. */
export interface BashLine {
  /** The words before the one that is being typed, without quotes. */
  readonly before: readonly string[];
  /** The word that is being typed, without quotes. */
  readonly current: string;
  /** The quote that is open at the cursor. */
  readonly quote: '' | "'" | '"';
  /** Where in `current` the text begins that a completion replaces. */
  readonly from: number;
  /** Whether bash would expand the word that is being typed, or end it with an operator. */
  readonly isExpanded: boolean;
}

/**
 * Reads the part of a command line that is before the cursor.
 *
 * @param breaks the characters after which bash begins to complete: its variable `COMP_WORDBREAKS`
 */
export function readBashLine(line: string, breaks: string): BashLine {
  const before: string[] = [];
  let [current, quote] = ['', '' as BashLine['quote']];
  let [afterQuote, afterBreak] = [0, 0];
  let [isBegun, isExpanded] = [false, false];
  for (let at = 0; at < line.length; at += 1) {
    const character = line[at]!;
    if (quote === '' && /[ \t\n]/.test(character)) {
      if (isBegun) before.push(current);
      [current, afterBreak, isBegun, isExpanded] = ['', 0, false, false];
      continue;
    }
    isBegun = true;
    if (character === quote) quote = '';
    else if (quote === "'") current += character;
    else if (character === '\\') {
      at += 1;
      const next = line[at] ?? '';
      current += quote === '' || /^[$`"\\]?$/.test(next) ? next : `\\${next}`;
    } else if (quote === '' && (character === '"' || character === "'"))
      [quote, afterQuote] = [character, current.length];
    else {
      current += character;
      isExpanded ||= (quote === '' ? /[$`()<>|&;]/ : /[$`]/).test(character);
      if (quote === '' && breaks.includes(character)) afterBreak = current.length;
    }
  }
  return { before, current, quote, from: quote === '' ? afterBreak : afterQuote, isExpanded };
}

/** Writes text so that bash reads exactly this text, inside the quote that is open at the cursor. */
export function quoteForBash(text: string, quote: BashLine['quote']): string {
  if (quote === "'") return text.replaceAll("'", "'\\''");
  // In double quotes nothing else keeps bash from looking for `!` in its history.
  if (quote === '"') return text.replace(/[$`"\\]/g, '\\$&').replaceAll('!', '"\\!"');
  return text.replace(/[^\w./%+,\u0080-\u{10ffff}-]/gu, '\\$&');
}
