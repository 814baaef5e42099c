import { METADATA_DEFAULTS, type ClientMetadata } from '../../clients/client-metadata';
import { refuseIdleSecrets, secretsOf } from './client-secrets-of-file';
import type { Fault } from './configuration-file';
import { Entry } from './entries';

const DIGEST = 'x'.repeat(43);
const BASIC = 'client_secret_basic';

function read(fields: Readonly<Record<string, unknown>>, method = BASIC) {
  const faults: Fault[] = [];
  const entry = new Entry(['clients', 0], fields, faults);
  const secrets = secretsOf(entry);
  const metadata = { ...METADATA_DEFAULTS, token_endpoint_auth_method: method } as unknown as ClientMetadata;
  refuseIdleSecrets(entry, metadata, secrets);
  return { secrets, faults: faults.map(({ place }) => place.slice(2).join('/')) };
}

describe('the secrets of a client in the file', () => {
  it('are one as it is, or digests and how long they are good', () => {
    expect(read({ client_secret: 'secret' }).secrets).toEqual({ plain: 'secret' });
    expect(
      read({ client_secrets: [{ digest: DIGEST, expires_at: '2027-01-31T12:00:00.000Z' }] }).secrets.digests,
    ).toEqual([{ digest: DIGEST, expires_at: Date.UTC(2027, 0, 31, 12) }]);
    expect(read({ client_secrets: [] }).secrets).toEqual({ plain: undefined, digests: [] });
  });

  it.each<[string, Record<string, unknown>, string[], string]>([
    ['both', { client_secret: 'secret', client_secrets: [] }, ['client_secrets'], BASIC],
    ['no list', { client_secrets: DIGEST }, ['client_secrets'], BASIC],
    ['a digest without its field', { client_secrets: [DIGEST] }, ['client_secrets/0'], BASIC],
    ['a digest that is none', { client_secrets: [{ digest: 'hunter2' }] }, ['client_secrets/0/digest'], BASIC],
    ['a digest twice', { client_secrets: [{ digest: DIGEST }, { digest: DIGEST }] }, ['client_secrets'], BASIC],
    [
      'a day for an instant',
      { client_secrets: [{ digest: DIGEST, expires_at: '2027-01-31' }] },
      ['client_secrets/0/expires_at'],
      BASIC,
    ],
    [
      'a field that nobody knows',
      { client_secrets: [{ digest: DIGEST, sealed: 'x' }] },
      ['client_secrets/0/sealed'],
      BASIC,
    ],
    ['a secret of a public client', { client_secret: 'secret' }, ['client_secret'], 'none'],
    ['digests of a client with keys', { client_secrets: [{ digest: DIGEST }] }, ['client_secrets'], 'private_key_jwt'],
  ])('are refused: %s', (_what, fields, places, method) => {
    expect(read(fields, method).faults).toEqual(places);
  });
});
