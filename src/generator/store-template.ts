import type { FeatureNames } from './feature-names';

/** The store. */
export const storeFile = (names: FeatureNames): string => `\
import { Injectable } from '@nestjs/common';
import { Clock } from '../../config/clock';
import { randomId } from '../../crypto/random-id';
import { Reader } from '../../database/reader';
import { UnitOfWork } from '../../database/unit-of-work';
import type { PageRequest } from '../../http/page';
import { ${names.One} } from './${names.one}.entity';

/** What an owner says of a row: all of its columns but those that the store fills in. */
type ${names.One}Content = Omit<${names.One}, 'id' | 'owner_id' | 'created_at'>;

/** Keeps the ${names.words.many}; every question names the owner, so that nobody reaches another's. */
@Injectable()
export class ${names.One}Store {
  constructor(
    private readonly reader: Reader,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}
${reading(names)}${writing(names)}}
`;

const reading = ({ One, words }: FeatureNames): string => `
  /** A page of somebody's ${words.many}, newest first, with one more than the limit. */
  list(ownerId: string, { limit, after }: PageRequest): Promise<${One}[]> {
    const query = this.reader.manager.createQueryBuilder(${One}, 'row').where('row.owner_id = :ownerId', { ownerId });
    if (after !== null) query.andWhere('(row.created_at, row.id) < (:at, :id)', { ...after });
    return query
      .orderBy('row.created_at', 'DESC')
      .addOrderBy('row.id', 'DESC')
      .limit(limit + 1)
      .getMany();
  }

  /** The row of that owner and id, or null. */
  find(ownerId: string, id: string): Promise<${One} | null> {
    return this.reader.manager.findOneBy(${One}, { id, owner_id: ownerId });
  }
`;

const writing = ({ One }: FeatureNames): string => `
  /** Adds a row. */
  async add(ownerId: string, content: ${One}Content): Promise<${One}> {
    const row: ${One} = { id: randomId(), owner_id: ownerId, ...content, created_at: this.clock.now() };
    await this.unitOfWork.run((transaction) => transaction.manager.insert(${One}, row));
    return row;
  }

  /** Changes a row of that owner; what is undefined stays. @returns the row as it is now, or null where there is none */
  change(ownerId: string, id: string, content: Partial<${One}Content>): Promise<${One} | null> {
    return this.unitOfWork.run(async ({ manager }) => {
      if (Object.values(content).some((value) => value !== undefined)) {
        await manager.update(${One}, { id, owner_id: ownerId }, { ...content });
      }
      return manager.findOneBy(${One}, { id, owner_id: ownerId });
    });
  }

  /** Deletes a row of that owner. @returns false where there is none */
  async remove(ownerId: string, id: string): Promise<boolean> {
    const result = await this.unitOfWork.run(({ manager }) => manager.delete(${One}, { id, owner_id: ownerId }));
    return (result.affected ?? 0) > 0;
  }
`;
