// When near names are looked for: while a file is asked for, and never in version 1.
import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { NearNames } from '../../src/members/near-names.ts';
import type { FoundFile } from '../../src/search/search-files.ts';
import type { PeerlaneNode } from '../../src/node/node.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A node whose members list one file, after a while. */
class ListingNode extends EventEmitter {
  searches = 0;
  readonly #delay: number;

  constructor(delay: number) {
    super();
    this.#delay = delay;
  }

  members(): [] {
    return [];
  }

  search(): Promise<Pick<FoundFile, 'filename'>[]> {
    this.searches += 1;
    return new Promise((resolve) => {
      setTimeout(() => {
        resolve([{ filename: 'report.pdf' }]);
      }, this.#delay);
    });
  }

  searchFolders(): Promise<[]> {
    return Promise.resolve([]);
  }
}

function nearNamesOf(node: ListingNode, protocol: 1 | 2): NearNames {
  const signal = new AbortController().signal;
  return new NearNames(node as unknown as PeerlaneNode, 'reprot.pdf', {
    ...{ waiting: 4000, protocol, signal },
  });
}

describe('near names of a file that is asked for in vain', () => {
  it('Near names are gathered while the file is asked for, and are there when its time is over', async () => {
    const node = new ListingNode(2000);
    using near = nearNamesOf(node, 2);
    await vi.advanceTimersByTimeAsync(4000);
    expect(await near.found()).toEqual(['report.pdf']);
    expect(node.searches).toBe(1);
  });

  it('A vain `get` ends on time, though the members list their files too late', async () => {
    using near = nearNamesOf(new ListingNode(3500), 2);
    await vi.advanceTimersByTimeAsync(4000);
    expect(await near.found()).toEqual([]);
  });

  it('A vain `get` whose members have all said no early still looks for near names', async () => {
    const node = new ListingNode(10);
    using near = nearNamesOf(node, 2);
    await vi.advanceTimersByTimeAsync(100);
    const found = near.found();
    await vi.advanceTimersByTimeAsync(10);
    expect(await found).toEqual(['report.pdf']);
  });

  it('A file that comes needs no near names', async () => {
    const node = new ListingNode(10);
    using near = nearNamesOf(node, 2);
    near.comes();
    await vi.advanceTimersByTimeAsync(4000);
    expect(node.searches).toBe(0);
  });

  it('With `protocol: 1` no near names are looked for, as nobody lists files', async () => {
    const node = new ListingNode(10);
    using near = nearNamesOf(node, 1);
    await vi.advanceTimersByTimeAsync(4000);
    expect(await near.found()).toEqual([]);
    expect(node.searches).toBe(0);
  });
});

describe('which names are near', () => {
  const listed = ['photos/', 'photos/2025/', 'photos/2026/', 'phone.txt'];
  const near = async (name: string): Promise<string[]> => {
    using names = new NearNames(new ListingNode(0) as unknown as PeerlaneNode, name, {
      ...{ waiting: 4000, protocol: 2, signal: new AbortController().signal },
      listed: () => Promise.resolve(listed),
    });
    return await names.found();
  };

  it('A folder typed by the path that it has on a disk is found by its last part', async () => {
    expect(await near('/home/me/work/photos/')).toEqual(['photos/']);
    expect(await near('pictures/of/2026/')).toEqual(['photos/2026/']);
    expect(await near('/home/me/work/music/')).toEqual([]);
  });

  it('A name that somebody has is not corrected: what is wanted there is other content', async () => {
    expect(await near('photos/')).toEqual([]);
    expect(await near('./photos/')).toEqual([]);
    expect(await near('phone.txt')).toEqual([]);
  });

  it('What lies below a folder that is suggested is not suggested beside it', async () => {
    expect(await near('phots/')).toEqual(['photos/']);
    expect(await near('hotos/')).toEqual(['photos/']);
    expect(await near('2026/x')).toEqual([]);
  });
});
