// The files that the page exports: JSON, and a capture that tshark reads.
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { readPackets } from './capture.ts';
import { noBrowser, noCapture } from './tools.ts';
import { watched } from './watch.ts';

interface Exported {
  readonly at: number;
  readonly via: string;
  readonly kind: string;
  readonly from: string;
  readonly to: string;
  readonly fromNode: string;
  readonly toNode: string;
  readonly bytes?: string;
  readonly fields?: readonly { readonly name: string; readonly text: string }[];
}

describe.skipIf(noBrowser)('what is exported', () => {
  const watch = watched();
  const save = async (button: string): Promise<string> => {
    const downloading = watch.page.waitForEvent('download');
    await watch.page.click(button);
    return (await downloading).path();
  };
  const saveJson = async (): Promise<Exported[]> =>
    JSON.parse(await readFile(await save('#export-json'), 'utf8')) as Exported[];

  it('The exported JSON has every message that is shown, and its bytes', async () => {
    const { page } = watch;
    await page.click('#time-pause');
    const rows = await watch.rows();
    const messages = await saveJson();
    expect(messages.map(({ at }) => at)).toEqual(rows.map(({ at }) => at));
    for (const [index, row] of rows.entries()) {
      const { via, kind, fromNode, toNode, bytes = '' } = messages[index]!;
      expect(row.classes).toEqual(expect.arrayContaining([via, kind]));
      expect(row.spoken).toContain(`${fromNode} to ${toNode}: `);
      expect(bytes).toBe(await watch.bytesOf(row));
    }
    await page.fill('#filter-text', 'hello-from-node2.txt"?');
    await expect.poll(async () => (await watch.rows()).length).toBe(2);
    const gets = await saveJson();
    expect(gets.map(({ kind, fields }) => [kind, fields![2]!.name, fields![2]!.text])).toEqual([
      ['get', 'file name', 'hello-from-node2.txt'],
      ['get', 'file name', 'hello-from-node2.txt'],
    ]);
    await page.fill('#filter-text', '');
  });

  it.skipIf(noCapture)(
    'The exported capture has the same datagrams, as tshark reads it',
    async () => {
      const { page } = watch;
      const rows = await watch.rows('udp');
      const datagrams = (await saveJson()).filter(({ via }) => via === 'udp');
      const packets = readPackets(await save('#export-pcap'));
      const portOf = (end: string): number => Number(end.split(':')[1]);
      expect(packets.length).toBeGreaterThan(10);
      expect(packets.map(({ at: _at, ...packet }) => packet)).toEqual(
        datagrams.map(({ from, to, bytes }) => ({
          ...{ via: 'udp', from: portOf(from), to: portOf(to), payload: bytes },
          ...{ hosts: '127.0.0.1 127.0.0.1', opens: false, fault: '' },
        })),
      );
      for (const [index, { payload, at }] of packets.entries()) {
        expect(payload).toBe(await watch.bytesOf(rows[index]!));
        // Microseconds are what the format holds.
        expect(Math.abs(at - rows[index]!.at)).toBeLessThan(0.01);
      }
      await page.fill('#filter-text', 'a TCP connection');
      await page.waitForSelector('#export-pcap:disabled');
      expect(await page.locator('#export-json').isEnabled()).toBe(true);
      await page.fill('#filter-text', 'no message has this');
      await page.waitForSelector('#export-json:disabled');
    },
  );
});
