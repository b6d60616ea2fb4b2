// Names of a tree that a disk may take for one another.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NameSet } from '../../src/trees/name-set.ts';

/** What a path is for a disk that ignores case, and the form of letters. */
const folded = (path: readonly string[]): string => path.join('/').normalize('NFC').toLowerCase();

// Few letters, so that names are often the same but for their case or form.
const letter = fc.constantFrom(
  'a',
  'A',
  'b',
  'Z',
  '[',
  '{',
  '@',
  '`',
  'é',
  'É',
  'e',
  '\u0301',
  'K',
  '\u212a',
);
const name = fc.string({ unit: letter, minLength: 1, maxLength: 3 });
const path = fc.array(name, { minLength: 1, maxLength: 2 });

describe('NameSet', () => {
  it('A path is added unless one was that is the same but for case and form', () => {
    fc.assert(
      fc.property(fc.array(path, { maxLength: 200 }), (paths) => {
        const [names, model] = [new NameSet(), new Set<string>()];
        for (const each of paths) {
          expect(names.add(each)).toBe(!model.has(folded(each)));
          model.add(folded(each));
        }
      }),
    );
  });

  it('A hundred thousand names are all different', () => {
    const names = new NameSet();
    for (let number = 0; number < 100_000; number += 1)
      expect(names.add([`folder ${number % 100}`, `${number}`])).toBe(true);
    expect(names.add(['FOLDER 7', '7'])).toBe(false);
  });
});
