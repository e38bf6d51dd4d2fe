/** A host name in lower case, without the brackets and zone of an IPv6 address, without a final dot. */
export function bareHost(hostname: string): string {
  const host = hostname.toLowerCase();
  if (host.startsWith('[')) return host.slice(1, -1).replace(/%.*$/, '');
  return host.endsWith('.') ? host.slice(0, -1) : host;
}

/**
 * True for `localhost`, names below it (RFC 6761) and the loopback addresses 127.0.0.0/8 and ::1, in the form that a
 * URL has. Uses no `node:net`, because a run with a cached session must not load it.
 */
export function isLoopback(hostname: string): boolean {
  const host = bareHost(hostname);
  return (
    host === 'localhost' ||
    host.endsWith('.localhost') ||
    host === '::1' ||
    /^127(?:\.\d{1,3}){3}$/.test(host)
  );
}
