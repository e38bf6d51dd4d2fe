import { settingsFor } from '../../core/plan/settings.ts';
import type { Plan } from '../../core/plan/steps.ts';
import type { AwsSettings } from '../../core/ports/aws.ts';
import type { Workspace } from './workspace.ts';

/** How to call AWS STS with a plan's credentials: as its last STS call, else in its region. */
export function stsSettingsOf(plan: Plan, workspace: Workspace): AwsSettings {
  const step = plan.steps.findLast((one) => 'settings' in one && one.kind !== 'sso');
  if (step !== undefined && 'settings' in step) return step.settings;
  const context = { config: workspace.config(), env: workspace.system.env, view: undefined };
  const { profile } = plan;
  return { ...settingsFor('sts', plan, context), ...(profile === undefined ? {} : { profile }) };
}
