/** A platform that an executable is built for, with the names it has in each ecosystem. */
export interface Target {
  /** The platform's name in file names: `linux-x64-musl`. */
  readonly id: string;
  readonly os: 'linux' | 'macos' | 'windows';
  readonly arch: 'x64' | 'arm64';
  readonly libc?: 'glibc' | 'musl';
  /** What `bun build --target` calls it; it decides constants, whatever executable is given. */
  readonly bunTarget: string;
  /** The registry's package with the runtime. */
  readonly runtime: string;
  /** The registry's package with the keyring addon; Linux speaks to its Secret Service without one. */
  readonly addon?: string;
}

export const ALL_TARGETS: readonly Target[] = [
  linux('x64', 'glibc'),
  linux('x64', 'musl'),
  linux('arm64', 'glibc'),
  linux('arm64', 'musl'),
  macos('x64'),
  macos('arm64'),
  windows('x64'),
  windows('arm64'),
];

/** What is built: all of them, or those that `make dist ONLY='linux-x64 macos-arm64'` names, to try something out. */
export const TARGETS = chosen(process.env['ONLY']?.split(' '));

function chosen(ids: readonly string[] | undefined): readonly Target[] {
  return ids?.map(findTarget) ?? ALL_TARGETS;
}

/** The target with an id; throws for one that there is not. */
export function findTarget(id: string): Target {
  const target = ALL_TARGETS.find((each) => each.id === id);
  if (target === undefined)
    throw new Error(`no platform ${id}: ${ALL_TARGETS.map((each) => each.id).join(', ')}`);
  return target;
}

/** The name of the executable of a target. */
export function executableName(target: Target): string {
  return target.os === 'windows' ? 'ccvault.exe' : 'ccvault';
}

function linux(arch: Target['arch'], libc: 'glibc' | 'musl'): Target {
  const suffix = libc === 'musl' ? '-musl' : '';
  return {
    id: `linux-${arch}${suffix}`,
    os: 'linux',
    arch,
    libc,
    bunTarget: `bun-linux-${arch}${suffix}`,
    runtime: `@oven/bun-linux-${bunArch(arch)}${suffix}`,
  };
}

function macos(arch: Target['arch']): Target {
  return {
    id: `macos-${arch}`,
    os: 'macos',
    arch,
    bunTarget: `bun-darwin-${arch}`,
    runtime: `@oven/bun-darwin-${bunArch(arch)}`,
    addon: `@napi-rs/keyring-darwin-${arch}`,
  };
}

function windows(arch: Target['arch']): Target {
  return {
    id: `windows-${arch}`,
    os: 'windows',
    arch,
    bunTarget: `bun-windows-${arch}`,
    runtime: `@oven/bun-windows-${bunArch(arch)}`,
    addon: `@napi-rs/keyring-win32-${arch}-msvc`,
  };
}

function bunArch(arch: Target['arch']): string {
  return arch === 'arm64' ? 'aarch64' : 'x64';
}
