// How a path is typed at a prompt.
import { expect, it } from 'vitest';
import { readTypedPath, trimTyped, typedRest } from '../../src/text/typed-path.ts';

it.each([
  ['"my folder"', 'my folder'],
  ["'x y'/z", 'x y/z'],
  ['x\\ y', 'x y'],
  ['a"b c"d', 'ab cd'],
  ['"it\'s"', "it's"],
  ['\'say "x"\'', 'say "x"'],
  ['"a\\"b\\c"', 'a"b\\c'],
  ["'a\\'", 'a\\'],
  ['"open', 'open'],
  ['end\\', 'end\\'],
  ['""', ''],
])('The text %s is read as the path %j, as a shell reads it', (text, path) => {
  expect(readTypedPath(text, 'linux').path).toBe(path);
});

it('On Windows a backslash is part of the path', () => {
  expect(readTypedPath('"C:\\my folder\\x"', 'win32').path).toBe('C:\\my folder\\x');
});

it('Blanks around a path do not count, except one after a backslash', () => {
  expect(trimTyped('  a b \t')).toBe('a b');
  expect(trimTyped(' a\\  ')).toBe('a\\ ');
});

it('What is added to a path that was begun is read back in its quotes, or with its backslashes', () => {
  const rest = 'x \'y\' "z" $HOME\\n';
  for (const begun of ['"', "'", 'a\\ ']) {
    const typed = readTypedPath(begun, 'linux');
    const whole = begun + typedRest(rest, typed);
    expect(readTypedPath(whole, 'linux').path).toBe(typed.path + rest);
  }
});
