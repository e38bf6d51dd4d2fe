import { globSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { DESCRIPTION, HOMEPAGE, OTHER_NAMES, RELEASE, SUMMARY, VERSION, WORK, XZ_LEVEL } from './release.ts';
import { run } from './run.ts';
import type { Target } from './targets.ts';
import { installTree, write } from './tree.ts';

/** RPM's names of the architectures. */
const ARCHITECTURES = { x64: 'x86_64', arm64: 'aarch64' } as const;

/** The file name of a target's package. */
export function rpmFile(target: Target): string {
  return `ccvault-${VERSION}-1.${ARCHITECTURES[target.arch]}.rpm`;
}

/** Makes the RPM package of a target with rpmbuild; the steps that would strip and look through the files are off. */
export async function makeRpm(target: Target): Promise<void> {
  const work = join(WORK, 'rpm', target.id);
  const tree = join(work, 'tree');
  installTree(target, join(tree, 'usr'));
  write(join(work, 'ccvault.spec'), spec(tree));
  await run('rpmbuild', [
    '-bb',
    '--quiet',
    `--target=${ARCHITECTURES[target.arch]}-linux`,
    `--define=_topdir ${work}`,
    `--define=_rpmdir ${work}/out`,
    `--define=_dbpath ${work}/db`,
    join(work, 'ccvault.spec'),
  ]);
  const [made, ...others] = globSync(join(work, 'out/**/*.rpm'));
  if (made === undefined || others.length > 0) throw new Error('rpmbuild made not one package');
  renameSync(made, join(RELEASE, rpmFile(target)));
}

function spec(tree: string): string {
  return `# xz is what every rpm since 4.6 reads; the rest is what makes two builds the same bytes.
%global _binary_payload w${XZ_LEVEL}.xzdio
%global _buildhost ccvault
%global use_source_date_epoch_as_buildtime 1
%global clamp_mtime_to_source_date_epoch 1
%global _build_id_links none
%global debug_package %{nil}
%global __os_install_post %{nil}

Name: ccvault
Version: ${VERSION}
Release: 1
Summary: ${SUMMARY}
License: MIT
URL: ${HOMEPAGE}
AutoReqProv: no
Requires: glibc >= 2.17

%description
${DESCRIPTION.join('\n')}

%install
cp -a ${tree}/. %{buildroot}/

%files
%dir /usr/share/doc/ccvault
%license /usr/share/doc/ccvault/LICENSE
%license /usr/share/doc/ccvault/THIRD-PARTY-LICENSES.txt
%doc /usr/share/doc/ccvault/README.md
${['ccvault', ...OTHER_NAMES].map((name) => `/usr/bin/${name}`).join('\n')}
/usr/share/man/man1/*.1
/usr/share/bash-completion/completions/ccvault
/usr/share/zsh/site-functions/_ccvault
/usr/share/fish/vendor_completions.d/ccvault.fish
`;
}
