// What the program adds to the warnings of a node.
import { expect, it } from 'vitest';
import { warningText } from '../../src/lines/warning-text.ts';
import { sentence } from '../../src/text/sentence.ts';

it.each([
  ['sealed-neighbour', 'p2p join'],
  ['open-neighbour', 'p2p invite'],
  ['other-cluster', 'p2p join'],
  ['changed-member', 'key file'],
] as const)('A warning of the kind %s says what helps', (kind, help) => {
  const text = warningText('a node is there.', { kind });
  expect(text).toMatch(/^A node is there\. [A-Z]/);
  expect(text).toContain(help);
});

it('Another warning stays as it is, and has one full stop as a sentence', () => {
  expect(warningText('no route', undefined)).toBe('no route');
  expect(warningText('no route', { kind: 'send' })).toBe('no route');
  expect(['no route', 'Too fast.', 'Why?'].map(sentence)).toEqual([
    'No route.',
    'Too fast.',
    'Why?',
  ]);
});
