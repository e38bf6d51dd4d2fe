import type { Environment } from '../../core/ports/environment.ts';
import { writeToTerminal } from './device.ts';
import { drawsEscapes } from './escapes.ts';

/** Offers a text to the clipboard of the controlling terminal; false without a terminal or with TERM=dumb. */
export function offerToClipboard(text: string, env: Environment): boolean {
  if (!drawsEscapes(env)) return false;
  try {
    writeToTerminal(clipboardSequence(text, env));
    return true;
  } catch {
    return false;
  }
}

/**
 * OSC 52 (xterm, "Operating System Commands", Manipulate Selection Data). tmux accepts it with `set-clipboard on`; what is
 * wrapped for it goes to the terminal outside with `allow-passthrough on`. One of the two is on, or neither.
 */
function clipboardSequence(text: string, env: Environment): string {
  const sequence = `\u001B]52;c;${Buffer.from(text).toString('base64')}\u0007`;
  if (!env['TMUX']) return sequence;
  return `${sequence}\u001BPtmux;${sequence.replaceAll('\u001B', '\u001B\u001B')}\u001B\\`;
}
