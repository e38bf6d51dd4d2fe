import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { judge } from '../../../../src/commands/doctor/judge.ts';
import type { Facts } from '../../../../src/commands/doctor/facts.ts';
import { CliError } from '../../../../src/core/errors.ts';
import { configFacts, facts, SOUND_GIT, SOUND_VAULT } from './facts.ts';

const DAY = 86_400_000;
const NOW = facts().now;
const key = (profile: string, days = 1): Facts['vault']['keys'][number] => ({
  profile,
  accessKeyId: 'AKIAABCDEFGHIJKLMNOP',
  generation: 'a',
  storedAt: new Date(NOW - days * DAY).toISOString(),
});
const HELPER = 'credential.https://git-codecommit.*.amazonaws.com.helper';

/** What is different from a sound machine, and what is found then: `SEVERITY CHECK MESSAGE => FIX`, each in part. */
const CASES: readonly (readonly [string, Partial<Facts>, readonly RegExp[]])[] = [
  ['nothing', {}, []],
  [
    'a machine without git, completion or an answer of settings',
    { git: undefined, completion: undefined, clock: undefined },
    [],
  ],
  [
    'a locked keyring',
    {
      vault: {
        ...SOUND_VAULT,
        items: undefined,
        fault: new CliError('keystore', 'it is locked', { code: 'locked', hints: ['unlock it'] }),
      },
    },
    [/^error backend it is locked => unlock it$/],
  ],
  [
    'items and index that disagree',
    {
      vault: { ...SOUND_VAULT, keys: [key('a')], items: ['b'] },
      config: configFacts('[profile a]\n[profile b]\n'),
    },
    [
      /^error backend .* no key for profile a, .* => ccvault remove -f a$/,
      /^warning backend .* profile b .* => rm \/vault\/index.json && ccvault list$/,
    ],
  ],
  [
    'a backend that was not opened',
    { vault: { ...SOUND_VAULT, keys: [key('a')], items: undefined }, config: configFacts('[profile a]\n') },
    [],
  ],
  [
    'a damaged index',
    { vault: { ...SOUND_VAULT, index: 'damaged' } },
    [/^error backend .*damaged.* => ccvault list$/],
  ],
  [
    "another one's folder",
    { vault: { ...SOUND_VAULT, files: [{ path: '/vault', kind: 'folder', mode: 0o700, isOurs: false }] } },
    [/^error files \/vault belongs to another user => set CCVAULT_HOME/],
  ],
  [
    'a name that a shell would split',
    { vault: { ...SOUND_VAULT, files: [{ path: '/my vault', kind: 'folder', mode: 0o750, isOurs: true }] } },
    [/^error files .*mode 0750\) => chmod 700 '\/my vault'$/],
  ],
  [
    'a key of 90 days',
    { vault: { ...SOUND_VAULT, keys: [key('a', 90)], items: ['a'] }, config: configFacts('[profile a]\n') },
    [],
  ],
  [
    'a key of 91 days and no profile',
    { vault: { ...SOUND_VAULT, keys: [key('-a', 91)], items: ['-a'] } },
    [/^warning keys .* 91 days old => ccvault rotate -- -a$/, /^note keys .* => ccvault remove -- -a$/],
  ],
  [
    'a rotation, and one nobody can read',
    {
      vault: {
        ...SOUND_VAULT,
        rotations: [
          { path: '/vault/rotate-a.json', profile: 'a', startedAt: '2026-05-01T00:00:00.000Z' },
          { path: '/vault/rotate-b.json', profile: undefined, startedAt: '' },
        ],
      },
    },
    [/^error keys .*damaged: .* => rm \/vault\/rotate-b.json$/, /^warning keys .* => ccvault rotate a$/],
  ],
  [
    'keys in plain text, and temporary ones',
    {
      config: configFacts(
        '[default]\naws_access_key_id = AKIAABCDEFGHIJKLMNOP\naws_secret_access_key = made-up-secret-made-up\n',
        '[t]\naws_access_key_id = ASIAABCDEFGHIJKLMNOP\naws_secret_access_key = made-up-secret-made-up\naws_session_token = made-up\n',
      ),
    },
    [/^warning plaintext .* default .* \/aws\/config => ccvault import --scrub default$/],
  ],
  ...['[dev]', '[profiles dev]', '[profile:dev]', '[PROFILE dev]'].map(
    (header) =>
      [
        `the header ${header}`,
        { config: configFacts(`${header}\nregion = eu-west-1\n`) },
        [/^warning config .* at \/aws\/config:1 is not read => write \[profile dev\] at \/aws\/config:1$/],
      ] as const,
  ),
  [
    'headers of other tools',
    { config: configFacts('[plugins]\nx = y\n[preview]\nx = y\n[services s]\n[sso-session s]\n') },
    [],
  ],
  [
    'a profile header in the credentials file',
    { config: configFacts('', '[profile dev]\nregion = eu-west-1\n') },
    [/^warning config .*credentials:1 is not read => write \[dev\]/],
  ],
  [
    'a section twice',
    { config: configFacts('[profile a]\n[profile "a"]\n') },
    [/^warning config \[profile "a"\] .* repeats line 1/],
  ],
  [
    'slips of the pen',
    { config: configFacts('[profile a]\nregoin = eu-west-1\nsource_profil = b\ntoolkit_thing = x\n') },
    [
      /^warning config .* reads regoin; the setting is called region /,
      /^warning config .* reads source_profil; the setting is called source_profile /,
    ],
  ],
  [
    'what aws-vault took from [default]',
    {
      config: configFacts(
        '[default]\nregion = eu-west-1\nmfa_serial = arn:aws:iam::111122223333:mfa/me\n[profile sso]\nsso_start_url = https://x.awsapps.com/start\nsso_region = eu-west-1\nsso_account_id = 111122223333\nsso_role_name = A\n[profile own]\nregion = us-east-1\nmfa_serial = arn:aws:iam::111122223333:mfa/own\n',
      ),
    },
    [/^note config profile sso has no region;.* => aws configure set region eu-west-1 --profile=sso$/],
  ],
  ['keys of an exec', { env: { AWS_ACCESS_KEY_ID: 'x', CCVAULT_PROFILE: 'p', AWS_VAULT: 'p' } }, []],
  [
    'a token alone',
    { env: { AWS_SESSION_TOKEN: 'x' } },
    [/^warning environment AWS_SESSION_TOKEN: .* => unset AWS_SESSION_TOKEN$/],
  ],
  ['a shell of aws-vault', { env: { AWS_VAULT: 'p' } }, [/^note environment AWS_VAULT=p/]],
  ...(
    [
      [-179_000, []],
      [180_000, [/^warning clock .* 3 min 0 s ahead of .* => sudo timedatectl set-ntp true$/]],
      [-299_000, [/^warning clock .* 4 min 59 s behind /]],
      [300_000, [/^error clock .* 5 min 0 s ahead of/]],
    ] as const
  ).map(
    ([aheadBy, found]) =>
      [`a clock ${aheadBy} ms off`, { clock: { host: 'sts.x', aheadBy } }, found] as const,
  ),
  ['no answer', { clock: { host: 'sts.x', aheadBy: undefined } }, [/^note clock .*sts.x does not respond/]],
  [
    'an old git',
    { git: { ...SOUND_GIT, version: 'git version 2.25.4' } },
    [/^error git git 2.25 .* => update git$/],
  ],
  ['git 3', { git: { ...SOUND_GIT, version: 'git version 3.0.0' } }, []],
  [
    'no set-up, and no repository that needs one',
    {
      git: {
        ...SOUND_GIT,
        settings: [],
        remotes: [],
        forms: SOUND_GIT.forms.map((form) => ({ ...form, helper: undefined })),
      },
    },
    [],
  ],
  [
    'helpers before and after ours',
    {
      git: {
        ...SOUND_GIT,
        settings: [
          { key: 'credential.helper', value: 'cache', origin: 'file:/etc/gitconfig' },
          { key: HELPER, value: 'ccvault', origin: 'file:/home/me/.gitconfig' },
          { key: 'credential.helper', value: 'store', origin: 'file:/home/me/x y' },
        ],
      },
    },
    [
      /^warning git the helper "cache" .* is asked before/,
      /^warning git the helper "store" .* => git config --file '\/home\/me\/x y' --unset-all credential.helper$/,
    ],
  ],
  [
    'a submodule of its own',
    { git: { ...SOUND_GIT, bareSubmodules: ['lib/x'] } },
    [/^warning git .* submodule lib\/x,.* => ccvault git setup$/],
  ],
  [
    'names that are not linked',
    {
      programs: {
        ccvault: '/opt/bin/ccvault',
        links: [{ name: 'git-credential-ccvault', path: undefined, isThis: false }],
      },
    },
    [/^note programs .* => ln -sf \/usr\/bin\/ccvault \/opt\/bin\/git-credential-ccvault$/],
  ],
  [
    'a ccvault that is not on PATH',
    { programs: { ccvault: undefined, links: [] } },
    [/^note programs ccvault is not on PATH/],
  ],
];

describe('doctor finds', () => {
  for (const [what, different, wanted] of CASES) {
    it(`${wanted.length === 0 ? 'nothing' : 'what is wrong'} with ${what}`, () => {
      const found = judge(facts(different)).map(
        ({ severity, check, message, fix }) => `${severity} ${check} ${message} => ${fix}`,
      );
      assert.equal(found.length, wanted.length, found.join('\n'));
      for (const pattern of wanted)
        assert.ok(
          found.some((line) => pattern.test(line)),
          `${pattern}\n${found.join('\n')}`,
        );
    });
  }

  it('the worst first', () => {
    const found = judge(facts({ env: { AWS_VAULT: 'p', AWS_SESSION_TOKEN: 'x', AWS_PROFILE: 'nope' } }));
    assert.deepEqual(
      found.map(({ severity }) => severity),
      ['error', 'warning', 'note'],
    );
  });
});
