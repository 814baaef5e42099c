import { Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { KeyRing } from './key-ring';
import { DEFAULT_ALGORITHM } from './signing-key-material';

/** Signs tokens with the active key. */
@Injectable()
export class JwtSigner {
  constructor(
    private readonly jwt: JwtService,
    private readonly keyRing: KeyRing,
  ) {}

  /** @param typ the explicit type of the token (RFC 8725 §3.11) */
  sign(claims: object, typ: string): { readonly token: string; readonly kid: string } {
    const { kid, privateKey } = this.keyRing.signingKey;
    const header = { alg: DEFAULT_ALGORITHM, typ };
    return { token: this.jwt.sign(claims, { algorithm: DEFAULT_ALGORITHM, privateKey, keyid: kid, header }), kid };
  }
}
