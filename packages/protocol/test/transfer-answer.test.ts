// Answers of version 2 that are refused, and refusals from a later version.
import { describe, expect, it } from 'vitest';
import { TransferAnswerDecoder } from '../src/index.ts';
import { bytesOf } from './support/bytes.ts';
import { failure } from './support/outcomes.ts';

describe('an answer of version 2', () => {
  it('Unknown keys in the error of an answer are left out', () => {
    const line = '{"v":3,"error":{"code":"busy","message":"later","after":5},"length":"x"}\n';
    expect(() => new TransferAnswerDecoder().push(bytesOf(line))).toThrow(
      failure('bad-answer', 'length: expected an integer'),
    );
    const { answer } = new TransferAnswerDecoder().push(bytesOf(line.replace('"x"', '5')))!;
    expect(answer).toStrictEqual({ error: { code: 'busy', message: 'later' } });
  });

  it.each(['{}', '[]', 'null', '"busy"', '{"code":"","message":"a"}', '{"code":"busy"}'])(
    'An answer with the error %s is refused',
    (error) => {
      expect(() => new TransferAnswerDecoder().push(bytesOf(`{"v":2,"error":${error}}\n`))).toThrow(
        failure('bad-answer', 'error: expected an object with a code and a message'),
      );
    },
  );
});
