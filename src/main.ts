#!/usr/bin/env node
import { basename, resolve } from 'node:path';
import { runProgram } from './cli/run.ts';
import { createSystem } from './system/real.ts';
import { VERSION } from './version.ts';

const compiled = process.versions.bun !== undefined;
const system = createSystem(compiled ? process.execPath : resolve(process.argv[1] ?? ''));
const name = basename((compiled ? process.argv0 : process.argv[1]) ?? '').replace(/\.(exe|mjs|cmd)$/, '');
const args = process.argv.slice(2);

process.exit(await runProgram(name === 'git-credential-ccvault' ? ['credential-helper', ...args] : args, VERSION, system));
