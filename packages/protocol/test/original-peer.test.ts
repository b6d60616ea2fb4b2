// What the original peer was seen to send and to do, as recorded vectors.
import { describe, expect, it } from 'vitest';
import {
  decodeMessage,
  encodeMessage,
  encodeTransferHeader,
  headerFilename,
  ProtocolError,
  TransferHeaderDecoder,
  type Message,
} from '../src/index.ts';
import vectors from './fixtures/original-peer.json' with { type: 'json' };
import { bytesOf, deliveries, textOf } from './support/bytes.ts';
import { firstFrame, requestIn } from './support/decoding.ts';

describe('what the original peer sends by UDP', () => {
  it.each(vectors.udp_encode)(
    'The original message $bytes is encoded and decoded',
    ({ message, bytes }) => {
      expect(textOf(encodeMessage(message as Message))).toBe(bytes);
      expect(decodeMessage(bytesOf(bytes))).toEqual(message);
    },
  );
});

describe('what the original peer makes of a datagram', () => {
  // These second lines lack keys that version 2 asks for: they are dropped, with a reason.
  const extensionFault = expect.stringMatching(/^(?:id|req): /) as string;
  const ours: Record<string, Message | 'refused'> = {
    'DISCOVER,127.0.0.1:1499\n{"v":2}\n': {
      type: 'discover',
      addresses: ['127.0.0.1:1499'],
      extensionFault,
    },
    'Get,hello.txt\n{"v":2}\n': { type: 'get', filename: 'hello.txt', extensionFault },
    'File,1,41193\n{"v":2,"size":11}\n': { type: 'file', method: 1, port: 41193, extensionFault },
    'DISCOVER\n': { type: 'discover', addresses: [] },
    'DISCOVER,\n': { type: 'discover', addresses: [] },
    Get: 'refused',
    'HELLO,2\n': 'refused',
    // The original asks only for `a`; here the whole field is the name.
    'Get,a,b.txt\n': { type: 'get', filename: 'a,b.txt' },
    'Get, x.txt\n': { type: 'get', filename: ' x.txt' },
    ' \nGet,x.txt \n \n': { type: 'get', filename: 'x.txt' },
    // The original asks only for what stands before the comma.
    'Get,a\r,b\n': { type: 'get', filename: 'a\r,b' },
    // The original refuses this; here blanks around a number mean nothing.
    'File, 1,33680\n': { type: 'file', method: 1, port: 33680 },
    // The original takes both strings as they are; here what is no address goes no further.
    'DISCOVER, 127.0.0.1:1500 ,not-an-address\n': {
      type: 'discover',
      addresses: ['127.0.0.1:1500'],
    },
  };

  it.each(vectors.udp_decode_by_peer)(
    'The datagram $bytes is read as it should be',
    ({ bytes }) => {
      const expected = ours[bytes];
      expect(expected, 'every vector has an expectation').toBeDefined();
      if (expected === 'refused') {
        expect(() => decodeMessage(bytesOf(bytes))).toThrow(ProtocolError);
      } else {
        expect(decodeMessage(bytesOf(bytes))).toEqual(expected);
      }
    },
  );
});

describe('what the original peer does over TCP', () => {
  const answered = vectors.tcp.filter(({ response }) => response !== '');

  it.each(answered)('The request $request is decoded', ({ request }) => {
    const name = (request as string).split('\n')[0]!.slice('Get,'.length);
    for (const pieces of deliveries(bytesOf(request as string))) {
      expect(requestIn(pieces)).toEqual({ version: 1, filename: name });
    }
  });

  it.each(answered)('The response $response is decoded and encoded', ({ request, response }) => {
    const asked = (request as string).split('\n')[0]!.slice('Get,'.length);
    const data = response.slice(74);
    for (const pieces of deliveries(bytesOf(response))) {
      expect(firstFrame(new TransferHeaderDecoder(), pieces)?.header).toEqual({
        size: data.length,
        filename: headerFilename(asked),
      });
    }
    expect(
      textOf(encodeTransferHeader({ size: data.length, filename: headerFilename(asked) })) + data,
    ).toBe(response);
  });

  it.each(vectors.tcp.filter(({ response }) => response === ''))(
    'the request $request, which the original answers by closing, is well-formed',
    ({ request }) => {
      const pieces = [request].flat();
      const name = pieces.join('').trimEnd().slice('Get,'.length);
      expect(requestIn(pieces.map(bytesOf))).toEqual({
        version: 1,
        filename: name,
      });
    },
  );
});
