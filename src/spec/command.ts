/** What an option accepts, and so what its handler gets: see `OptionValue`. A `list` may be given more than once. */
type OptionKind = 'flag' | 'string' | 'list' | 'duration' | 'integer' | 'choice';

export interface OptionSpec {
  readonly kind: OptionKind;
  /** One letter. */
  readonly short?: string;
  /** Other long names, without dashes: accepted, never completed, documented in `summary` if at all. */
  readonly aliases?: readonly string[];
  /** The name of the value in the help: `ARN`. */
  readonly value?: string;
  /** The values a `choice` accepts. */
  readonly choices?: readonly string[];
  /** Other spellings of a choice, not shown in the help. */
  readonly choiceAliases?: Readonly<Record<string, string>>;
  /** The smallest and largest value of an `integer`. */
  readonly range?: readonly [number, number];
  /** What a `string` names, where it can be completed. */
  readonly completes?: Completes;
  /** The environment variable that says the same; named in the help, read by the handler. */
  readonly env?: string;
  /** Accepted, but in neither help nor completion. */
  readonly hidden?: true;
  readonly summary: string;
}

/** What a word names: `keys` are the profiles with a stored key. */
export type Completes =
  | 'profiles'
  | 'keys'
  | 'sso-sessions'
  | 'regions'
  | 'services'
  | 'browsers'
  | 'files'
  | 'directories'
  | 'commands';

/** What ccvault looks up; the shell completes the rest itself. */
export type Looked = Exclude<Completes, 'files' | 'directories' | 'commands'>;

export interface ArgumentSpec {
  /** In lower case with dashes; the key under which the handler finds it. */
  readonly name: string;
  /** How the help writes it, if not simply in capitals. */
  readonly shown?: string;
  readonly required?: true;
  /** Accepts all remaining words; for the last argument only. */
  readonly variadic?: true;
  readonly choices?: readonly string[];
  /** `choices` are for help and completion only: any other word is accepted too. */
  readonly open?: true;
  readonly completes?: Completes;
  readonly summary: string;
}

/** Two options that cannot be used together, and what to do instead. */
export interface Conflict {
  /** Long names. */
  readonly options: readonly [string, string];
  readonly hint: string;
}

/** The words after `--`. */
interface TailSpec {
  /** How the help writes it: `COMMAND [ARG...]`. */
  readonly shown: string;
  /**
   * The tail also begins, without any `--`, at the first word after the arguments; no options are parsed from there on.
   */
  readonly afterArguments?: true;
  readonly completes?: Completes;
  readonly summary: string;
}

export type Section = 'keys' | 'use' | 'sessions' | 'sso' | 'git' | 'other';

export interface CommandSpec {
  readonly section: Section;
  readonly aliases?: readonly string[];
  /** One line, no full stop. */
  readonly summary: string;
  /** One paragraph; wrapped by the help. */
  readonly description: string;
  readonly arguments?: readonly ArgumentSpec[];
  readonly options?: Readonly<Record<string, OptionSpec>>;
  readonly tail?: TailSpec;
  readonly conflicts?: readonly Conflict[];
  /** Command lines, each with what it does. */
  readonly examples?: readonly (readonly [command: string, meaning: string])[];
  /** Further paragraphs after the options. */
  readonly notes?: readonly string[];
  /** Where they differ from the program's own. */
  readonly exitCodes?: readonly (readonly [code: string, meaning: string])[];
  readonly hidden?: true;
}

/** `mfa-serial` to `mfaSerial`. */
export type CamelCase<Name extends string> = Name extends `${infer Head}-${infer Rest}`
  ? `${Head}${Capitalize<CamelCase<Rest>>}`
  : Name;

/** Durations are whole seconds; an option that was not given is undefined, false for a flag, empty for a list. */
type OptionValue<Option extends OptionSpec> = Option['kind'] extends 'flag'
  ? boolean
  : Option['kind'] extends 'duration' | 'integer'
    ? number | undefined
    : Option['kind'] extends 'list'
      ? readonly string[]
      : Option extends { readonly choices: readonly (infer Value)[] }
        ? Value | undefined
        : string | undefined;

type ArgumentValue<Argument extends ArgumentSpec> = Argument extends { readonly variadic: true }
  ? readonly string[]
  : Argument extends { readonly required: true }
    ? ArgumentWord<Argument>
    : ArgumentWord<Argument> | undefined;

type ArgumentWord<Argument extends ArgumentSpec> = Argument extends { readonly open: true }
  ? string
  : Argument extends { readonly choices: readonly (infer Value)[] }
    ? Value
    : string;

export type OptionValues<Options> = {
  readonly [Name in keyof Options & string as CamelCase<Name>]: Options[Name] extends OptionSpec
    ? OptionValue<Options[Name]>
    : never;
};

type ArgumentValues<Arguments> = Arguments extends readonly ArgumentSpec[]
  ? {
      readonly [Argument in Arguments[number] as CamelCase<Argument['name']>]: ArgumentValue<Argument>;
    }
  : object;

/** What the handler of a command gets: `Input<typeof exec>`. */
export interface Input<Spec extends CommandSpec> {
  readonly options: Spec extends { readonly options: infer Options } ? OptionValues<Options> : object;
  readonly arguments: Spec extends { readonly arguments: infer Arguments }
    ? ArgumentValues<Arguments>
    : object;
  /** The words of the wrapped command, byte for byte; empty if there is none. */
  readonly tail: readonly string[];
}
