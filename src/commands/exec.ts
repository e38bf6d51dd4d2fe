import type { Credentials } from '../core/credentials.ts';
import type { Plan } from '../core/plan/steps.ts';
import { childEnvironment } from '../core/child-env.ts';
import type { System } from '../core/ports/system.ts';
import type { CommandInput } from '../spec/commands.ts';
import type { Globals } from '../spec/options.ts';
import { run as runExport } from './export.ts';
import { handOut } from './shared/ready.ts';

/** `ccvault exec`: gets credentials, then becomes the command. Returns the command's exit code. */
export async function run(input: CommandInput<'exec'>, system: System, globals: Globals): Promise<number> {
  system.process.prepare();
  if (input.options.json) {
    return runExport({ ...input, options: { ...input.options, format: 'json' } }, system, globals);
  }
  const command = commandOf(input.tail, system);
  system.process.check(command, system.env);
  if (input.options.server || input.options.imds) {
    const { runServed } = await import('./shared/exec-server.ts');
    return runServed(input, command, system, globals);
  }
  const handedOut = await handOut(system, globals, input.arguments.profile, input.options);
  const { profile, plan, policy, credentials } = handedOut;
  if (credentials.sessionToken === undefined && input.options.noSession) {
    system.out.warning(`the command gets the long-lived key of profile ${profile} itself, because of -n`);
  }
  if (plan !== undefined) warnOfShortSignIn(plan, credentials, system);
  const environment = childEnvironment(system.env, handedOut, credentials);
  if (input.tail.length === 0) {
    const { sayShell } = await import('./shared/say-shell.ts');
    sayShell(command, { profile, policy, end: credentials.expiresAt }, system);
  }
  system.out.debug(() => `starting ${command[0]}`);
  return system.process.become(command, environment);
}

/** Credentials of `aws login` last 15 minutes, and nothing renews them in an environment. */
function warnOfShortSignIn(
  { steps }: Plan,
  { expiresAt }: Credentials,
  { clock, out }: Pick<System, 'clock' | 'out'>,
): void {
  if (steps.length !== 1 || steps[0].kind !== 'login' || expiresAt === undefined) return;
  const minutes = Math.max(1, Math.round((expiresAt - clock.now()) / 60_000));
  out.warning(
    `the credentials of aws login expire in ${minutes} min, and the command cannot renew them: exec --server does`,
  );
}

function commandOf(
  tail: readonly string[],
  { env, host }: Pick<System, 'env' | 'host'>,
): readonly [string, ...string[]] {
  const [program, ...rest] = tail;
  if (program !== undefined) return [program, ...rest];
  return [host.os === 'win32' ? env['ComSpec'] || 'cmd.exe' : env['SHELL'] || '/bin/sh'];
}
