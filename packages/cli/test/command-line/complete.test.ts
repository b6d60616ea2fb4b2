// What can follow on a command line: commands, options, and their values.
import { describe, expect, it } from 'vitest';
import { commandNames } from '../../src/command-line/commands.ts';
import { complete } from '../../src/command-line/complete.ts';

/** The words that complete the last one. */
async function completed(...words: string[]): Promise<string[]> {
  const { completions } = await complete(words.slice(0, -1), words.at(-1)!);
  return completions.map(({ word }) => word);
}

describe('the completion of the command line', () => {
  it('A shell is offered commands, and the options of a session', async () => {
    expect(await completed('')).toEqual(commandNames);
    expect(await completed('help', 'st')).toEqual(['start', 'status']);
    const options = await completed('--');
    expect(options).toContain('--folder');
    expect(options).not.toContain('--json');
    expect(options.filter((option) => option.length < 5)).toEqual([]);
  });

  it('A shell is offered the options of a command, once, and the values that they may have', async () => {
    const options = await completed('get', 'a', '--peer', 'b', '--force', '--');
    expect(options).toContain('--skip-existing');
    expect(options).toContain('--peer');
    expect(options).not.toContain('--force');
    expect(options).not.toContain('--folder');
    expect(await completed('start', '--log-format', '')).toEqual(['text', 'json']);
    expect(await completed('start', '--no-disc')).toEqual(['--no-discovery']);
  });

  it('`completion` completes its shells', async () => {
    expect(await completed('completion', '')).toEqual(['bash', 'zsh', 'fish']);
    expect(await completed('completion', 'f')).toEqual(['fish']);
  });

  it('`share` and values of options complete paths, and `get` does not', async () => {
    expect(await complete(['share'], 'a')).toMatchObject({ isPath: true });
    expect(await complete(['get', '-o'], '')).toMatchObject({ isPath: true });
    expect(await complete(['get'], 'a')).not.toHaveProperty('isPath');
  });

  it('`get` completes names wherever one can stand, with the options that were typed', async () => {
    const line = ['--lan', 'get', 'a', '--peer', 'h:1'];
    expect(await complete(line, 'b')).toMatchObject({
      get: { flags: { lan: 'true' }, options: { peer: ['h:1'] } },
    });
    expect(await complete(['get', '--'], '-b')).toHaveProperty('get');
    expect(await complete(['get'], '-b')).not.toHaveProperty('get');
    expect(await complete(['get', '--into'], 'b')).not.toHaveProperty('get');
    expect(await complete(['get', '--unknown'], 'b')).not.toHaveProperty('get');
    expect(await complete(['search'], 'b')).not.toHaveProperty('get');
  });
});
