// Which connections are served, wait, are closed for others, or are refused.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Admission, type AdmissionLimits, type Decision } from '../../src/limits/admission.ts';

const limits: AdmissionLimits = {
  maxConnections: 4,
  maxConnectionsPerAddress: 2,
  maxWaiting: 3,
  maxWait: 30_000,
};

const short = (decisions: readonly Decision[]): string[] =>
  decisions.map(({ type, id }) => `${type} ${id}`);

describe('admission', () => {
  it('Connections are admitted up to the bound of their address and the bound of all', () => {
    const admission = new Admission(limits);
    expect(short(admission.arrive(1, 'a', 0))).toEqual(['admit 1']);
    expect(short(admission.arrive(2, 'a', 0))).toEqual(['admit 2']);
    expect(short(admission.arrive(3, 'a', 0))).toEqual([]);
    expect(short(admission.arrive(4, 'b', 0))).toEqual(['admit 4']);
    expect(short(admission.arrive(5, 'b', 0))).toEqual(['admit 5']);
    expect(short(admission.arrive(6, 'c', 0))).toEqual([]);
  });

  it('The connection that has been idle longest is closed, of the same address if that is at its bound', () => {
    const admission = new Admission(limits);
    admission.arrive(1, 'b', 0);
    admission.arrive(2, 'a', 1);
    admission.arrive(3, 'a', 2);
    expect(short(admission.arrive(4, 'a', 1000))).toEqual(['evict 2', 'admit 4']);
    expect(short(admission.arrive(5, 'b', 1000))).toEqual(['admit 5']);
    expect(short(admission.arrive(6, 'c', 1000))).toEqual(['evict 1', 'admit 6']);
  });

  it('A busy connection is never closed: a new one waits until another has left', () => {
    const admission = new Admission(limits);
    for (const id of [1, 2]) {
      admission.arrive(id, 'a', 0);
      admission.busy(id);
    }
    expect(short(admission.arrive(3, 'a', 10_000))).toEqual([]);
    expect(short(admission.leave(1, 11_000))).toEqual(['admit 3']);
  });

  it('A connection is not closed while its first request may still arrive', () => {
    const admission = new Admission(limits);
    admission.arrive(1, 'a', 0);
    admission.arrive(2, 'a', 0);
    expect(short(admission.arrive(3, 'a', 249))).toEqual([]);
    expect(short(admission.look(250))).toEqual(['evict 1', 'admit 3']);
  });

  it('A connection that is done counts as idle', () => {
    const admission = new Admission(limits);
    for (const id of [1, 2]) {
      admission.arrive(id, 'a', 0);
      admission.busy(id);
    }
    admission.idle(2, 5000);
    admission.arrive(3, 'a', 5000);
    expect(admission.nextLook()).toBe(5250);
    expect(short(admission.look(5250))).toEqual(['evict 2', 'admit 3']);
  });

  it('An address that waits does not hold up other addresses', () => {
    const admission = new Admission(limits);
    for (const id of [1, 2, 3, 4, 5]) {
      admission.arrive(id, 'a', 0);
      admission.busy(id);
    }
    expect(short(admission.arrive(6, 'b', 0))).toEqual(['admit 6']);
  });

  describe('when all places are taken and somebody waits', () => {
    const speeds = new Map<number, number | undefined>();
    const arrive = (admission: Admission, id: number, address: string, now = 0): string[] => {
      const decisions = admission.arrive(id, address, now, {
        bytesPerSecond: () => speeds.get(id),
      });
      for (const { type, id: admitted } of decisions)
        if (type === 'admit') admission.busy(admitted);
      return short(decisions);
    };

    it('The slowest reader of the machine with most places goes when somebody waits', () => {
      const admission = new Admission({ ...limits, maxConnections: 3 });
      for (const [id, speed] of [900, 800, 10].entries()) speeds.set(id + 1, speed);
      arrive(admission, 1, 'a');
      arrive(admission, 2, 'a');
      // The slow link of an honest machine is slower still, but it has one place.
      arrive(admission, 3, 'b');
      expect(arrive(admission, 4, 'c', 6000)).toEqual(['evict 2', 'admit 4']);
    });

    it('A slow client goes also in the moment between two of its requests', () => {
      const admission = new Admission({ ...limits, maxConnections: 2 });
      speeds.set(1, 900).set(2, 800);
      arrive(admission, 1, 'a');
      arrive(admission, 2, 'a');
      admission.idle(2, 5999);
      expect(arrive(admission, 3, 'c', 6000)).toEqual(['evict 2', 'admit 3']);
    });

    it('One look asks for few speeds, however many machines wait', () => {
      const many = { ...limits, maxConnections: 256, maxConnectionsPerAddress: 32 };
      const admission = new Admission({ ...many, maxWaiting: 512 });
      let asked = 0;
      const reader = { bytesPerSecond: () => ((asked += 1), 1_000_000) };
      for (let id = 0; id < 256; id += 1) {
        admission.arrive(id, `${id % 8}`, 0, reader);
        admission.busy(id);
      }
      for (let id = 256; id < 768; id += 1) admission.arrive(id, `of ${id}`, 0, reader);
      asked = 0;
      admission.look(6000);
      expect(asked).toBeLessThanOrEqual(256);
    });

    it('Readers of machines with one place each go in the order of their speed', () => {
      const admission = new Admission({ ...limits, maxConnections: 2 });
      speeds.set(1, 100_000).set(2, 2000);
      arrive(admission, 1, 'honest');
      arrive(admission, 2, 'slow');
      expect(arrive(admission, 3, 'c', 6000)).toEqual(['evict 2', 'admit 3']);
    });

    it('A slow reader is not closed as long as nobody waits', () => {
      const admission = new Admission({ ...limits, maxConnections: 2 });
      speeds.set(1, 1).set(2, 1);
      arrive(admission, 1, 'a');
      expect(arrive(admission, 2, 'b', 60_000)).toEqual(['admit 2']);
      expect(admission.look(120_000)).toEqual([]);
      expect(admission.nextLook()).toBeUndefined();
    });

    it('A reader of 256 KiB/s, or one whose speed is not known yet, is not closed for another', () => {
      const admission = new Admission({ ...limits, maxConnections: 2 });
      speeds.set(1, 256 * 1024).set(2, undefined);
      arrive(admission, 1, 'a');
      arrive(admission, 2, 'b');
      expect(arrive(admission, 3, 'c', 6000)).toEqual([]);
      speeds.set(2, 0);
      expect(short(admission.look(6250))).toEqual(['evict 2', 'admit 3']);
    });

    it('A machine takes no place from a machine that has no more than it has itself', () => {
      const admission = new Admission({ ...limits, maxConnections: 2 });
      speeds.set(1, 1000).set(2, 0);
      arrive(admission, 1, 'honest');
      arrive(admission, 2, 'attacker');
      expect(arrive(admission, 3, 'attacker', 6000)).toEqual([]);
    });

    it('A machine with all its places taken gives up its own slowest reader for its next one', () => {
      const admission = new Admission(limits);
      speeds.set(1, 10).set(2, 0).set(3, 0);
      for (const id of [1, 2]) arrive(admission, id, 'a');
      arrive(admission, 3, 'b');
      expect(arrive(admission, 4, 'a', 6000)).toEqual(['evict 2', 'admit 4']);
    });

    it('The machines with fewest places are served first, however long others have waited', () => {
      const admission = new Admission({ ...limits, maxConnections: 3 });
      speeds.clear();
      for (const [id, address] of ['a', 'a', 'b'].entries()) arrive(admission, id + 1, address);
      arrive(admission, 4, 'b', 1);
      arrive(admission, 5, 'c', 2);
      expect(short(admission.leave(1, 3))).toEqual(['admit 5']);
    });
  });

  it('If too many wait, the oldest connection of the most crowded address is refused', () => {
    const admission = new Admission({ ...limits, maxConnections: 2 });
    for (const id of [1, 2]) {
      admission.arrive(id, 'a', 0);
      admission.busy(id);
    }
    expect(short(admission.arrive(3, 'b', 0))).toEqual([]);
    expect(short(admission.arrive(4, 'a', 0))).toEqual([]);
    expect(short(admission.arrive(5, 'a', 0))).toEqual([]);
    expect(short(admission.arrive(6, 'a', 0))).toEqual(['refuse 4']);
  });

  it('A connection that has waited too long is refused', () => {
    const admission = new Admission({ ...limits, maxConnections: 1 });
    admission.arrive(1, 'a', 0);
    admission.busy(1);
    admission.arrive(2, 'b', 0);
    expect(short(admission.look(29_999))).toEqual([]);
    expect(admission.nextLook()).toBe(30_000);
    expect(short(admission.look(30_000))).toEqual(['refuse 2']);
    expect(admission.nextLook()).toBeUndefined();
  });

  it('Connections are looked at four times a second while others wait, however many requests come', () => {
    const admission = new Admission(limits);
    admission.arrive(1, 'a', 0);
    admission.arrive(2, 'a', 0);
    expect(admission.nextLook()).toBeUndefined();
    admission.arrive(3, 'a', 100);
    for (let request = 0; request < 1000; request += 1) {
      admission.busy(1);
      admission.idle(1, 200);
    }
    expect(admission.nextLook()).toBe(350);
    expect(short(admission.look(350))).toEqual(['evict 2', 'admit 3']);
    expect(admission.nextLook()).toBeUndefined();
  });

  it('One connection is closed at once when descriptors run out', () => {
    const admission = new Admission({ ...limits, maxConnections: 2 });
    admission.arrive(1, 'a', 0);
    admission.arrive(2, 'a', 0);
    admission.arrive(3, 'b', 0);
    admission.busy(2);
    expect(short(admission.shed())).toEqual(['evict 1']);
    expect(short(admission.shed())).toEqual(['refuse 3']);
    expect(short(admission.shed())).toEqual([]);
  });

  it('The bounds hold whatever happens, and no connection is lost or forgotten', () => {
    const id = fc.integer({ min: 1, max: 30 });
    const event = fc.record({
      what: fc.constantFrom('arrive', 'busy', 'idle', 'leave', 'look', 'shed'),
      id,
      pass: fc.integer({ min: 0, max: 400 }),
    });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 300 }), (events) => {
        const admission = new Admission(limits);
        const [served, busy, waiting] = [new Set<number>(), new Set<number>(), new Set<number>()];
        let now = 0;
        const addressOf = (of: number): string => `${of % 3}`;
        const apply = (decisions: readonly Decision[]): void => {
          for (const { type, id: of } of decisions) {
            if (type === 'admit') served.add(of);
            else expect(busy.has(of)).toBe(false);
            if (type === 'evict') expect(served.delete(of)).toBe(true);
            else expect(waiting.delete(of)).toBe(true);
          }
        };
        for (const { what, id: of, pass } of events) {
          now += pass;
          if (what === 'arrive' && !served.has(of) && !waiting.has(of)) {
            waiting.add(of);
            apply(admission.arrive(of, addressOf(of), now));
          } else if (what === 'busy') {
            admission.busy(of);
            if (served.has(of)) busy.add(of);
          } else if (what === 'idle') {
            admission.idle(of, now);
            busy.delete(of);
          } else if (what === 'leave') {
            for (const set of [served, busy, waiting]) set.delete(of);
            apply(admission.leave(of, now));
          } else if (what === 'look') apply(admission.look(now));
          else if (what === 'shed') apply(admission.shed());
          expect(served.size).toBeLessThanOrEqual(4);
          expect(waiting.size).toBeLessThanOrEqual(3);
          for (const address of ['0', '1', '2'])
            expect(
              [...served].filter((other) => addressOf(other) === address).length,
            ).toBeLessThanOrEqual(2);
        }
        // A connection that still waits is served once all others have gone.
        for (const of of [...served]) {
          served.delete(of);
          busy.delete(of);
          apply(admission.leave(of, now));
        }
        expect([...waiting]).toEqual(
          [...waiting].filter((of) =>
            [...served].some((other) => addressOf(other) === addressOf(of)),
          ),
        );
      }),
    );
  });
});
