import type { Aws } from '../core/ports.ts';
import type { AwsContext } from './aws/client.ts';

/**
 * The AWS clients. The SDK is loaded by the first call of `sts` or `iam`, each its own half of it; both throw
 * CliError `config` for settings that cannot be used.
 */
export function createAws(context: AwsContext): Aws {
  return {
    sts: async (settings) => {
      const [{ Caller }, { createSts }] = await Promise.all([
        import('./aws/client.ts'),
        import('./aws/sts.ts'),
      ]);
      return createSts(new Caller(context, settings));
    },
    iam: async (settings) => {
      const [{ Caller }, { createIam }] = await Promise.all([
        import('./aws/client.ts'),
        import('./aws/iam.ts'),
      ]);
      return createIam(new Caller(context, settings));
    },
  };
}
