// How file names are typed at the prompt.
import { expect, it } from 'vitest';
import { nameFromTyped, typedName } from '../../src/text/typed-name.ts';

it.each([
  ['a b.txt', 'a b.txt'],
  ['   a.txt\t', 'a.txt'],
  [' " a.txt"', ' a.txt'],
  ["'a.txt '", 'a.txt '],
  ['"a.txt"', 'a.txt'],
  ['""a.txt""', '"a.txt"'],
  ['"a.txt', '"a.txt'],
  ['"a.txt\'', '"a.txt\''],
  ['""', '""'],
  ["it's", "it's"],
])('The text %j stands for the name %j', (text, name) => {
  expect(nameFromTyped(text)).toBe(name);
});

it('Every name can be typed, most names as they are', () => {
  expect(typedName('a b.txt')).toBe('a b.txt');
  expect(typedName(' both.txt')).toBe('" both.txt"');
  const characters = ['"', "'", ' ', '\t', '\u00a0', '\ufeff', 'a'];
  let names = [''];
  for (let length = 1; length <= 4; length += 1) {
    names = names.flatMap((name) => characters.map((character) => name + character));
    const lost = names.filter((name) => nameFromTyped(`  ${typedName(name)} `) !== name);
    expect(lost).toEqual([]);
  }
});
