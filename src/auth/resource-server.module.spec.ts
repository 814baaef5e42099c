import { Injectable, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { UsedProofs } from '../sender-constraint/used-proofs';
import { ResourceServerModule } from './resource-server.module';
import { ProofsOfThisProcess } from './resource-server/proofs-of-this-process';

/** What a store of several processes would need. */
@Injectable()
class Connection {}

@Module({ providers: [Connection], exports: [Connection] })
class ConnectionModule {}

@Injectable()
class SharedProofs implements UsedProofs {
  constructor(readonly connection: Connection) {}

  use(): Promise<boolean> {
    return Promise.resolve(true);
  }
}

describe('the memory of used proofs of a resource server', () => {
  const memoryWith = async (options: object) => {
    const trusted = { issuer: 'https://id.example', audience: 'https://api.example' };
    const module = ResourceServerModule.forRoot({ ...trusted, ...options });
    return (await Test.createTestingModule({ imports: [module] }).compile()).get(UsedProofs, { strict: false });
  };

  it('is of the process if nothing is said', async () => {
    expect(await memoryWith({})).toBeInstanceOf(ProofsOfThisProcess);
  });

  it('is a class that the service brings, with what it needs', async () => {
    const memory = await memoryWith({ dpop: { usedProofs: SharedProofs }, imports: [ConnectionModule] });
    expect(memory).toBeInstanceOf(SharedProofs);
    expect((memory as SharedProofs).connection).toBeInstanceOf(Connection);
  });

  it('is an object that the service brings', async () => {
    const usedProofs: UsedProofs = { use: () => Promise.resolve(true) };
    expect(await memoryWith({ dpop: { usedProofs } })).toBe(usedProofs);
  });
});
