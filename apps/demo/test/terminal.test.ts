// The prompt of the demo.
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { prompt, type Nodes } from '../src/terminal.ts';

/** Types lines at the prompt of nodes that download by the function `get`. */
function type(
  lines: readonly string[],
  get: Nodes['get'],
): { over: Promise<void>; said: string[] } {
  const input = new PassThrough();
  const said: string[] = [];
  const over = prompt({ node: () => undefined, get }, input, new AbortController().signal, (text) =>
    said.push(text),
  );
  for (const line of lines) input.write(`${line}\n`);
  return { over, said };
}

describe('the prompt of the demo', () => {
  it('The prompt runs its commands, and lists them after an unknown line', async () => {
    const asked: string[] = [];
    const { over, said } = type(['', 'list', ' get  a b ', 'get', 'quit'], (...name) => {
      asked.push(name.join(' '));
      return Promise.resolve({ path: 'a b', size: 1 });
    });
    await over;
    expect(asked).toEqual(['node1 a b']);
    expect(said).toEqual([
      'Cluster members:\n',
      'Received file completely!\n',
      'list, get <filename>, quit\n',
    ]);
  });

  it('The prompt can be left during a download, whose end is not printed then', async () => {
    let fail = (): void => undefined;
    const { over, said } = type(['get large', 'quit'], () => {
      return new Promise((_resolve, reject) => {
        fail = () => {
          reject(new Error('stopped'));
        };
      });
    });
    await over;
    fail();
    await new Promise((resolve) => setImmediate(resolve));
    expect(said).toEqual([]);
  });

  it('The prompt goes on after a download that failed', async () => {
    const { over, said } = type(['get a', 'nonsense', 'quit'], () =>
      Promise.reject(new Error('nobody has a')),
    );
    await over;
    expect(said).toEqual(['nobody has a\n', 'list, get <filename>, quit\n']);
  });
});
