// The addresses that a person types.
import { describe, expect, it } from 'vitest';
import { readPeerAddress, splitList } from '../../src/config/peer-addresses.ts';

describe('an address that is typed', () => {
  it.each([
    ['127.0.0.1:1379', '127.0.0.1:1379'],
    ['127.0.0.1', '127.0.0.1:1378'],
    ['localhost', 'localhost:1378'],
    ['Node2.local:7', 'node2.local:7'],
    ['büro', 'xn--bro-hoa:1378'],
    ['Büro-PC.local:7', 'xn--bro-pc-3ya.local:7'],
    ['файлы.local', 'xn--80asg7a0b.local:1378'],
    ['１９２。１６８。１。７', '192.168.1.7:1378'],
    ['my_pc', 'my_pc:1378'],
    ['nas.local.', 'nas.local:1378'],
    ['nas.local.:7', 'nas.local:7'],
    ['[::1]:1379', '[::1]:1379'],
    ['[::1]', '[::1]:1378'],
    ['::1', '[::1]:1378'],
    ['2001:DB8:0:0:0:0:0:1', '[2001:db8::1]:1378'],
    ['fe80::1%eth0', '[fe80::1%eth0]:1378'],
    ['[FE80::1%eth0]', '[fe80::1%eth0]:1378'],
    ['[fe80::1%eth0]:7', '[fe80::1%eth0]:7'],
    ['::ffff:192.168.1.7', '192.168.1.7:1378'],
  ])('%s is read as %s', (typed, address) => {
    expect(readPeerAddress(typed)).toBe(address);
  });

  it.each([
    '',
    ':1378',
    '1378',
    'node2:',
    'node2:x',
    'node2:0',
    'node2:01378',
    'node2:65536',
    '127.1',
    '.',
    'nas..',
    'a b\u00fc',
    '\u00fc/b',
    '\u202e',
    '[::1',
    '::1]',
    '[node2]',
    '[::1]1378',
    'http://node2',
    'a:b:c',
    'fe80::1%',
    'fd00::1%eth0',
  ])('"%s" is refused', (typed) => {
    expect(readPeerAddress(typed)).toBeUndefined();
  });

  it('Commas and blanks separate addresses alike', () => {
    expect(splitList(' a:1,b:2  c,\td , \n[::1]')).toEqual(['a:1', 'b:2', 'c', 'd', '[::1]']);
    expect(splitList(' , ')).toEqual([]);
  });
});
