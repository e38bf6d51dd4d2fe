import { checkBackend, checkRefusedKeys } from './checks/backend.ts';
import { checkClock } from './checks/clock.ts';
import { checkConfigText } from './checks/config-text.ts';
import { checkEnvironment } from './checks/environment.ts';
import { checkFiles } from './checks/files.ts';
import { checkGit } from './checks/git.ts';
import { checkKeys, checkPlaintextKeys } from './checks/keys.ts';
import { checkNetwork } from './checks/network.ts';
import { checkProfiles } from './checks/profiles.ts';
import { checkCompletion, checkPrograms } from './checks/programs.ts';
import type { Facts } from './facts.ts';
import { worstFirst } from './finding.ts';
import type { Finding } from './finding.ts';

const CHECKS: readonly ((facts: Facts) => readonly Finding[])[] = [
  checkBackend,
  checkFiles,
  checkConfigText,
  checkProfiles,
  checkPlaintextKeys,
  checkKeys,
  checkRefusedKeys,
  checkEnvironment,
  checkClock,
  checkNetwork,
  checkGit,
  checkPrograms,
  checkCompletion,
];

/** The findings of every check, the worst first. */
export function judge(facts: Facts): readonly Finding[] {
  return worstFirst(CHECKS.flatMap((check) => check(facts)));
}
