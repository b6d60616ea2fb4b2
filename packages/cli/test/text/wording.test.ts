// The wording of what people read: the help of each command, and the messages in the sources.
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import type { CommandName, CommandSpec } from '../../src/command-line/command-spec.ts';
import { commandNames, commands } from '../../src/command-line/commands.ts';
import { parse } from '../../src/command-line/parse.ts';

/** What is not said, and what is said instead. */
const retired: readonly (readonly [pattern: RegExp, instead: string])[] = [
  [/\bthere already\b/i, 'already exists'],
  [/\bby now\b/i, 'meanwhile, was replaced'],
  [/(?<!there )\bis no (?!longer\b)/i, 'is not a'],
  [/\bexclude each other\b/i, 'cannot be combined'],
  [/\bhas a fault\b/i, 'malformed'],
  [/\boutside of\b/i, 'outside'],
  [/\b(?:some|any)body\b/i, 'a member, a peer'],
  [/\bgo(?:es)? on where\b/i, 'resume'],
  [/\btoo much to do\b/i, 'busy'],
  [/\bthat can be listed\b/i, 'that a member lists'],
  [/\bgraver?\b/i, 'severe'],
  [/\bappears twice\b/i, 'was given twice'],
  [/\bcome to an end\b/i, 'end'],
  [/\b[KMG]iB\b/, 'kB, MB, GB: sizeText()'],
];

/** The sources that print or name numbers of bytes of files. */
const withFigures = /^packages.(?:cli|tcp-transfer).src/;

const root = fileURLToPath(new URL('../../../..', import.meta.url));

interface Message {
  readonly where: string;
  readonly text: string;
}

/** The texts with several words in the sources of the packages; `…` stands for a value. */
function messages(): Message[] {
  const found: Message[] = [];
  const sources = readdirSync(join(root, 'packages')).flatMap((name) => {
    const folder = join(root, 'packages', name, 'src');
    const inside = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    // The words of invitations are no message.
    return inside
      .filter((path) => path.endsWith('.ts') && basename(path) !== 'words.ts')
      .map((path) => join(folder, path));
  });
  for (const path of sources) {
    const file = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest);
    const visit = (node: ts.Node): void => {
      let text = '';
      if (ts.isStringLiteralLike(node)) text = node.text;
      else if (ts.isTemplateExpression(node))
        text =
          node.head.text + node.templateSpans.map(({ literal }) => `…${literal.text}`).join('');
      if (/\S \S/.test(text)) found.push({ where: relative(root, path), text });
      ts.forEachChild(node, visit);
    };
    visit(file);
  }
  return found;
}

/** Says for each text what is wrong with it. */
function faults(texts: readonly Message[]): string[] {
  return texts.flatMap(({ where, text }) =>
    retired
      .filter(([pattern]) => pattern.test(text))
      .map(([, instead]) => `${where}: "${text}" (instead: ${instead})`),
  );
}

function specOf(command: CommandName): CommandSpec {
  return commands[command];
}

async function helpOf(command: CommandName): Promise<string> {
  const parsed = await parse([...(command === '' ? [] : [command]), '--help'], '');
  return (parsed as { readonly output: string }).output;
}

describe('what people read', () => {
  it.for<CommandName>(['', ...commandNames])(
    'The help for "%s" uses no retired words',
    async (command) => {
      const text = await helpOf(command);
      expect(faults([{ where: 'help', text }])).toEqual([]);
      // An option is described by a phrase, a command by a sentence.
      const { about, options } = specOf(command);
      expect(about).toMatch(/^[A-Z].*\.$/);
      for (const option of Object.values(options)) expect(option.about).toMatch(/^[a-z].*[^.]$/);
    },
  );

  it.for<CommandName>(['', ...commandNames])(
    'The examples for "%s" can be copied whole',
    async (command) => {
      const lines = (await helpOf(command)).split('\n');
      for (const [line] of specOf(command).examples) {
        const shown = new RegExp(`^  p2p ?${line.replace(/\W/g, '\\$&')}(?:  |$)`);
        expect(lines.some((each) => shown.test(each))).toBe(true);
      }
    },
  );

  it('No message uses a retired word', () => {
    const all = messages();
    expect(all.length).toBeGreaterThan(300);
    expect(faults(all)).toEqual([]);
  });

  it('Sizes and rates of files are shown in kB, MB and GB', () => {
    const bare = messages().filter(
      ({ where, text }) => withFigures.test(where) && /…\s*bytes\b/.test(text),
    );
    expect(bare).toEqual([]);
  });
});
