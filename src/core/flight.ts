/** Work that many processes may need at once and that one of them does for all. */
export interface Flight<T> {
  /** Flights of the same name run one at a time, in this process and in others. */
  readonly name: string;
  /** What the holder does, for the line that a waiter prints after a second: `asking for the MFA code of ...`. */
  readonly purpose: string;
  /** The result if it exists already, perhaps from the process we waited for; undefined if it has to be made. */
  find(): Promise<T | undefined>;
  /** Makes the result; called with the lock held, after `find` found nothing. */
  make(): Promise<T>;
  /** Tries even if the holder we waited for failed, because this run has what that one lacked. */
  readonly ignoresFailure?: boolean;
}
