/** The memory of proofs that were used: each is good once (RFC 9449 §11.1). */
export abstract class UsedProofs {
  /**
   * Uses a proof.
   * @param jkt the key that it was made with: nobody can use up another's
   * @param expiresAt epoch milliseconds after which it would not be accepted anyway
   * @returns false where it was used before
   * @throws {TemporarilyUnavailable} when that cannot be known
   */
  abstract use(jkt: string, jti: string, expiresAt: number): Promise<boolean>;
}
