// The `Credentials` element of every STS operation that issues some.

import type { Session } from './entities.ts';
import type { Context } from './exchange.ts';
import type { XmlValue } from './query-protocol.ts';

export function credentials(session: Session, context: Context): XmlValue {
  return {
    AccessKeyId: session.accessKeyId,
    SecretAccessKey: session.secretAccessKey,
    SessionToken: session.sessionToken,
    Expiration: context.clock.shown(session.expires),
  };
}
