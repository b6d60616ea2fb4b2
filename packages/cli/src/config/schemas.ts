// Checks and parses the text of each setting.
import { hostOf } from '@peerlane/protocol';
import { allowNetworks } from '@peerlane/udp-node';
import * as z from 'zod';
import { expandHome } from '../files/folder-path.ts';
import { parseRate } from '../text/figures.ts';
import { hasKeyText } from '../text/without-keys.ts';
import { readPeerAddress, splitList } from './peer-addresses.ts';
import { isSender } from './senders.ts';
import type { SettingName } from './settings.ts';

// A value is the text that was written, whatever its source is.
const text = z.string().min(1);
const number = z
  .string()
  .regex(/^\d+(\.\d+)?$/)
  .transform(Number);
const port = number.pipe(z.int().min(0).max(65_535));
const seconds = z.number().max(86_400);
const host = z.string().transform((name, context) => {
  // Other nodes read the host as part of an address, in which an IPv6 host stands in brackets.
  const bracketed = name.includes(':') && !name.startsWith('[') ? `[${name}]` : name;
  const address = readPeerAddress(`${bracketed}:1`);
  return address === undefined ? invalid(context) : hostOf(address);
});
const address = z
  .string()
  .transform((member, context) => readPeerAddress(member) ?? invalid(context));
const list = z
  .union([z.string(), z.array(z.string())])
  .transform((texts) => [texts].flat().flatMap(splitList));
const bytes = z.string().transform((typed, context) => parseRate(typed) ?? invalid(context));
const yesOrNo = z.enum(['true', 'false']).transform((word) => word === 'true');
const nodeName = z
  .string()
  .trim()
  .refine((name) => name !== '' && Array.from(name).length <= 64 && name.isWellFormed())
  // Others are told it.
  .refine((name) => !hasKeyText(name));

/** The schema of each setting: from a text, or a list of texts, to its value. */
export const schemas: Readonly<Record<SettingName, z.ZodType>> = {
  host,
  port,
  tcpPort: port,
  period: number.pipe(seconds.min(1)),
  waiting: number.pipe(seconds.positive()),
  folder: text.transform(expandHome),
  cluster: list.pipe(z.array(address)),
  lan: yesOrNo,
  discovery: yesOrNo,
  catalog: yesOrNo,
  name: nodeName,
  protocol: number.pipe(z.union([z.literal(1), z.literal(2)])),
  allow: list.pipe(z.array(z.string().refine(isNetwork))),
  // A key in the place of a path would stand where others read it.
  keyFile: text.refine((path) => !hasKeyText(path)).transform(expandHome),
  open: yesOrNo,
  limitUpload: bytes,
  acceptFrom: list.pipe(z.array(z.string().refine(isSender)).min(1)),
  acceptMaxSize: bytes,
  acceptInto: text.transform(expandHome),
};

function invalid(context: { addIssue(message: string): void }): never {
  context.addIssue('no address');
  return z.NEVER;
}

function isNetwork(network: string): boolean {
  try {
    allowNetworks([network]);
    return true;
  } catch {
    return false;
  }
}
