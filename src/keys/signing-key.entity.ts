import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { InstantColumn, TextColumn } from '../database/portable-columns';

/** `next` is published but does not sign yet; `active` signs; `retiring` signs no more but still verifies. */
export type SigningKeyState = 'next' | 'active' | 'retiring';

/** A key pair that signs tokens; its private part is encrypted at rest. */
@Entity('signing_keys')
export class SigningKey {
  /** JWK thumbprint (RFC 7638) of the public key. */
  @PrimaryColumn({ type: 'text' })
  kid!: string;

  @TextColumn()
  alg!: string;

  @Column({ type: 'text' })
  state!: SigningKeyState;

  @TextColumn()
  public_jwk!: string;

  @TextColumn()
  private_jwk_sealed!: string;

  @InstantColumn()
  created_at!: number;

  @InstantColumn({ nullable: true })
  activated_at!: number | null;

  /** For a retiring key: when the last token it signed has expired. */
  @Index('signing_keys_expiry')
  @InstantColumn({ nullable: true })
  expires_at!: number | null;
}
