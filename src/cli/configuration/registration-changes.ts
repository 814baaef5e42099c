import type { RegistrationChanges } from '../../oauth/client-registration/registrations';
import { COMMAND_LINE } from '../command-line-origin';
import { type Change, differences, type Made } from './change';
import type { Entry } from './entries';

/** What the file says of one thing of a kind. */
export interface WantedRegistration<Properties> {
  readonly entry: Entry;
  readonly id: string;
  readonly properties: Properties;
}

/** How the registrations of a kind become those of the file. */
export interface PlannedRegistrations<Thing, Properties> {
  /** What has to be done so that one is as the file says. @param before as it is now, if it is there */
  to(wanted: WantedRegistration<Properties>, before: Thing | undefined): Change[];
  /** What has to be done so that one is there no longer. */
  removalOf(id: string, revision: number): Change;
}

/** Plans changes of the registrations of a kind. @param fieldsOf what is said of one, by the names of its JSON */
export function registrationChanges<Thing extends Properties & { readonly revision: number }, Properties>(
  kind: Change['kind'],
  fieldsOf: (properties: Properties) => object,
  changes: RegistrationChanges<Thing, Properties>,
): PlannedRegistrations<Thing, Properties> {
  const made = ({ outcome }: { readonly outcome: string }): Made =>
    outcome === 'done' || outcome === 'removed'
      ? {}
      : { refusal: `Somebody else has changed this ${kind} at this moment: try again.` };
  return {
    to({ entry: { place }, id, properties }, before) {
      if (before === undefined) {
        const make: Change['make'] = async (transaction) =>
          made(await changes.add(transaction, id, properties, COMMAND_LINE));
        return [{ action: 'add', kind, name: id, fields: [], place, make }];
      }
      const fields = differences({ ...fieldsOf(before) }, { ...fieldsOf(properties) });
      const make: Change['make'] = async (transaction) =>
        made(await changes.change(transaction, id, properties, before.revision, COMMAND_LINE));
      return fields.length === 0 ? [] : [{ action: 'change', kind, name: id, fields, place, make }];
    },
    removalOf(id, revision) {
      const make: Change['make'] = async (transaction) =>
        made(await changes.remove(transaction, id, revision, COMMAND_LINE));
      return { action: 'remove', kind, name: id, fields: [], place: [], make };
    },
  };
}
