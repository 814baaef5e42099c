import { Injectable } from '@nestjs/common';
import type { Client } from '../../clients/client';
import type { ClientMetadata } from '../../clients/client-metadata';
import { ClientSecrets, type KeptSecret, needsSecret } from '../../clients/client-secrets';
import type { Transaction } from '../../database/transaction';
import { ClientChanges } from '../../oauth/client-registration/client-changes';
import { COMMAND_LINE } from '../command-line-origin';
import { type Change, differences, type FieldChange, type Made } from './change';
import type { SecretsOfFile } from './client-secrets-of-file';
import type { Entry } from './entries';

/** A client as the file has it. */
export interface WantedClient {
  readonly entry: Entry;
  readonly id: string;
  readonly metadata: ClientMetadata;
  readonly secrets: SecretsOfFile;
  /** Left as it is where the file does not say: an emergency stop must not end because somebody applies an older file. */
  readonly disabled: boolean | undefined;
}

const AT_THIS_MOMENT = 'Somebody else has changed this client at this moment: try again.';

/** Finds out what has to be done to a client. */
@Injectable()
export class ClientPlanner {
  constructor(
    private readonly changes: ClientChanges,
    private readonly secrets: ClientSecrets,
  ) {}

  /** What makes a client the one that is wanted: nothing, or one change. */
  changeTo(wanted: WantedClient, present: Client | null): Change[] {
    const { id, entry } = wanted;
    const about = { kind: 'client', name: id, place: entry.place } as const;
    if (present === null) {
      return [{ ...about, action: 'add', fields: [], make: (transaction) => this.add(transaction, wanted) }];
    }
    const metadata = differences({ ...present.metadata }, { ...wanted.metadata });
    const secret = this.secretFields(wanted, present);
    const isDisabled = present.disabledAt !== null;
    const mark =
      wanted.disabled === undefined ? [] : differences({ disabled: isDisabled }, { disabled: wanted.disabled });
    const fields = [...metadata, ...secret, ...mark];
    if (fields.length === 0) return [];
    const make = async (transaction: Transaction): Promise<Made> => {
      const made = metadata.length === 0 ? {} : await this.changeMetadata(transaction, wanted, present);
      if (made.refusal !== undefined) return made;
      const isMadeUp = made.secret != null; // by the change, since the client has come to need one
      const given = secret.length === 0 || isMadeUp ? {} : await this.setSecrets(transaction, wanted);
      return mark.length === 0
        ? { ...made, ...given }
        : { ...made, ...given, ...(await this.mark(transaction, wanted)) };
    };
    return [{ ...about, action: 'change', fields, make }];
  }

  /** What takes a client away that the file does not name. */
  removalOf({ id, revision }: Client): Change {
    const make: Change['make'] = async (transaction) => {
      const { outcome } = await this.changes.remove(transaction, id, revision, COMMAND_LINE);
      return outcome === 'removed' ? {} : { refusal: AT_THIS_MOMENT };
    };
    return { action: 'remove', kind: 'client', name: id, fields: [], place: [], make };
  }

  private async add(transaction: Transaction, wanted: WantedClient): Promise<Made> {
    const { id, metadata, secrets } = wanted;
    const secret = secrets.digests === undefined ? secrets.plain : null;
    const added = await this.changes.add(transaction, { id, origin: 'administrator', metadata }, secret, COMMAND_LINE);
    if (added === null) return { refusal: AT_THIS_MOMENT };
    if (secrets.digests !== undefined) await this.changes.keepSecrets(transaction, id, secrets.digests, COMMAND_LINE);
    if (wanted.disabled === true) await this.mark(transaction, wanted);
    return secrets.plain === undefined ? { secret: added.secret } : {};
  }

  private async changeMetadata(transaction: Transaction, wanted: WantedClient, present: Client): Promise<Made> {
    const { id, metadata, secrets } = wanted;
    const changed = await this.changes.change(transaction, id, metadata, present.revision, COMMAND_LINE);
    if (changed.outcome !== 'done') return { refusal: AT_THIS_MOMENT };
    // One that was made up because the client has come to need one gives way to those of the file.
    return secrets.plain === undefined && secrets.digests === undefined ? { secret: changed.secret } : {};
  }

  private async setSecrets(transaction: Transaction, { id, secrets }: WantedClient): Promise<Made> {
    if (secrets.digests !== undefined) {
      await this.changes.keepSecrets(transaction, id, secrets.digests, COMMAND_LINE);
      return {};
    }
    const rotated = await this.changes.rotateSecret(transaction, id, 0, COMMAND_LINE, secrets.plain);
    if (rotated.outcome !== 'done') return { refusal: AT_THIS_MOMENT };
    return secrets.plain === undefined ? { secret: rotated.secret } : {};
  }

  private async mark(transaction: Transaction, { id, disabled = false }: WantedClient): Promise<Made> {
    const { outcome } = await this.changes.setDisabled(transaction, id, disabled, null, COMMAND_LINE);
    return outcome === 'done' ? {} : { refusal: AT_THIS_MOMENT };
  }

  /** The one field that tells of another secret, where the client's are not what the file says. */
  private secretFields({ metadata, secrets }: WantedClient, present: Client): FieldChange[] {
    if (!needsSecret(metadata)) return [];
    if (secrets.digests !== undefined) {
      return this.areKept(secrets.digests, present) ? [] : [{ name: 'client_secrets' }];
    }
    if (secrets.plain !== undefined) {
      const isKnown = this.secrets.matches(present, secrets.plain) && this.secrets.suffice({ ...present, metadata });
      return isKnown ? [] : [{ name: 'client_secret' }];
    }
    return this.secrets.suffice({ ...present, metadata }) ? [] : [{ name: 'client_secret' }];
  }

  private areKept(digests: readonly KeptSecret[], present: Client): boolean {
    const [live, wanted] = [this.secrets.live(present.secrets), this.secrets.live(digests)];
    const keys = (secrets: readonly KeptSecret[]) =>
      JSON.stringify(secrets.map(({ digest, expires_at }) => `${digest} ${expires_at}`).sort());
    return keys(live) === keys(wanted);
  }
}
