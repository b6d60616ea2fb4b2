// The members that a search has asked.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AskedMembers, type Asked } from '../../src/search/asked-members.ts';

const member = fc.constantFrom('a', 'b', 'c', 'd');
const step = fc.oneof(
  fc.record({ member, answer: fc.constantFrom<Asked['answer']>('none', 'offer', 'miss') }),
  fc.record({ member, awaited: fc.boolean() }),
  fc.record({ member, gone: fc.constant(true) }),
);

describe('asked members', () => {
  it('A search is hopeless when all members that it waits for have said no, whatever happened before', () => {
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const members = new AskedMembers();
        for (const { member: name, ...change } of steps) {
          if ('gone' in change) members.delete(name);
          else members.change(members.note(name, 0), change);
          const awaited = ['a', 'b', 'c', 'd']
            .map((each) => members.get(each))
            .filter((asked) => asked?.awaited);
          const hopeless = awaited.length > 0 && awaited.every((asked) => asked?.answer === 'miss');
          expect(members.hopeless).toBe(hopeless);
        }
      }),
    );
  });

  it('A member is waited for once it is asked as one that is thought to be there', () => {
    const members = new AskedMembers();
    expect(members.noteAsked('a', false, 0)).toBe(1);
    expect(members.stateOf('a')).toBe('unasked');
    expect(members.noteAsked('a', true, 1)).toBe(2);
    expect(members.stateOf('a')).toBe('waiting');
    members.change(members.get('a')!, { answer: 'miss' });
    expect(members.stateOf('a')).toBe('answered');
    members.change(members.note('b', 2), { awaited: true });
    expect(['a', 'b'].map((each) => members.isOnlyAwaited(each))).toEqual([false, true]);
  });

  it('Thousands of members leave in no time', () => {
    const members = new AskedMembers();
    let looked = 0;
    for (let i = 0; i < 10_000; i += 1) {
      const asked = members.note(String(i), 0);
      members.change(asked, { awaited: true });
      Object.defineProperty(asked, 'awaited', { get: () => (looked += 1) > 0 });
    }
    for (let i = 0; i < 10_000; i += 1) {
      members.delete(String(i));
      expect(members.hopeless).toBe(false);
    }
    expect(looked).toBe(10_000);
  });
});
