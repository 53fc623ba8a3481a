/** A MaxMind DB that is not taken. The message names the file, for logs; the reason never does, for everybody. */
export class MmdbRefusedError extends Error {
  override readonly name = 'MmdbRefusedError';
  readonly reason: string;
  /** The file itself may be fine: it changed while it was read, or could not be read. Worth another try. */
  readonly mayPass: boolean;

  constructor(path: string, refusal: { reason: string; mayPass?: boolean; cause?: unknown }) {
    super(`GeoIP database ${path} ${refusal.reason}`, { cause: refusal.cause });
    this.reason = refusal.reason;
    this.mayPass = refusal.mayPass ?? false;
  }
}
