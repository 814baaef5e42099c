import { Injectable, type OnModuleInit, SetMetadata } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { type ClaimsContributor, ClaimsContributors } from '../tokens/claims-contributor';
import { PersonClaims, type PersonClaimsSource } from './person-claims';
import { type ClaimsVerifier, Requirements } from './requirements';

export type { ClaimsContext, ClaimsContributor } from '../tokens/claims-contributor';
export type { PersonClaimsSource } from './person-claims';
export type { ClaimsVerifier } from './requirements';

const CONTRIBUTES_CLAIMS = 'gatehouse:contributes-claims';
const CONTRIBUTES_PERSON_CLAIMS = 'gatehouse:contributes-person-claims';
const VERIFIES_CLAIMS = 'gatehouse:verifies-claims';

/** Marks a provider of a feature module as a {@link ClaimsContributor}: it adds claims to every access token. */
export const ContributesClaims = (): ClassDecorator => SetMetadata(CONTRIBUTES_CLAIMS, true);

/** Marks a provider of a feature module as a {@link PersonClaimsSource}: applications can be told what it knows about people. */
export const ContributesPersonClaims = (): ClassDecorator => SetMetadata(CONTRIBUTES_PERSON_CLAIMS, true);

/** Marks a provider of a feature module as a {@link ClaimsVerifier}: it may refuse any access token. */
export const VerifiesClaims = (): ClassDecorator => SetMetadata(VERIFIES_CLAIMS, true);

/** Finds what feature modules add to the gate, so that they register by a decorator alone. */
@Injectable()
export class ExtensionPoints implements OnModuleInit {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly contributors: ClaimsContributors,
    private readonly requirements: Requirements,
    private readonly personClaims: PersonClaims,
  ) {}

  onModuleInit(): void {
    for (const { metatype, instance } of this.discovery.getProviders()) {
      if (typeof metatype !== 'function') continue;
      if (Reflect.getMetadata(CONTRIBUTES_CLAIMS, metatype) === true) {
        this.contributors.register(instance as ClaimsContributor);
      }
      if (Reflect.getMetadata(CONTRIBUTES_PERSON_CLAIMS, metatype) === true) {
        this.personClaims.register(instance as PersonClaimsSource);
      }
      if (Reflect.getMetadata(VERIFIES_CLAIMS, metatype) === true) {
        this.requirements.register(instance as ClaimsVerifier);
      }
    }
  }
}
