import { ccvaultCommand } from '../../core/command-line.ts';
import { shortKeyId } from '../../core/credentials.ts';
import { CliError, hintLine, isCliError } from '../../core/errors.ts';
import type { Output } from '../../core/ports/terminal.ts';
import type { GivenKey } from '../shared/given-key.ts';
import { storeKey } from '../shared/store-key.ts';
import { keySettings, verifyKey } from '../shared/verify-key.ts';
import type { Workspace } from '../shared/workspace.ts';

/** A long-lived key found outside the vault, not verified yet. */
export interface FoundKey {
  readonly profile: string;
  readonly key: GivenKey;
  /** Where it was found, for messages: a path, or `aws-vault`. */
  readonly where: string;
}

/**
 * Verifies a key with AWS and stores it; with `dryRun`, only verifies it. A key that is already in the vault stays as
 * it is. Returns false when the user keeps another key instead. Throws CliError `aws` for a key that AWS refuses,
 * `config` for one that would replace another where no prompt is possible.
 */
export async function storeFoundKey(
  found: FoundKey,
  workspace: Workspace,
  dryRun: boolean,
): Promise<boolean> {
  const { system, vault } = workspace;
  const { profile, key, where } = found;
  const id = shortKeyId(key.accessKeyId);
  const former = (await vault.storedKeys()).get(profile);
  if (former?.accessKeyId === key.accessKeyId) {
    // The caller may then delete the key elsewhere: the vault itself must hold it, the index is not enough.
    const same =
      dryRun || (await vault.read(profile)).secretAccessKey.reveal() === key.secretAccessKey.reveal();
    if (same) {
      system.out.info(`the key ${id} of profile ${profile} is already in the vault`);
      return true;
    }
  }
  const settings = keySettings('sts', { profile }, workspace);
  const identity = await verifyKey(key, settings, system, ({ hints }) => hints);
  if (dryRun) {
    system.out.info(`would store the key ${id} of profile ${profile} (${identity.arn}) from ${where}`);
    return true;
  }
  if (former !== undefined && !(await mayReplace(found, former.accessKeyId, workspace))) return false;
  await storeKey({ profile }, key, identity, workspace);
  system.out.info(`stored the key ${id} of profile ${profile} (${identity.arn}) from ${where}`);
  return true;
}

async function mayReplace(
  { profile, key, where }: FoundKey,
  formerId: string,
  { system: { out, terminal } }: Workspace,
): Promise<boolean> {
  const question =
    `Profile ${profile} has the key ${shortKeyId(formerId)}. ` +
    `Replace it with ${shortKeyId(key.accessKeyId)} from ${where}?`;
  if ((await terminal.unavailable()) !== undefined) {
    throw new CliError('config', `profile ${profile} has another key in the vault: ${shortKeyId(formerId)}`, {
      hints: [`remove that one first: ${ccvaultCommand('remove', { operands: [profile] })}`],
    });
  }
  if (await terminal.confirm(question)) return true;
  out.info(`profile ${profile} keeps the key ${shortKeyId(formerId)}`);
  return false;
}

/** Errors of single keys: each is reported, the other keys are still tried, and the first error gives the exit code. */
export class Failures {
  readonly #out: Pick<Output, 'error' | 'hint'>;
  #exitCode = 0;

  constructor(out: Pick<Output, 'error' | 'hint'>) {
    this.#out = out;
  }

  get exitCode(): number {
    return this.#exitCode;
  }

  /** Undefined after a failure. Throws an error that concerns every key: no network, no backend, Ctrl-C. */
  async attempt<T>(profile: string, work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      if (!isCliError(error) || concernsAll(error)) throw error;
      const named = error.message.includes(`profile ${profile}`);
      this.#out.error(named ? error.message : `profile ${profile}: ${error.message}`);
      if (error.hints.length > 0) this.#out.hint(hintLine(error.hints));
      this.#exitCode ||= error.exitCode;
      return undefined;
    }
  }
}

function concernsAll(error: CliError): boolean {
  return (
    error.kind === 'interrupted' ||
    error.kind === 'keystore' ||
    ['network', 'captive-portal', 'tls', 'clock-skew', 'not-found'].includes(error.code ?? '')
  );
}
