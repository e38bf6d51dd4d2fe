import { posixAssignments } from '../core/export-formats.ts';
import { shortPolicyNames } from '../core/plan/narrowing.ts';
import { policyOf } from '../core/plan/policy-of-plan.ts';
import type { System } from '../core/ports/system.ts';
import type { CommandInput } from '../spec/commands.ts';
import type { Globals } from '../spec/options.ts';
import { choosePlan } from './shared/choose-plan.ts';
import { serveFiles, startServer } from './shared/credential-server.ts';
import type { ServedFiles } from './shared/credential-server.ts';
import { Workspace } from './shared/workspace.ts';

// The SDKs use these before any endpoint.
const PREFERRED = ['AWS_ACCESS_KEY_ID', 'AWS_PROFILE', 'AWS_WEB_IDENTITY_TOKEN_FILE'];

/** `ccvault serve`: runs a credential server until Ctrl-C, and prints the variables by which programs find it. */
export async function run(input: CommandInput<'serve'>, system: System, globals: Globals): Promise<number> {
  const { options } = input;
  const { out } = system;
  const workspace = new Workspace(system, globals);
  const plan = await choosePlan(workspace, input.arguments.profile, options);
  const kind = options.imds ? 'imds' : 'ecs';
  const { server, variables } = await startServer(kind, plan, workspace, options, options.port);
  let files: ServedFiles | undefined;
  try {
    const what = plan.profile === undefined ? 'credentials' : `credentials of profile ${plan.profile}`;
    const policy = policyOf(plan, system.env);
    const less = policy === undefined ? '' : `, narrowed to ${shortPolicyNames(policy)},`;
    out.info(`serving ${what}${less} on 127.0.0.1:${server.port} until Ctrl-C`);
    out.info(
      kind === 'imds'
        ? 'any local process can read these credentials: the metadata endpoint has no authentication'
        : 'only local programs that have the token can read these credentials',
    );
    out.info(
      'containers: docker run --network host on Linux; elsewhere ccvault export --format env and --env-file',
    );
    for (const name of PREFERRED.filter((one) => system.env[one])) {
      out.warning(`${name} is set: programs that inherit it do not ask the server`);
    }
    // Last, so that a program that reads this knows that every message is out.
    const region =
      plan.region === undefined ? {} : { AWS_REGION: plan.region, AWS_DEFAULT_REGION: plan.region };
    files = serveFiles(workspace);
    out.data(posixAssignments({ ...region, ...files.variables, ...variables }));
    return await system.process.untilSignal();
  } finally {
    files?.remove();
    await server.close();
  }
}
