// The log of `p2p start`: one line per message, as text or as JSON.
import type { Writable } from 'node:stream';
import { visibleText } from '@peerlane/protocol';
import { logLevels, type LogFormat, type LogLevel } from '../command-line/command-spec.ts';
import { asciiJson } from './json-line.ts';

/** What a line says besides its message. */
export type LogFields = Readonly<Record<string, string | number>>;

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

  /** Whether messages of a level are written. */
  shows(level: LogLevel): boolean {
    return logLevels.indexOf(level) >= this.#least;
  }

  write(level: LogLevel, message: string, fields: LogFields = {}): void {
    if (!this.shows(level)) return;
    this.#stream.write(`${logLine(this.#format, level, message, fields)}\n`);
  }
}

/** A line of the log. */
export function logLine(
  format: LogFormat,
  level: LogLevel,
  message: string,
  fields: LogFields = {},
): string {
  const time = new Date().toISOString();
  if (format === 'json') return asciiJson({ time, level, message, ...fields });
  const details = Object.entries(fields).map(([name, value]) => ` ${name}=${shown(value)}`);
  return `${time} ${level.padEnd(7)} ${visibleText(message)}${details.join('')}`;
}

function shown(value: string | number): string {
  const text = visibleText(String(value));
  return /[\s"=]/.test(text) || text === '' ? JSON.stringify(text) : text;
}
