/** Something that many processes may need at once and one of them gets. */
export interface Flight<T> {
  /** What it is about: flights of the same name cannot be used together, in this process and in others. */
  readonly name: string;
  /** For the line that those who wait print after a second: `asking for the MFA code of ...`. */
  readonly purpose: string;
  /** The result that exists already, perhaps from the process we waited for; undefined if it has to be made. */
  find(): Promise<T | undefined>;
  make(): Promise<T>;
  /** Tries even when the one we waited for failed, because this run brings what that one lacked. */
  readonly ignoresFailure?: boolean;
}
