import { Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { sign } from 'node:crypto';
import type { SigningAlgorithm } from '../protocol/signing-algorithms';
import { KeyRing } from './key-ring';
import { DEFAULT_ALGORITHM } from './signing-key-material';

/** A JWT and the key that signed it. */
export interface SignedJwt {
  readonly token: string;
  readonly kid: string;
}

/** Signs tokens with the active keys. */
@Injectable()
export class JwtSigner {
  constructor(
    private readonly jwt: JwtService,
    private readonly keyRing: KeyRing,
  ) {}

  /**
   * @param typ the explicit type of the token (RFC 8725 §3.11)
   * @param algorithm any but that of access tokens needs {@link KeyRing.ensure} before
   */
  sign(claims: object, typ: string, algorithm: SigningAlgorithm = DEFAULT_ALGORITHM): SignedJwt {
    const { kid, privateKey } = this.keyRing.signingKeyFor(algorithm);
    const header = { alg: algorithm, typ };
    // The JOSE library behind @nestjs/jwt does not know RFC 8037.
    if (algorithm === 'EdDSA') {
      const input = [{ ...header, kid }, claims]
        .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
        .join('.');
      return { token: `${input}.${sign(null, Buffer.from(input), privateKey).toString('base64url')}`, kid };
    }
    return { token: this.jwt.sign(claims, { algorithm, privateKey, keyid: kid, header }), kid };
  }
}
