import type { KeyObject } from 'node:crypto';

/** A public key with which access tokens may be signed. */
export interface VerificationKey {
  readonly kid: string;
  readonly alg: string;
  readonly publicKey: KeyObject;
}

/** The keys of the issuer: of this very process ({@link KeyRing}), or of another server that publishes them. */
export abstract class VerificationKeys {
  /** The key of that id, as far as it can be said without asking anybody. */
  abstract verificationKey(kid: string): VerificationKey | undefined;

  /**
   * The key of that id; whoever publishes the keys is asked where that is due.
   * @throws {TemporarilyUnavailable} when they cannot be asked
   */
  abstract seek(kid: string): VerificationKey | undefined | Promise<VerificationKey | undefined>;
}
