import { join, resolve } from 'node:path';
import { Reader } from '../../src/database/reader';
import { FRONT_CHANNEL_SETTINGS } from '../support/certification-plans';
import { commandLineOn } from '../support/command-line';
import { createTestApp, GOOD_PASSWORD } from '../support/create-test-app';

const FOLDER = join(resolve(__dirname, '../..'), 'docs/conformance');
const SUITE = '--set suite=https://suite.example.com/test/a/gatehouse';

describe('the files of docs/conformance', () => {
  it('make two clients of the old kind for each way to authenticate, and somebody who signs in, and say "0 changes" the second time', async () => {
    const app = await createTestApp({ env: FRONT_CHANNEL_SETTINGS });
    const cli = commandLineOn(app.database);
    const commands = [
      `apply -f ${FOLDER}/people.yaml --set password=${GOOD_PASSWORD}`,
      `apply -f ${FOLDER}/code-flow.yaml ${SUITE}`,
      ...['implicit', 'hybrid', 'logout'].map((name) => `apply -f ${FOLDER}/${name}.yaml ${SUITE}`),
      `apply -f ${FOLDER}/code-flow-keys.yaml ${SUITE} --set jwks_uri=https://suite.example.com/keys`,
    ];
    for (const command of commands) expect(await cli(command)).toMatchObject({ code: 0, stderr: '' });
    for (const command of commands) expect((await cli(command)).stdout).toBe('0 changes\n');
    const rows = await app
      .resolve(Reader)
      .query<{ metadata: string }>(`SELECT metadata FROM clients WHERE origin = 'administrator'`);
    const clients = rows.map(({ metadata }) => JSON.parse(metadata) as Readonly<Record<string, unknown>>);
    for (const method of ['client_secret_basic', 'client_secret_post', 'client_secret_jwt', 'private_key_jwt']) {
      const ofMethod = clients.filter(({ token_endpoint_auth_method: one }) => one === method);
      expect(ofMethod.length).toBeGreaterThanOrEqual(2);
      for (const client of ofMethod) expect(client).toMatchObject({ profile: 'compat', require_pkce: false });
    }
    expect((await app.login('certification')).status).toBe(200);
    await app.close();
  });
});
