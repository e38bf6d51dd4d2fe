// A program of nothing but the process control and the kernel keyring, for tests that look at them from outside.
//   system-driver become|run COMMAND ARGUMENT..., become-too-long COMMAND
//   system-driver read|drop DESCRIPTION, store DESCRIPTION TEXT SECONDS
import { writeSync } from 'node:fs';
import { isCliError } from '../../src/core/errors.ts';
import { createKernelKeyring } from '../../src/system/kernel-keyring.ts';
import { createProcessControl } from '../../src/system/process/process.ts';

const EXIT_CODES: Readonly<Record<string, number>> = {
  'command-not-found': 127,
  'command-not-executable': 126,
};

async function main(): Promise<number> {
  const control = createProcessControl({ warning: (message) => void writeSync(2, `warning: ${message}\n`) });
  const keyring = createKernelKeyring();
  const [action, first = '', ...rest] = process.argv.slice(2);
  switch (action) {
    case 'become':
      return control.become([first, ...rest], process.env);
    case 'run':
      return control.run([first, ...rest], process.env);
    case 'become-too-long':
      // The system takes 128 KiB an argument, so nobody could start us with this one.
      return control.become([first, 'x'.repeat(200_000)], process.env);
    case 'store': {
      const stored = await keyring.store(first, Buffer.from(rest[0] ?? ''), Number(rest[1]));
      writeSync(1, `${stored}\n`);
      return 0;
    }
    case 'read': {
      const bytes = await keyring.read(first);
      writeSync(1, bytes === undefined ? 'none\n' : `${Buffer.from(bytes).toString()}\n`);
      return 0;
    }
    case 'drop':
      await keyring.drop(first);
      return 0;
    default:
      throw new Error(`no such action: ${action}`);
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  writeSync(2, `${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = isCliError(error) ? (EXIT_CODES[error.code ?? ''] ?? error.exitCode) : 70;
}
