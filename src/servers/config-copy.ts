import { configLines } from '../core/config/lines.ts';
import { profileHeader, sectionHeader, sectionName } from '../core/config/sections.ts';
import { credentialProcessLine } from '../core/config/sdk-line.ts';
import { SOURCE_KEYS, STATIC_KEYS } from './default-profile.ts';

// The nested keys that the SDKs read (below `s3 =`, and below the services of a `[services]` section).
const NESTED_KEYS = new Set([
  'addressing_style',
  'direct_io',
  'disk_throughput',
  'endpoint_url',
  'io_chunksize',
  'max_bandwidth',
  'max_concurrent_requests',
  'max_queue_size',
  'multipart_chunksize',
  'multipart_threshold',
  'payload_signing_enabled',
  'preferred_transfer_client',
  'should_stream',
  'target_bandwidth',
  'us_east_1_regional_endpoint',
  'use_accelerate_endpoint',
  'use_dualstack_endpoint',
]);

/**
 * A copy of a config file that is safe to leave on disk: without any secret, and with a `default` profile that keeps
 * its settings but names no credentials. Written from the settings of the sections that the SDKs read; drops static
 * keys, comments, other sections, multi-line values and URLs with a password. A `credential_process`, whose arguments
 * may be secret, is replaced by one that runs ccvault, which reads the original.
 */
export function secretlessCopy(text: string): string {
  let copy = '';
  let profile: string | undefined;
  let kept = false;
  let nests = false;
  for (const line of configLines(text)) {
    if (line.kind === 'header') {
      const section = sectionName(line.header, 'config');
      kept = section !== undefined;
      nests = false;
      profile = section?.kind === 'profile' ? section.name : undefined;
      if (section === undefined) continue;
      const isNamed = section.kind === 'profile' && !section.bareDefault && section.name === 'default';
      if (isNamed) copy += '[profile default]\n';
      else if (section.kind === 'profile') copy += `${profileHeader(section.name, 'config')}\n`;
      else copy += `${sectionHeader(section.kind, section.name)}\n`;
    } else if (kept && line.kind === 'key') {
      nests = line.bare;
      if (isDropped(line.key, line.value, profile)) nests = false;
      else if (line.key === 'credential_process' && profile !== undefined) {
        copy += `credential_process = ${credentialProcessLine(profile)}\n`;
      } else copy += `${line.key} =${line.value === '' ? '' : ` ${line.value}`}\n`;
    } else if (kept && nests && line.kind === 'continuation') {
      const [, key = '', value = ''] = /^([^=:\s]+)\s*[=:]\s*(.*)$/.exec(line.value) ?? [];
      if (NESTED_KEYS.has(key.toLowerCase()) && !hasPassword(value)) copy += `  ${key} = ${value}\n`;
    }
  }
  return copy;
}

function isDropped(key: string, value: string, profile: string | undefined): boolean {
  if (STATIC_KEYS.includes(key) || hasPassword(value)) return true;
  if (profile === 'default' && SOURCE_KEYS.includes(key)) return true;
  // mfa_process and the like are for ccvault, which reads the original.
  return key.endsWith('_process') && (key !== 'credential_process' || profile === undefined);
}

/** A URL with user information (RFC 3986, section 3.2.1). */
function hasPassword(value: string): boolean {
  return /:\/\/[^/?#\s]*@/.test(value);
}
