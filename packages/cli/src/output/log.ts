// The log of `p2p start`: one line per message, as text or as JSON.
import type { Writable } from 'node:stream';
import { visibleText } from '@peerlane/protocol';
import { writeJson } from './json-line.ts';

/** The format of the lines. */
export type LogFormat = 'text' | 'json';

const levels = ['debug', 'info', 'warning', 'error'] as const;

/** The severity of a message. */
export type LogLevel = (typeof levels)[number];

/** Writes a log whose lines have a time, a level, a message and fields. */
export class Log {
  readonly #stream: Writable;
  readonly #format: LogFormat;
  readonly #least: number;

  /** @param level the least severe level that is written */
  constructor(stream: Writable, format: LogFormat, level: LogLevel) {
    this.#stream = stream;
    this.#format = format;
    this.#least = levels.indexOf(level);
  }

  write(
    level: LogLevel,
    message: string,
    fields: Readonly<Record<string, string | number>> = {},
  ): void {
    if (levels.indexOf(level) < this.#least) return;
    const time = new Date().toISOString();
    if (this.#format === 'json') {
      writeJson(this.#stream, { time, level, message, ...fields });
      return;
    }
    const details = Object.entries(fields).map(([name, value]) => ` ${name}=${shown(value)}`);
    const line = `${time} ${level.padEnd(7)} ${visibleText(message)}${details.join('')}`;
    this.#stream.write(`${line}\n`);
  }
}

function shown(value: string | number): string {
  const text = visibleText(String(value));
  return /[\s"=]/.test(text) || text === '' ? JSON.stringify(text) : text;
}
