import type { System } from '../../core/ports/system.ts';
import type { TokenRecords } from '../../sources/source.ts';
import type { SessionStore } from './session-store.ts';

/** Sign-in tokens, sealed beside the sessions. */
export function tokenRecords({ clock }: Pick<System, 'clock'>, sessions: SessionStore): TokenRecords {
  return {
    read: async (name) => (await sessions.read(name))?.payload,
    async write(name, text, { kind, profile, expiresAt, root }) {
      const now = clock.now();
      const header = {
        version: 1,
        profile: profile ?? null,
        kind,
        account: null,
        roleArn: null,
        madeAt: new Date(now).toISOString(),
        expiresAt: new Date(expiresAt).toISOString(),
        grantedSeconds: Math.round((expiresAt - now) / 1000),
        root: sessions.nameOf(root ?? name),
      } as const;
      await sessions.write(name, header, text);
    },
  };
}
