import { Injectable } from '@nestjs/common';
import { Clock } from '../../config/clock';
import { randomId } from '../../crypto/random-id';
import { Reader } from '../../database/reader';
import { UnitOfWork } from '../../database/unit-of-work';
import type { PageRequest } from '../../http/page';
import { Note } from './note.entity';

/** Keeps the notes; every question but the administrator's names the owner, so that nobody reaches another's. */
@Injectable()
export class NoteStore {
  constructor(
    private readonly reader: Reader,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /** Adds a note. */
  async add(ownerId: string, content: Pick<Note, 'title' | 'body'>): Promise<Note> {
    const now = this.clock.now();
    const note: Note = { id: randomId(), owner_id: ownerId, ...content, created_at: now, updated_at: now };
    await this.unitOfWork.run((transaction) => transaction.manager.insert(Note, note));
    return note;
  }

  /** A page of notes, newest first, with one more than the limit. @param ownerId whose; null for everybody's */
  list(ownerId: string | null, { limit, after }: PageRequest): Promise<Note[]> {
    const query = this.reader.manager.createQueryBuilder(Note, 'note');
    if (ownerId !== null) query.andWhere('note.owner_id = :ownerId', { ownerId });
    // A comparison of rows is a place in the index; the same said with OR would be read from the newest note on.
    if (after !== null) query.andWhere('(note.created_at, note.id) < (:at, :id)', { ...after });
    return query
      .orderBy('note.created_at', 'DESC')
      .addOrderBy('note.id', 'DESC')
      .limit(limit + 1)
      .getMany();
  }

  /** A note of this owner, or null. */
  find(ownerId: string, id: string): Promise<Note | null> {
    return this.reader.manager.findOneBy(Note, { id, owner_id: ownerId });
  }

  /** Changes a note of this owner. @returns the note as it is now, or null where there is none */
  change(ownerId: string, id: string, change: Partial<Pick<Note, 'title' | 'body'>>): Promise<Note | null> {
    return this.unitOfWork.run(async ({ manager }) => {
      const result = await manager.update(Note, { id, owner_id: ownerId }, { ...change, updated_at: this.clock.now() });
      return result.affected === 0 ? null : manager.findOneBy(Note, { id, owner_id: ownerId });
    });
  }

  /** Deletes a note of this owner. @returns false where there is none */
  async remove(ownerId: string, id: string): Promise<boolean> {
    const result = await this.unitOfWork.run(({ manager }) => manager.delete(Note, { id, owner_id: ownerId }));
    return (result.affected ?? 0) > 0;
  }
}
