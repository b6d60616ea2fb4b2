// Circles of imports.
import assert from 'node:assert/strict';
import test from 'node:test';
import { circlesOf } from '../lib/circles.mjs';

const graph = (imports) => new Map(Object.entries(imports));

test('Files that import only downwards form no circle', () => {
  assert.deepEqual(circlesOf(graph({ a: ['b', 'c'], b: ['c'], c: ['elsewhere'] })), []);
});

test('Each circle is found once, with all its files', () => {
  const circles = circlesOf(
    graph({ a: ['b'], b: ['c'], c: ['a', 'd'], d: ['e'], e: ['d'], f: ['f'] }),
  );
  assert.deepEqual(circles.sort(), [['a', 'b', 'c'], ['d', 'e'], ['f']]);
});
