/** The secret that nonces are made with, the same on all nodes. */
export abstract class NonceKey {
  /** At least 32 bytes. */
  abstract read(): Promise<Buffer>;
}
