import { inheritedEnvironment, profileVariables } from '../../core/child-env.ts';
import type { Variables } from '../../core/child-env.ts';
import { policyOf } from '../../core/plan/policy-of-plan.ts';
import type { Environment } from '../../core/ports/environment.ts';
import type { System } from '../../core/ports/system.ts';
import type { CommandInput } from '../../spec/commands.ts';
import type { Globals } from '../../spec/options.ts';
import { choosePlan } from './choose-plan.ts';
import { serveFiles, startServer } from './credential-server.ts';
import type { ServedFiles } from './credential-server.ts';
import { sayShell } from './say-shell.ts';
import { countUse } from './use-history.ts';
import { Workspace } from './workspace.ts';

// With a proxy for http, botocore would send even requests for 127.0.0.1 to it.
const HTTP_PROXIES = ['HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy'];

/**
 * `ccvault exec --server` and `--imds`: runs the command beside a server that gives it credentials as long as it runs.
 * Closes the port when the command ends. Returns the command's exit code, 128+n when signal n killed it.
 */
export async function runServed(
  input: CommandInput<'exec'>,
  command: readonly [string, ...string[]],
  system: System,
  globals: Globals,
): Promise<number> {
  const workspace = new Workspace(system, globals);
  const plan = await choosePlan(workspace, input.arguments.profile, input.options);
  const { server, variables } = await startServer(
    input.options.imds ? 'imds' : 'ecs',
    plan,
    workspace,
    input.options,
  );
  countUse(plan.profile, system);
  let files: ServedFiles | undefined;
  try {
    files = serveFiles(workspace);
    const child = { ...plan, policy: policyOf(plan, system.env) };
    const added = { ...profileVariables(child), ...files.variables, ...variables };
    const environment = servedEnvironment(system.env, added);
    if (input.tail.length === 0) sayShell(command, { ...child, end: 'renewed' }, system);
    return await system.process.run(command, environment);
  } finally {
    files?.remove();
    await server.close();
  }
}

/** The child's whole environment: no credentials, and nothing that keeps the SDKs from asking the server. */
function servedEnvironment(parent: Environment, added: Variables): Variables {
  const { AWS_EC2_METADATA_DISABLED: _, ...inherited } = inheritedEnvironment(parent);
  return { ...inherited, ...directVariables(parent), ...added };
}

/** `NO_PROXY` with the server's address, if there is a proxy that clients could use for it. */
function directVariables(parent: Environment): Variables {
  if (!HTTP_PROXIES.some((name) => parent[name])) return {};
  const exceptions = parent['no_proxy'] || parent['NO_PROXY'];
  const all = exceptions ? `${exceptions},127.0.0.1` : '127.0.0.1';
  return { NO_PROXY: all, no_proxy: all };
}
