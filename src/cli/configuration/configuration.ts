import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../database/transaction';
import { UnitOfWork } from '../../database/unit-of-work';
import { CommandFailed } from '../failure';
import type { Change } from './change';
import type { PlaceholderValues } from './placeholders';
import { ConfigurationFile, type Fault } from './configuration-file';
import { ConfigurationSections } from './configuration-sections';

/** A secret that was made up for a client, which nobody can see again. */
export interface GivenSecret {
  readonly client_id: string;
  readonly client_secret: string;
}

/** What was changed. */
export interface Applied {
  readonly changes: readonly Change[];
  readonly secrets: readonly GivenSecret[];
}

/** How a file is applied. */
export interface ApplyOptions {
  /** Whether what the sections of the file do not name is removed. */
  readonly prune: boolean;
  /** Whether everything is taken back at the end, when it is known that it would work. */
  readonly dryRun: boolean;
  /** What stands for the placeholders of the file. */
  readonly values?: PlaceholderValues;
}

/** Ends a unit of work that is not to leave anything behind. */
class TakenBack extends Error {
  constructor(
    readonly applied: Applied,
    readonly faults: readonly Fault[],
  ) {
    super('The unit of work is taken back.');
  }
}

/** The set-up of the server as a file: makes the server what the file says, and writes the file that says what it is. */
@Injectable()
export class Configuration {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly sections: ConfigurationSections,
  ) {}

  /**
   * Makes the server what the file says. What is in the file is judged whole before anything is written, and written whole or not at all.
   * @throws {CommandFailed} with everything that has to be changed in the file, and where
   */
  async apply(text: string, options: ApplyOptions): Promise<Applied> {
    const file = ConfigurationFile.parse(text, options.values);
    const faults: Fault[] = [];
    const changes = await this.sections.plan(file.content, options.prune, faults);
    if (faults.length > 0) throw failure(file, faults);
    if (changes.length === 0) return { changes, secrets: [] };
    try {
      return await this.unitOfWork.run(async (transaction) => {
        const applied = await this.make(transaction, changes);
        if (options.dryRun) throw new TakenBack({ changes, secrets: [] }, []);
        return applied;
      });
    } catch (error) {
      if (!(error instanceof TakenBack)) throw error;
      if (error.faults.length > 0) throw failure(file, error.faults);
      return error.applied;
    }
  }

  /** The server as a file would say it; of secrets and passwords, their digests alone. */
  export(): Promise<Readonly<Record<string, readonly object[]>>> {
    return this.sections.export();
  }

  /** @throws {TakenBack} where one of the changes cannot be made */
  private async make(transaction: Transaction, changes: readonly Change[]): Promise<Applied> {
    const secrets: GivenSecret[] = [];
    for (const change of changes) {
      const { refusal, secret } = await change.make(transaction);
      if (refusal !== undefined) {
        const reason = change.place.length > 0 ? refusal : `The ${change.kind} ${change.name}: ${refusal}`;
        throw new TakenBack({ changes: [], secrets: [] }, [{ place: change.place, reason }]);
      }
      if (secret != null) secrets.push({ client_id: change.name, client_secret: secret });
    }
    return { changes, secrets };
  }
}

function failure(file: ConfigurationFile, faults: readonly Fault[]): CommandFailed {
  const lines = faults.map((fault) => file.describe(fault));
  return new CommandFailed([...lines, 'Nothing was changed.'].join('\n'));
}
