import type { AwsConfig, Profile } from './aws-config.ts';
import { credentialFault } from '../credential-faults.ts';
import { CliError } from '../errors.ts';
import { ccvaultCommand } from '../command-line.ts';
import { Secret } from '../secret.ts';
import { isQuoted } from '../text-checks.ts';

/** Where a profile's static keys were found. */
export type StaticKeyLocation = 'credentials' | 'config';

// include_profile passes settings on, never an identity.
const NEVER_INCLUDED = new Set([
  'aws_access_key_id',
  'aws_secret_access_key',
  'aws_session_token',
  'aws_security_token',
  'include_profile',
]);

/** A profile's settings with what `include_profile` adds: aws-vault's key, which the SDKs do not know. */
export interface ProfileView {
  readonly name: string;
  get(key: string): string | undefined;
  nested(key: string): ReadonlyMap<string, string> | undefined;
  /** Every key written in it or included, whether or not it has a value. */
  keys(): Iterable<string>;
  /** The file that a key comes from, for messages. */
  pathOf(key: string): string;
  /**
   * The place of a complete pair of static keys; throws CliError `config` for half a pair, a temporary key without its
   * token, and keys that cannot be any.
   */
  staticKeys(): StaticKeyLocation | undefined;
  /** What makes static keys temporary ones; `aws_security_token` is its older name. */
  sessionToken(): string | undefined;
}

/**
 * Looks a profile up with its includes. A profile that only the vault knows (`add --no-config`) is empty, not
 * unknown. Throws CliError `config` for a missing include or a loop of them.
 */
export function viewProfile(config: AwsConfig, name: string): ProfileView {
  const own = config.profile(name);
  const layers: Profile[] = own === undefined ? [] : [own];
  let next = own?.get('include_profile');
  // Most profiles include none, and of ten thousand each is looked up.
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
