import type { Environment } from '../../core/ports/environment.ts';
import { writeToTerminal } from './device.ts';
import { drawsEscapes } from './escapes.ts';

/**
 * Sends a text to the clipboard of the controlling terminal. Returns false without a terminal and where TERM promises
 * no escape sequences; a terminal does not say whether it accepts the text.
 */
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
 * OSC 52 (xterm, "Operating System Commands", Manipulate Selection Data). tmux needs one of two settings:
 * `set-clipboard on` to accept the sequence itself, `allow-passthrough on` to pass the wrapped one to the outer
 * terminal. Both are sent.
 */
function clipboardSequence(text: string, env: Environment): string {
  const sequence = `\u001B]52;c;${Buffer.from(text).toString('base64')}\u0007`;
  if (!env['TMUX']) return sequence;
  return `${sequence}\u001BPtmux;${sequence.replaceAll('\u001B', '\u001B\u001B')}\u001B\\`;
}
