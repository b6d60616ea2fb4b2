// The examples of docs/protocol.md, "Invitations", are test vectors; their form is described there.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ClusterKey, Keyring } from '../../src/index.ts';
import { CpaceSide, sessionKey } from '../../src/invitation/cpace.ts';
import { cpaceInputs } from '../../src/invitation/exchange.ts';
import {
  acceptInvitation,
  admitNewcomer,
  InvitationGuard,
  parseInvitation,
} from '../../src/invitation/index.ts';
import { encodeRefusal, type Refusal } from '../../src/invitation/refusals.ts';
import { type Side, wire } from '../support/wire.ts';

type Vector = Readonly<Record<string, string>>;

const document = readFileSync(new URL('../../../../docs/protocol.md', import.meta.url), 'utf8');
const vectors = [...document.matchAll(/^```jsonl invitation\n(.*?)^```$/gms)]
  .flatMap(([, block]) => block!.trimEnd().split('\n'))
  .map((line) => JSON.parse(line) as Vector);
const given = (key: string): Vector[] => vectors.filter((vector) => key in vector);

const run = given('invitation')[0]!;
const invitation = parseInvitation(run.invitation!);
const newcomerRandom = (): Uint8Array => Buffer.from(run.newcomerScalar!, 'hex');
const inviterRandom = (): Uint8Array => Buffer.from(run.inviterScalar!, 'hex');

describe('docs/protocol.md', () => {
  it('has examples of all that an invitation consists of', () => {
    const known = ['typed', 'invitation', 'from', 'refusal'];
    expect(known.map((key) => given(key).length)).toEqual([5, 1, 7, 7]);
    expect(vectors).toHaveLength(20);
  });

  it('is right about what somebody types', () => {
    for (const { typed, means, refused } of given('typed')) {
      if (refused)
        expect(() => parseInvitation(typed!)).toThrow(expect.objectContaining({ code: refused }));
      else expect(parseInvitation(typed!).text).toBe(means);
    }
  });

  it('is right about the session key of a run', () => {
    const inputs = cpaceInputs(invitation);
    const a = new CpaceSide(inputs, newcomerRandom);
    const b = new CpaceSide(inputs, inviterRandom);
    const isk = sessionKey(
      inputs.session,
      a.agree(b.share)!,
      { share: a.share, data: Uint8Array.of(1, invitation.number) },
      { share: b.share, data: new Uint8Array() },
    );
    expect(Buffer.from(isk).toString('hex')).toBe(run.isk);
  });

  it('is right about each frame of a run', async () => {
    const frames: { from: Side; frame: string }[] = [];
    const between = wire({
      carry: (from, bytes) => {
        frames.push({ from, frame: bytes.toString('hex') });
        return [bytes];
      },
    });
    const { signal } = new AbortController();
    const guard = new InvitationGuard({ now: 0 });
    const keyring = new Keyring([ClusterKey.parse(run.key!)]);
    await Promise.all([
      admitNewcomer(between.inviter, {
        ...{ invitation, name: run.inviter!, keyring, signal, random: inviterRandom },
        begin: () => guard.begin(0),
      }),
      acceptInvitation(between.newcomer, {
        ...{ invitation, name: run.newcomer!, signal, random: newcomerRandom },
      }),
    ]);
    expect(frames).toEqual(given('from'));
  });

  it('is right about refusals', () => {
    for (const { refusal, frame } of given('refusal')) {
      const body = Buffer.from(encodeRefusal(refusal as Refusal)).toString('hex');
      expect(`080001${body}`).toBe(frame);
    }
  });

  it('has the section that docstrings name', () => {
    expect(document).toContain('\n### Invitations\n');
  });
});
