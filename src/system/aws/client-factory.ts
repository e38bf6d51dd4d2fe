import type { Aws } from '../../core/ports/aws.ts';
import type { AwsContext, ServiceTraits } from './client.ts';

const SSO: ServiceTraits = { fipsInGovCloudOnly: true };

/**
 * The AWS clients. Each loads its part of the SDK on first use. Each throws CliError `config` for an invalid region,
 * a refused endpoint or an unusable CA bundle.
 */
export function createAws(context: AwsContext): Aws {
  return {
    sts: async (settings) => {
      const [{ Caller }, { createSts }] = await Promise.all([import('./client.ts'), import('./sts.ts')]);
      return createSts(new Caller(context, settings), context.clock);
    },
    iam: async (settings) => {
      const [{ Caller }, { createIam }] = await Promise.all([import('./client.ts'), import('./iam.ts')]);
      return createIam(new Caller(context, settings));
    },
    sso: async (settings) => {
      const [{ Caller }, { createSsoPortal }] = await Promise.all([
        import('./client.ts'),
        import('./sso-portal.ts'),
      ]);
      return createSsoPortal(new Caller(context, settings, SSO), context.clock);
    },
    ssoOidc: async (settings) => {
      const [{ Caller }, { createSsoOidc }] = await Promise.all([
        import('./client.ts'),
        import('./sso-oidc.ts'),
      ]);
      return createSsoOidc(new Caller(context, settings, SSO), settings, context.clock);
    },
    signin: async (settings) => {
      const [{ Caller }, { createSignIn }] = await Promise.all([
        import('./client.ts'),
        import('./console-federation.ts'),
      ]);
      return createSignIn(new Caller(context, settings, { answersInHtml: true }), context.clock);
    },
    loginSession: async (settings, profile) => {
      const [{ Caller }, { loginCredentials }] = await Promise.all([
        import('./client.ts'),
        import('./login-session.ts'),
      ]);
      return loginCredentials(new Caller(context, settings), profile, context.clock);
    },
    clock: async (settings) => {
      const { askClock } = await import('./clock.ts');
      return askClock(context, settings);
    },
    redirectOf: async (url, settings) => {
      const { redirectOf } = await import('./redirect.ts');
      return redirectOf(context, url, settings);
    },
  };
}
