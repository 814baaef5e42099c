import { UnitOfWork } from '../../src/database/unit-of-work';
import type { ResourceServerProperties } from '../../src/resource-servers/resource-server';
import { ResourceServerStore } from '../../src/resource-servers/resource-server.store';
import type { TestApp } from './create-test-app';

/** Adds a resource server with these scopes; `properties` are what is special about it. */
export async function aResourceServer(
  app: TestApp,
  id: string,
  scopes: readonly string[],
  properties: Partial<ResourceServerProperties> = {},
): Promise<void> {
  const all = {
    name: id,
    scopes: scopes.map((name) => ({ name, description: `use ${name}` })),
    tokenFormat: 'jwt' as const,
    accessTokenLifetime: null,
    introspectionClients: [],
    ...properties,
  };
  const add = (transaction: Parameters<ResourceServerStore['add']>[0]) =>
    app.resolve(ResourceServerStore).add(transaction, id, all);
  if (!(await app.resolve(UnitOfWork).run(add))) throw new Error(`There is a resource server ${id} already.`);
}
