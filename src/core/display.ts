import type { Environment } from './ports/environment.ts';
import type { System } from './ports/system.ts';

// Docker and Podman put these into every container.
const CONTAINER_MARKS = ['/.dockerenv', '/run/.containerenv'];

/** True in an SSH session: a browser would open on another computer than the user's. */
export function isOverSsh(env: Environment): boolean {
  return Boolean(env['SSH_CONNECTION'] || env['SSH_TTY'] || env['SSH_CLIENT']);
}

/**
 * True where a browser can be expected to open: not over SSH; on Linux only under WSL, or with a display and outside a
 * container.
 */
export function hasDisplay({ env, host, files }: Pick<System, 'env' | 'host' | 'files'>): boolean {
  if (isOverSsh(env)) return false;
  if (host.os !== 'linux' || env['WSL_DISTRO_NAME']) return true;
  if (!env['DISPLAY'] && !env['WAYLAND_DISPLAY']) return false;
  return CONTAINER_MARKS.every((path) => files.stat(path) === undefined);
}
