import { Entity, JoinColumn, OneToOne, PrimaryColumn } from 'typeorm';
import { InstantColumn, TextColumn } from '../database/portable-columns';
import { User } from './user.entity';

/** A person's password, as an argon2id hash with its parameters; kept apart from the person so that no list of people carries it. */
@Entity('password_credentials')
export class PasswordCredential {
  @PrimaryColumn({ type: 'text' })
  user_id!: string;

  @TextColumn()
  hash!: string;

  @InstantColumn()
  changed_at!: number;

  @OneToOne(() => User, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'password_credentials_user_fk' })
  user?: User;
}
