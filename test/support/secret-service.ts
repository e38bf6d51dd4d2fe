import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** The programs that `startSecretService` needs, for `requires(...)`. */
export const SECRET_SERVICE_PROGRAMS = ['dbus-daemon', 'gnome-keyring-daemon', 'gdbus'] as const;

export interface SecretServiceSession {
  /** What a program needs to be in this session and in no other: bus, home, folders. */
  readonly environment: Readonly<Record<string, string>>;
  /** Locks the default keyring, as a screen lock or a log-out would. */
  lock(): Promise<void>;
  end(): Promise<void>;
}

interface SecretServiceSetup {
  /**
   * `unlocked`: GNOME Keyring with an unlocked default keyring; `empty`: started by the bus when first called, as on
   * a server where nobody has logged in, with no default keyring; `none`: no Secret Service.
   */
  readonly keyring?: 'unlocked' | 'empty' | 'none';
}

/** A real message bus of its own, with GNOME Keyring on it, in a throw-away home. */
export async function startSecretService(setup: SecretServiceSetup = {}): Promise<SecretServiceSession> {
  const directory = mkdtempSync(join(tmpdir(), 'ccvault-keyring-'));
  const runtimeDirectory = join(directory, 'run');
  mkdirSync(runtimeDirectory, { mode: 0o700 });
  const environment: Record<string, string> = {
    PATH: process.env['PATH'] ?? '',
    LC_ALL: 'C.UTF-8',
    HOME: directory,
    XDG_RUNTIME_DIR: runtimeDirectory,
    XDG_DATA_HOME: join(directory, 'data'),
    XDG_CONFIG_HOME: join(directory, 'config'),
    XDG_CACHE_HOME: join(directory, 'cache'),
  };
  const keyringState = setup.keyring ?? 'unlocked';
  const configuration = join(directory, 'bus.conf');
  writeFileSync(configuration, busConfiguration(directory, keyringState === 'empty'));
  const bus = spawn('dbus-daemon', ['--nofork', '--print-address=1', `--config-file=${configuration}`], {
    env: environment,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const children: ChildProcess[] = [bus];
  environment['DBUS_SESSION_BUS_ADDRESS'] = await firstLine(bus);
  const password = 'throw-away password';

  if (keyringState === 'unlocked') {
    const keyring = spawn('gnome-keyring-daemon', ['--foreground', '--unlock', '--components=secrets'], {
      env: environment,
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    children.push(keyring);
    keyring.stdin.end(password);
    await run(environment, ['gdbus', 'wait', '--session', '--timeout', '20', 'org.freedesktop.secrets']);
  }

  return {
    environment,
    async lock() {
      const call =
        'gdbus call --session --dest org.freedesktop.secrets --object-path /org/freedesktop/secrets ' +
        '--method org.freedesktop.Secret.Service.Lock';
      await run(environment, [...call.split(' '), "['/org/freedesktop/secrets/collection/login']"]);
    },
    async end() {
      for (const child of children.toReversed()) await ended(child);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** As the system's session.conf, but with a socket in our folder and without the limits that need privileges. */
function busConfiguration(directory: string, startsServices: boolean): string {
  return `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path=${join(directory, 'bus')}</listen>
  <auth>EXTERNAL</auth>
  ${startsServices ? '<standard_session_servicedirs/>' : ''}
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
`;
}

/** Runs a program of the session to its end and gives what it printed; fails when it does. */
export async function run(
  environment: Readonly<Record<string, string>>,
  [program = '', ...argv]: readonly string[],
  input = '',
): Promise<string> {
  const child = spawn(program, argv, { env: environment, stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.end(input);
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${program} ended with ${code}: ${errors}`);
  return output;
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('no output to read');
  const lines = createInterface({ input: child.stdout });
  const [line] = await once(lines, 'line');
  lines.close();
  return String(line);
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill();
  await once(child, 'exit');
}
