import { auditSettings } from './sections/audit';
import { accountSettings } from './sections/accounts';
import { databaseSettings } from './sections/database';
import { documentationSettings } from './sections/documentation';
import { httpSettings } from './sections/http';
import { keySettings } from './sections/keys';
import { loggingSettings } from './sections/logging';
import { clientDocumentSettings, oauthSettings } from './sections/oauth';
import { outboundSettings } from './sections/outbound';
import { rateLimitSettings } from './sections/rate-limits';
import { sessionSettings } from './sections/sessions';
import { serverSettings } from './sections/server';
import { transportSettings } from './sections/transport';
import { tokenSettings, tokenTransportSettings } from './sections/tokens';
import type { Setting, SettingGroup } from './setting';

/** A section of the table of settings. */
export interface Section {
  readonly title: string;
  readonly settings: readonly Setting<unknown>[];
}

/** All sections in the order in which people read them. */
export const SECTIONS: readonly Section[] = [
  section('Server', serverSettings, transportSettings),
  section('Database', databaseSettings),
  section('Tokens', tokenSettings, tokenTransportSettings),
  section('Sessions', sessionSettings),
  section('Keys', keySettings),
  section('Authorization server', oauthSettings, clientDocumentSettings, outboundSettings),
  section('HTTP', httpSettings),
  section('Documentation', documentationSettings),
  section('Accounts', accountSettings),
  section('Rate limits', rateLimitSettings),
  section('Logging', loggingSettings, auditSettings),
];

/** Every setting there is. */
export const ALL_SETTINGS: readonly Setting<unknown>[] = SECTIONS.flatMap(({ settings }) => settings);

function section(title: string, ...groups: readonly SettingGroup[]): Section {
  return { title, settings: groups.flatMap((group) => Object.values(group)) };
}
