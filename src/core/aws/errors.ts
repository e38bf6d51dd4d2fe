import { localTime } from '../local-time.ts';
import { factsOf, sentence } from './error-facts.ts';
import type { ErrorFacts, FailedCall } from './error-facts.ts';
import { awsRefusal } from './refusals.ts';
import { CliError, isCliError } from '../errors.ts';
import { printable } from '../printable.ts';

/**
 * The CliError for an error of an SDK call: `aws` with code `network`, `tls`, `captive-portal`, `clock-skew`,
 * `mfa-refused` or `mfa-device`, or with AWS's own code as `awsCode`; `config` where the endpoint or the request
 * cannot be built from the settings. Returns a CliError unchanged, and also any error that no call throws: that is a
 * bug. Messages carry no secret: from AWS's response only its error message, date and status, from the request only
 * action, host, proxy, profile, MFA serial and the last four characters of the key id.
 */
export function awsError(error: unknown, call: FailedCall): unknown {
  if (isCliError(error)) return error;
  const facts = factsOf(error);
  if (facts.status !== undefined) {
    if (looksForeign(facts.headers)) return notFromAws(kindOfAnswer(facts.status, facts.headers), call.host);
    if (facts.fromService) return awsRefusal(facts, call);
    if (facts.status < 500) return notFromAws('a response that cannot be read', call.host);
    return new CliError('aws', `${call.host} returned HTTP status ${facts.status}`, {
      code: 'network',
      hints: ['try again in a minute'],
    });
  }
  if (facts.name === 'EndpointError' || facts.message.startsWith('Region not accepted')) {
    return new CliError('config', `there is no endpoint for ${call.action}: ${sentence(facts.message)}`, {
      hints: ['check region, use_fips_endpoint and use_dualstack_endpoint of the profile'],
    });
  }
  if (facts.systemCode === 'ERR_INVALID_CHAR') {
    return new CliError(
      'config',
      `the request for ${call.action} cannot be sent: ${sentence(facts.message)}`,
    );
  }
  return networkError(facts, call) ?? error;
}

/** The error for a response from something between here and AWS: a hotel's sign-in page, a filter, a proxy. */
export function notFromAws(what: string, host: string): CliError {
  return new CliError('aws', `the response did not come from AWS (${what} from ${host})`, {
    code: 'captive-portal',
    hints: ['open a browser: this network may want you to sign in first'],
  });
}

/** True for a response that is not from AWS, by its content type: the services called here respond with XML or JSON. */
export function looksForeign(headers: Readonly<Record<string, string | undefined>>): boolean {
  if (headers['x-amzn-requestid'] !== undefined) return false;
  const type = headers['content-type'] ?? '';
  return type !== '' && (/html/i.test(type) || !/xml|json/i.test(type));
}

/** The content type, with the HTTP status unless that is 200: `text/html with HTTP status 403`. */
export function kindOfAnswer(status: number, headers: Readonly<Record<string, string | undefined>>): string {
  const type = printable((headers['content-type'] ?? 'nothing readable').split(';')[0] ?? '').slice(0, 60);
  return status === 200 ? type : `${type} with HTTP status ${status}`;
}

const BROKEN = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'ERR_STREAM_PREMATURE_CLOSE']);
const UNREACHABLE = new Set(['EHOSTUNREACH', 'ENETUNREACH', 'ENETDOWN', 'EHOSTDOWN', 'EADDRNOTAVAIL']);
// OpenSSL's verification results and Node's TLS errors; Bun uses the same names.
const TLS =
  /^(?:ERR_TLS|ERR_SSL|ERR_OSSL|EPROTO|CERT_|CRL_|.*SELF_SIGNED|UNABLE_TO_|INVALID_CA|HOSTNAME_MISMATCH|PATH_LENGTH)/;

function networkError(facts: ErrorFacts, call: FailedCall): CliError | undefined {
  const { systemCode, name } = facts;
  const { proxy, host } = call;
  const far = proxy === undefined ? host : `the proxy ${proxy.display}`;
  const proxyHints =
    proxy === undefined ? [] : [`check ${proxy.variable}, or list the AWS hosts in NO_PROXY`];
  if (systemCode === 'ERR_PROXY_TUNNEL') return proxyRefusal(facts, call);
  if (systemCode === 'ENOTFOUND' || systemCode.startsWith('EAI_')) {
    return network(`cannot resolve ${far}`, proxy ? proxyHints : ['check the network and the region']);
  }
  if (systemCode === 'ECONNREFUSED') return network(`${far} refused the connection`, proxyHints);
  if (UNREACHABLE.has(systemCode)) return network(`cannot reach ${far} (${systemCode})`, proxyHints);
  if (TLS.test(systemCode)) return tlsError(facts, call);
  const via = proxy === undefined ? '' : ` through the proxy ${proxy.display}`;
  // Checked before the timeouts, because the SDK names these TimeoutError too.
  if (BROKEN.has(systemCode)) {
    return network(`the connection to ${host}${via} broke before the response arrived`, proxyHints);
  }
  if (name === 'TimeoutError' || name === 'AbortError' || systemCode === 'ETIMEDOUT') {
    return network(`no response from ${host}${via} in time`, proxyHints);
  }
  // The HTTP parser's errors for a response that is not HTTP.
  if (systemCode.startsWith('HPE_')) return notFromAws('no HTTP', host);
  if (/^E[A-Z]+$/.test(systemCode))
    return network(`the connection to ${host}${via} failed (${systemCode})`, proxyHints);
  return undefined;
}

function network(message: string, hints: readonly string[]): CliError {
  return new CliError('aws', message, { code: 'network', hints });
}

function proxyRefusal(facts: ErrorFacts, call: FailedCall): CliError {
  const name = `the proxy ${call.proxy?.display ?? ''}`.trim();
  const variable = call.proxy?.variable ?? 'HTTPS_PROXY';
  if (facts.proxyStatus === 407) {
    return network(`${name} did not accept the user name and password (407)`, [
      `set ${variable} to http://USER:PASSWORD@HOST:PORT`,
    ]);
  }
  const response =
    facts.proxyStatus === undefined ? 'gave no response' : `returned HTTP status ${facts.proxyStatus}`;
  return network(`${name} ${response} for ${call.host}`, [
    `check ${variable}, or list the AWS hosts in NO_PROXY`,
  ]);
}

function tlsError(facts: ErrorFacts, call: FailedCall): CliError {
  const via = call.proxy === undefined ? '' : ` through the proxy ${call.proxy.display}`;
  const { systemCode } = facts;
  let reason = sentence(facts.message.split(';')[0] ?? '') || systemCode;
  let hint = 'for a private certificate authority, set AWS_CA_BUNDLE to its PEM file';
  if (systemCode === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    reason = 'the certificate is for another host';
    hint = 'open a browser: this network may want you to sign in first';
  } else if (systemCode === 'CERT_HAS_EXPIRED' || systemCode === 'CERT_NOT_YET_VALID') {
    hint = `check the clock of this computer: it shows ${localTime(call.now)}`;
  } else if (/^(?:ERR_SSL|EPROTO)/.test(systemCode)) {
    reason = `the server does not speak TLS (${systemCode})`;
    hint = 'check the endpoint and the proxy';
  }
  return new CliError('aws', `cannot trust ${call.host}${via}: ${reason}`, { code: 'tls', hints: [hint] });
}
