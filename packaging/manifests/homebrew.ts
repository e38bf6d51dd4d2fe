import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HOMEPAGE, RELEASE, SUMMARY, VERSION } from '../release.ts';
import { published } from './published.ts';

/** Writes the formula for Homebrew on macOS and Linux. Homebrew strips nothing that it did not build. */
export async function writeHomebrew(): Promise<void> {
  const formula = `class Ccvault < Formula
  desc "${SUMMARY}"
  homepage "${HOMEPAGE}"
  version "${VERSION}"
  license "MIT"

  on_macos do
${await choice('on_arm', 'macos-arm64')}
${await choice('on_intel', 'macos-x64')}
  end

  on_linux do
${await choice('on_arm', 'linux-arm64')}
${await choice('on_intel', 'linux-x64')}
  end

  def install
    bin.install Dir["bin/*"]
    man1.install Dir["share/man/man1/*"]
    bash_completion.install "share/bash-completion/completions/ccvault"
    zsh_completion.install "share/zsh/site-functions/_ccvault"
    fish_completion.install "share/fish/vendor_completions.d/ccvault.fish"
    doc.install Dir["share/doc/ccvault/*"]
  end

  test do
    assert_equal "ccvault #{version}", shell_output("#{bin}/ccvault --version").strip
  end
end
`;
  writeFileSync(join(RELEASE, 'ccvault.rb'), formula);
}

async function choice(when: string, id: string): Promise<string> {
  const { url, hash } = await published(id);
  return `    ${when} do\n      url "${url}"\n      sha256 "${hash}"\n    end`;
}
