import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HOMEPAGE, RELEASE, SUMMARY, VERSION } from '../release.ts';
import { published } from './published.ts';

/** Writes the PKGBUILD of `ccvault-bin` for Arch Linux. makepkg strips unless it is told not to. */
export async function writePkgbuild(): Promise<void> {
  const x64 = await published('linux-x64');
  const arm64 = await published('linux-arm64');
  const pkgbuild = `pkgname=ccvault-bin
pkgver=${VERSION}
pkgrel=1
pkgdesc='${SUMMARY}'
arch=(x86_64 aarch64)
url='${HOMEPAGE}'
license=(MIT)
depends=(glibc)
optdepends=('git: AWS CodeCommit' 'gnome-keyring: keeps the keys' 'age: opens vault.age without ccvault')
provides=(ccvault)
conflicts=(ccvault)
options=(!strip !debug)
source_x86_64=('${x64.url}')
source_aarch64=('${arm64.url}')
sha256sums_x86_64=('${x64.hash}')
sha256sums_aarch64=('${arm64.hash}')

package() {
  cd ccvault-"$pkgver"-linux-*
  install -d "$pkgdir/usr"
  cp -a bin share "$pkgdir/usr/"
  install -Dm644 share/doc/ccvault/LICENSE "$pkgdir/usr/share/licenses/$pkgname/LICENSE"
}
`;
  writeFileSync(join(RELEASE, 'PKGBUILD'), pkgbuild);
}
