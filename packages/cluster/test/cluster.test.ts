import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Cluster } from '../src/index.ts';

const self = '127.0.0.1:1378';
const address = fc.integer({ min: 1375, max: 1395 }).map((port) => `127.0.0.1:${port}`);

describe('Cluster', () => {
  it('lists the members it was given, in their order', () => {
    const cluster = new Cluster({ self: [self], members: ['b:2', 'a:1'] });
    expect(cluster.members()).toEqual(['b:2', 'a:1']);
  });

  it('learns from a list, and tells what was new', () => {
    const cluster = new Cluster({ self: [self], members: ['a:1'] });
    expect(cluster.merge(['a:1', 'b:2', 'b:2'])).toEqual(['b:2']);
    expect(cluster.members()).toEqual(['a:1', 'b:2']);
  });

  it('never lists itself and never lists anyone twice, whatever it hears', () => {
    fc.assert(
      fc.property(fc.array(address), fc.array(fc.array(address)), (members, lists) => {
        const cluster = new Cluster({ self: [self], members });
        for (const list of lists) cluster.merge(list);
        const listed = cluster.members();
        expect(listed).not.toContain(self);
        expect(new Set(listed).size).toBe(listed.length);
        expect(new Set(listed)).toEqual(
          new Set([...members, ...lists.flat()].filter((a) => a !== self)),
        );
      }),
    );
  });

  it('keeps no more members than its bound', () => {
    const cluster = new Cluster({ self: [self], members: ['a:1'], maxMembers: 2 });
    expect(cluster.merge(['b:1', 'c:1'])).toEqual(['b:1']);
    expect(cluster.members()).toEqual(['a:1', 'b:1']);
  });

  it('takes a name and what it resolves to for one member', () => {
    const cluster = new Cluster({ self: [self], members: ['node2:1378'] });
    cluster.merge(['127.0.0.2:1378']);
    cluster.addAlias('127.0.0.2:1378', 'node2:1378');
    expect(cluster.members()).toEqual(['node2:1378']);
    expect(cluster.merge(['127.0.0.2:1378'])).toEqual([]);
    cluster.recordResponder('127.0.0.2:1378');
    expect(cluster.hasPriority('node2:1378')).toBe(true);
  });

  it('knows itself under a name that resolves to its own address', () => {
    const cluster = new Cluster({ self: [self], members: ['localhost:1378', 'a:1'] });
    cluster.addAlias(self, 'localhost:1378');
    expect(cluster.members()).toEqual(['a:1']);
    expect(cluster.merge(['localhost:1378'])).toEqual([]);
  });

  it('gives priority to those who answered', () => {
    const cluster = new Cluster({ self: [self] });
    expect(cluster.hasPriority('a:1')).toBe(false);
    cluster.recordResponder('a:1');
    expect(cluster.hasPriority('a:1')).toBe(true);
    expect(cluster.hasPriority('b:1')).toBe(false);
  });
});
