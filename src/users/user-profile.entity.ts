import { Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { TextColumn } from '../database/portable-columns';

/** What is known of a person beside their account. */
@Entity('user_profiles')
export class UserProfile {
  @ForeignKey('User', 'id', { name: 'user_profiles_user_fk', onDelete: 'CASCADE' })
  @PrimaryColumn({ type: 'text' })
  user_id!: string;

  /** JSON: what they have said of themselves, by the names of the claims. */
  @TextColumn()
  claims!: string;

  /** The e-mail address that was found to be theirs, in its canonical form: another one is unverified by itself. */
  @TextColumn({ nullable: true })
  verified_email!: string | null;

  /** Likewise a telephone number, as they have written it. */
  @TextColumn({ nullable: true })
  verified_phone!: string | null;
}
