import { Injectable } from '@nestjs/common';
import { sign } from 'node:crypto';
import { KeyRing } from './key-ring';
import { DEFAULT_ALGORITHM } from './signing-key-material';

/** Signs tokens with the active key. */
@Injectable()
export class JwtSigner {
  private header = { kid: '', typ: '', encoded: '' };

  constructor(private readonly keyRing: KeyRing) {}

  /**
   * The claims as a JWT in its compact form (RFC 7515 §7.1): written here rather than by a library, whose checks of
   * what we have made ourselves would take half as long as the signature.
   * @param typ the explicit type of the token (RFC 8725 §3.11)
   */
  sign(claims: object, typ: string): { readonly token: string; readonly kid: string } {
    const { kid, privateKey: key } = this.keyRing.signingKey;
    const input = `${this.headerOf(kid, typ)}.${base64url(claims)}`;
    // RFC 7518 §3.4: the two numbers of the signature one after the other, not in DER.
    const signature = sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' });
    return { token: `${input}.${signature.toString('base64url')}`, kid };
  }

  /** Only the key changes it, now and then. */
  private headerOf(kid: string, typ: string): string {
    if (this.header.kid !== kid || this.header.typ !== typ) {
      this.header = { kid, typ, encoded: base64url({ alg: DEFAULT_ALGORITHM, typ, kid }) };
    }
    return this.header.encoded;
  }
}

function base64url(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
