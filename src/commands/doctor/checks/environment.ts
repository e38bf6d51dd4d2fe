import { ssoRoleNamed } from '../../../core/sso/role-profiles.ts';
import type { Facts } from '../facts.ts';
import type { Finding } from '../finding.ts';

const KEY_VARIABLES = [
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_SECURITY_TOKEN',
];
const OTHER_SOURCES = [
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
];
const ENDPOINTS = /^AWS_ENDPOINT_URL(?:_|$)/;

/** Variables of the shell that change what the AWS tools and ccvault do, and what each of them overrides. */
export function checkEnvironment(facts: Facts): readonly Finding[] {
  const { env } = facts;
  const found: Finding[] = [];
  const add = (severity: Finding['severity'], message: string, variables: readonly string[]): void => {
    found.push({ severity, check: 'environment', message, fix: `unset ${variables.join(' ')}` });
  };
  const set = (names: readonly string[]): string[] => names.filter((name) => env[name] !== undefined);
  // Inside an `exec` they are set on purpose.
  const insideExec = env['CCVAULT_PROFILE'] !== undefined;
  const keys = set(KEY_VARIABLES);
  if (keys.length > 0 && !insideExec) {
    add('warning', `${keys.join(', ')}: the AWS tools use these keys instead of those of any profile`, keys);
  }
  const others = set(OTHER_SOURCES);
  if (others.length > 0 && !insideExec && keys.length === 0) {
    add('note', `${others.join(', ')}: used where no profile is named`, others);
  }
  found.push(...profileVariables(facts), ...regionVariables(facts));
  const endpoints = Object.keys(env)
    .filter((name) => ENDPOINTS.test(name) && env[name] !== undefined)
    .sort();
  if (endpoints.length > 0) {
    add('note', `${endpoints.join(', ')}: AWS calls go there in place of AWS's own hosts`, endpoints);
  }
  const awsVault = Object.keys(env)
    .filter((name) => name.startsWith('AWS_VAULT_') && env[name] !== undefined)
    .sort();
  if (awsVault.length > 0) {
    add('note', `${awsVault.join(', ')}: settings of aws-vault, which ccvault does not read`, awsVault);
  }
  if (env['AWS_VAULT'] !== undefined && !insideExec) {
    add(
      'note',
      `AWS_VAULT=${env['AWS_VAULT']}: this shell was started by aws-vault, whose credentials it holds`,
      ['AWS_VAULT'],
    );
  }
  return found;
}

function profileVariables({ env, config }: Facts): readonly Finding[] {
  const [first, second] = [env['AWS_PROFILE'], env['AWS_DEFAULT_PROFILE']];
  const found: Finding[] = [];
  if (first !== undefined && second !== undefined && first !== second) {
    found.push({
      severity: 'note',
      check: 'environment',
      message: `AWS_PROFILE=${first} and AWS_DEFAULT_PROFILE=${second} disagree: the first is used, though not by every program`,
      fix: 'unset AWS_DEFAULT_PROFILE',
    });
  }
  for (const variable of ['AWS_PROFILE', 'AWS_DEFAULT_PROFILE']) {
    const name = env[variable];
    if (name === undefined || config.read === undefined) continue;
    const { config: aws, context } = config.read;
    if (aws.hasProfile(name) || context.storedKeys.has(name) || ssoRoleNamed(name, aws) !== undefined)
      continue;
    found.push({
      severity: 'error',
      check: 'environment',
      message: `${variable} names profile ${name}, which does not exist`,
      fix: `unset ${variable}`,
    });
  }
  return found;
}

/** The region of the environment wins over each profile's, unless an `exec` has set it. */
function regionVariables({ env, config, profile }: Facts): readonly Finding[] {
  const variable = ['AWS_REGION', 'AWS_DEFAULT_REGION'].find((name) => env[name] !== undefined);
  const region = variable === undefined ? undefined : env[variable];
  if (variable === undefined || region === undefined || region === env['CCVAULT_REGION']) return [];
  const aws = config.read?.config;
  const names = profile === undefined ? (aws?.profileNames() ?? []) : [profile];
  const other = names.find((name) => ![undefined, region].includes(aws?.profile(name)?.get('region')));
  if (other === undefined) return [];
  return [
    {
      severity: 'note',
      check: 'environment',
      message: `${variable}=${region} overrides the region of profiles, such as ${other}`,
      fix: `unset ${variable}`,
    },
  ];
}
