import type { Type } from '@nestjs/common';
import type { OAuthFeatureName, OAuthFeatureSwitches } from '../config/oauth-features';

/** One feature of the authorization server. */
export interface OAuthFeature {
  readonly module: Type;
  readonly title: string;
  readonly specification: string;
}

/** The modules of those features of a table that are switched on. */
export function modulesOf(features: Readonly<Record<string, OAuthFeature>>, switches: OAuthFeatureSwitches): Type[] {
  return Object.entries(features)
    .filter(([name]) => switches[name as OAuthFeatureName])
    .map(([, { module }]) => module);
}
