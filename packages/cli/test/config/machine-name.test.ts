// The name of a node that was not given one.
import { describe, expect } from 'vitest';
import { machineName } from '../../src/config/machine-name.ts';
import { it } from '../support/lab.ts';

const machine = { hostname: 'desk', platform: 'linux', hardware: ['02:00:00:00:00:01'] };

describe('The name of a machine', () => {
  it.each([
    ['desk', 'desk'],
    ['Anns-MacBook-Pro.local', 'Anns-MacBook-Pro'],
    ['küche.example.org', 'küche'],
    ['10', '10'],
  ])('is its host name without the domain: %j becomes %j', (hostname, name) => {
    expect(machineName({ ...machine, hostname })).toBe(name);
  });

  it.each(['', 'localhost', 'LOCALHOST.localdomain', '(none)', 'a\u001b[2J', 'a\u202eb', '.x'])(
    'is made from its system and hardware if its host name is %j',
    (hostname) => {
      const name = machineName({ ...machine, hostname });
      expect(name).toMatch(/^linux-[0-9a-f]{4}$/);
      expect(machineName({ ...machine, hostname })).toBe(name);
      expect(machineName({ ...machine, hostname, hardware: [] })).toBe('linux');
    },
  );

  it('has at most 64 characters', () => {
    expect(machineName({ ...machine, hostname: 'x'.repeat(65) })).toMatch(/^linux-/);
    expect(machineName({ ...machine, hostname: 'x'.repeat(64) })).toHaveLength(64);
  });

  it('is the name of a node unless a setting names it', async ({ lab }) => {
    const cwd = await lab.folder();
    const shown = async (...args: string[]): Promise<string> => {
      const program = lab.run({ args: ['config', ...args], cwd });
      expect(await program.exit).toBe(0);
      return program.stdout;
    };
    expect(await shown()).toMatch(new RegExp(`^name +${machineName()} +default$`, 'm'));
    expect(await shown('--name', 'desk')).toMatch(/^name +desk +--name$/m);
  });
});
