// How a command is described: its options and operands, with the types of what the parser reads.
import type { SettingName } from '../config/settings.ts';

/** The formats of the lines of a log. */
export const logFormats = ['text', 'json'] as const;

export type LogFormat = (typeof logFormats)[number];

/** The severities of a message in a log, the least severe first. */
export const logLevels = ['debug', 'info', 'warning', 'error'] as const;

export type LogLevel = (typeof logLevels)[number];

type NoOptions = Readonly<Record<string, never>>;

interface JsonOption {
  readonly json: boolean;
}

export interface GuestOptions extends JsonOption {
  readonly peer: readonly string[] | undefined;
}

/** The options of each command beside its settings, as the parser reads them. */
export interface CommandOptions {
  readonly '': NoOptions;
  readonly start: JsonOption & {
    readonly 'log-format': LogFormat | undefined;
    readonly 'log-level': LogLevel | undefined;
  };
  readonly share: JsonOption;
  readonly send: GuestOptions & {
    readonly to: readonly string[] | undefined;
    readonly text: string | undefined;
    readonly name: string | undefined;
    readonly 'give-up-after': string | undefined;
  };
  readonly receive: JsonOption & {
    readonly yes: boolean;
    readonly from: readonly string[] | undefined;
    readonly into: string | undefined;
    readonly once: boolean;
  };
  readonly get: GuestOptions & {
    readonly into: string | undefined;
    readonly output: string | undefined;
    readonly root: string | undefined;
    readonly 'limit-rate': string | undefined;
    readonly force: boolean;
    readonly 'skip-existing': boolean;
  };
  readonly list: GuestOptions;
  readonly search: GuestOptions;
  readonly status: GuestOptions;
  readonly invite: JsonOption & { readonly many: boolean };
  readonly join: JsonOption & { readonly peer: string | undefined };
  readonly clean: JsonOption & { readonly 'dry-run': boolean };
  readonly config: JsonOption;
  readonly key: { readonly yes: boolean };
  readonly completion: NoOptions;
}

/** The name of a command; the empty one is that of the interactive session. */
export type CommandName = keyof CommandOptions;

/** An option of a command that is no setting. */
export interface OptionSpec {
  readonly about: string;
  /** A `switch` is on or off; a `value` may be typed once, and `values` several times. */
  readonly kind: 'switch' | 'value' | 'values';
  /** The only values that are allowed. */
  readonly choices?: readonly string[];
  /** One letter. */
  readonly short?: string;
}

/** The words after a command. */
export interface Operands {
  /** The name of one in help and errors. */
  readonly name: string;
  readonly least: 0 | 1;
  readonly most: number;
  /** The only words that are allowed as the first one. */
  readonly choices?: readonly string[];
  /** The name of the word that may follow it. */
  readonly then?: string;
}

/** A command as its help shows it. */
export interface CommandSpec {
  readonly about: string;
  readonly operands?: Operands;
  /** The settings that can be typed as options. */
  readonly settings: readonly SettingName[];
  readonly options: Readonly<Record<string, OptionSpec>>;
  /** Command lines without `p2p`, each with what it does. */
  readonly examples: readonly (readonly [line: string, about: string])[];
}

/** A command whose options have these types. */
export type SpecOf<Options> = Omit<CommandSpec, 'options'> & {
  readonly options: { readonly [Name in keyof Options]: OptionOf<NonNullable<Options[Name]>> };
};

/** An option whose value has this type. */
type OptionOf<Value> = OptionSpec &
  ([Value] extends [boolean]
    ? { readonly kind: 'switch' }
    : [Value] extends [readonly string[]]
      ? { readonly kind: 'values' }
      : { readonly kind: 'value' } & (string extends Value
          ? { readonly choices?: never }
          : { readonly choices: readonly Value[] }));
