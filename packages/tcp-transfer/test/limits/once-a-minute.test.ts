// What is allowed once a minute for each machine.
import { expect, it } from 'vitest';
import { OnceAMinute } from '../../src/limits/once-a-minute.ts';

it('Each machine is allowed it once a minute, whatever others do', () => {
  const once = new OnceAMinute();
  expect(once.allows('a', 0)).toBe(true);
  expect(once.allows('a', 59_999)).toBe(false);
  expect(once.allows('b', 59_999)).toBe(true);
  expect(once.allows('a', 60_000)).toBe(true);
  expect(once.allows('a', 60_001)).toBe(false);
});

it('Of 1024 machines and one more, the one that was allowed it longest ago is forgotten', () => {
  const once = new OnceAMinute();
  for (let machine = 0; machine <= 1024; machine += 1) once.allows(String(machine), machine);
  expect(once.allows('1', 2000)).toBe(false);
  expect(once.allows('0', 2000)).toBe(true);
});
