import { Entity, Index, PrimaryColumn } from 'typeorm';
import { InstantColumn, TextColumn } from '../database/portable-columns';

/** What an administrator can be told to be; features may use roles of their own. */
export const ADMIN_ROLE = 'admin';

/** A person who can sign in. The id is the `sub` of the tokens: it is never given to anybody else. */
@Entity('users')
@Index('users_list', ['created_at', 'id'])
export class User {
  @PrimaryColumn({ type: 'text' })
  id!: string;

  /** As the person typed it. */
  @TextColumn()
  username!: string;

  @Index('users_username', { unique: true })
  @TextColumn()
  username_canonical!: string;

  /** The canonical name with look-alike letters made equal, so that nobody can pass for another (UTS #39). */
  @Index('users_username_skeleton', { unique: true })
  @TextColumn()
  username_skeleton!: string;

  @TextColumn()
  email!: string;

  @Index('users_email', { unique: true })
  @TextColumn()
  email_canonical!: string;

  @TextColumn({ nullable: true })
  display_name!: string | null;

  /** Separated by single spaces; empty for an ordinary person. */
  @TextColumn()
  roles!: string;

  /** Set by an administrator: no sign-in, and no token works, until it is cleared. */
  @InstantColumn({ nullable: true })
  disabled_at!: number | null;

  /** Set while the account is held back for its owner's safety: its sessions end, and there is no new sign-in until it is cleared. */
  @InstantColumn({ nullable: true })
  locked_at!: number | null;

  @InstantColumn()
  created_at!: number;

  @InstantColumn()
  updated_at!: number;

  @InstantColumn({ nullable: true })
  signed_in_at!: number | null;
}

/** The roles of a person, one by one. */
export function rolesOf(user: Pick<User, 'roles'>): string[] {
  return user.roles === '' ? [] : user.roles.split(' ');
}

/** Whether the person may sign in and be given tokens. */
export function mayUseAccount(user: Pick<User, 'disabled_at' | 'locked_at'>): boolean {
  return user.disabled_at === null && user.locked_at === null;
}
