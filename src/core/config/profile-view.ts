import type { AwsConfig, Profile } from './aws-config.ts';
import { credentialFault } from '../credential-faults.ts';
import { CliError } from '../errors.ts';
import { ccvaultCommand } from '../command-line.ts';
import { Secret } from '../secret.ts';
import { isQuoted } from '../text-checks.ts';

/** The file that holds a profile's static keys. */
export type StaticKeyLocation = 'credentials' | 'config';

// include_profile includes settings, never credentials.
const NEVER_INCLUDED = new Set([
  'aws_access_key_id',
  'aws_secret_access_key',
  'aws_session_token',
  'aws_security_token',
  'include_profile',
]);

/** A profile's settings with those that `include_profile` adds: a key of aws-vault, which the SDKs ignore. */
export interface ProfileView {
  readonly name: string;
  get(key: string): string | undefined;
  nested(key: string): ReadonlyMap<string, string> | undefined;
  /** Every key of the profile or included, with or without a value. */
  keys(): Iterable<string>;
  /** The path of the file that sets a key, for messages; the config file's if none does. */
  pathOf(key: string): string;
  /**
   * The file that holds the profile's static keys; undefined if it has none. Throws CliError `config` for half a
   * pair, a temporary key without its session token, and values that cannot be keys.
   */
  staticKeys(): StaticKeyLocation | undefined;
  /** The session token of temporary static keys; `aws_security_token` is the older name of the key. */
  sessionToken(): string | undefined;
}

/**
 * A profile with its includes. One without a section, as after `add --no-config`, has no settings and is no error.
 * Throws CliError `config` for an include that does not exist, and for a loop.
 */
export function viewProfile(config: AwsConfig, name: string): ProfileView {
  const own = config.profile(name);
  const layers: Profile[] = own === undefined ? [] : [own];
  let next = own?.get('include_profile');
  // The usual case, and some commands look up ten thousand profiles.
  if (next === undefined) return new LayeredProfile(name, layers, config);
  const seen = new Set([name]);
  while (next !== undefined) {
    if (seen.has(next)) {
      throw new CliError('config', `profile ${name}: include_profile loop: ${[...seen, next].join(' -> ')}`, {
        hints: [`remove one include_profile of these in ${config.configPath}`],
      });
    }
    const profile = config.profile(next);
    if (profile === undefined) {
      const what = isQuoted(next)
        ? `include_profile in ${config.configPath} is in quotes, which count as part of the value`
        : `include_profile names ${next}, which does not exist`;
      const hint = isQuoted(next)
        ? 'remove the quotes'
        : `add [profile ${next}] to ${config.configPath} or correct include_profile`;
      throw new CliError('config', `profile ${name}: ${what}`, { hints: [hint] });
    }
    seen.add(next);
    layers.push(profile);
    next = profile.get('include_profile');
  }
  return new LayeredProfile(name, layers, config);
}

class LayeredProfile implements ProfileView {
  readonly name: string;
  readonly #layers: readonly Profile[];
  readonly #paths: Pick<AwsConfig, 'configPath' | 'credentialsPath'>;

  constructor(
    name: string,
    layers: readonly Profile[],
    paths: Pick<AwsConfig, 'configPath' | 'credentialsPath'>,
  ) {
    this.name = name;
    this.#layers = layers;
    this.#paths = paths;
  }

  get(key: string): string | undefined {
    const own = this.#layers[0]?.get(key);
    if (own !== undefined || this.#layers.length < 2 || NEVER_INCLUDED.has(key)) return own;
    for (const layer of this.#layers) {
      const value = layer.get(key);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  nested(key: string): ReadonlyMap<string, string> | undefined {
    for (const layer of this.#layers) {
      const value = layer.nested(key);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  keys(): Iterable<string> {
    if (this.#layers.length < 2) return this.#layers[0]?.keys() ?? [];
    return new Set(this.#layers.flatMap((layer) => [...layer.keys()]));
  }

  pathOf(key: string): string {
    const origin = this.#layers.map((layer) => layer.origin(key)).find((one) => one !== undefined);
    return origin === 'credentials' ? this.#paths.credentialsPath : this.#paths.configPath;
  }

  staticKeys(): StaticKeyLocation | undefined {
    const id = this.get('aws_access_key_id');
    const secret = this.get('aws_secret_access_key');
    if (id === undefined && secret === undefined) return undefined;
    if (id === undefined || secret === undefined) {
      const missing = id === undefined ? 'aws_access_key_id' : 'aws_secret_access_key';
      throw new CliError('config', `profile ${this.name} has an incomplete key: ${missing} is missing`, {
        hints: [
          `add ${missing} beside the other, or remove both and run: ${ccvaultCommand('add', { operands: [this.name] })}`,
        ],
      });
    }
    const place = this.#layers[0]?.origin('aws_access_key_id') ?? 'config';
    const token = this.sessionToken();
    const fault = credentialFault(
      {
        accessKeyId: id,
        secretAccessKey: new Secret(secret),
        ...(token === undefined ? {} : { sessionToken: new Secret(token) }),
      },
      0,
    );
    if (fault === undefined) return place;
    const path = place === 'credentials' ? this.#paths.credentialsPath : this.#paths.configPath;
    throw new CliError('config', `profile ${this.name}: ${path} holds ${fault}`, {
      hints: [
        `correct the keys there, or remove them and run: ${ccvaultCommand('add', { operands: [this.name] })}`,
      ],
    });
  }

  sessionToken(): string | undefined {
    return this.get('aws_session_token') ?? this.get('aws_security_token');
  }
}
