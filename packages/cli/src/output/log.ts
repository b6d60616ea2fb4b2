// The log of `p2p start`: one line per message, as text or as JSON.
import type { Writable } from 'node:stream';
import { visibleText } from '@peerlane/protocol';
import { logLevels, type LogFormat, type LogLevel } from '../command-line/commands.ts';
import { writeJson } from './json-line.ts';

/** A log whose lines have a time, a level, a message and fields. */
export class Log {
  readonly #stream: Writable;
  readonly #format: LogFormat;
  readonly #least: number;

  /** @param level the least severe level that is written */
  constructor(stream: Writable, format: LogFormat, level: LogLevel) {
    this.#stream = stream;
    this.#format = format;
    this.#least = logLevels.indexOf(level);
  }

  write(
    level: LogLevel,
    message: string,
    fields: Readonly<Record<string, string | number>> = {},
  ): void {
    if (logLevels.indexOf(level) < this.#least) return;
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
