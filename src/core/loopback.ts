/** Lower case, without the brackets of an IPv6 address, a zone or the root's dot. */
export function bareHost(hostname: string): string {
  const host = hostname.toLowerCase();
  if (host.startsWith('[')) return host.slice(1, -1).replace(/%.*$/, '');
  return host.endsWith('.') ? host.slice(0, -1) : host;
}

/**
 * True for `localhost`, names below it (RFC 6761) and the loopback addresses, in the form in which a URL has them. In
 * a file of its own, since a cached session must not load `node:net` to know it.
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
