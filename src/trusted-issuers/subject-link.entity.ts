import { Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { InstantColumn, TextColumn } from '../database/portable-columns';

/** Whom a trusted issuer means by a subject: an administrator has said so. */
@Entity('subject_links')
@Index('subject_links_list', ['issuer', 'created_at', 'lineage'])
export class SubjectLink {
  @ForeignKey('TrustedIssuerRow', 'issuer', { name: 'subject_links_issuer_fk', onDelete: 'CASCADE' })
  @PrimaryColumn({ type: 'text' })
  issuer!: string;

  /** The `sub` of its assertions, to the letter. */
  @PrimaryColumn({ type: 'text' })
  subject!: string;

  @ForeignKey('User', 'id', { name: 'subject_links_user_fk', onDelete: 'CASCADE' })
  @Index('subject_links_user')
  @TextColumn()
  user_id!: string;

  /** Names the tokens that come of it, so that they end with it. */
  @TextColumn()
  lineage!: string;

  @InstantColumn()
  created_at!: number;
}
