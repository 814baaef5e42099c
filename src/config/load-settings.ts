import { CONSISTENCY_RULES } from './consistency';
import { InvalidSettings } from './invalid-settings';
import { ALL_SETTINGS } from './schema';
import { accountSettings } from './sections/accounts';
import { auditSettings } from './sections/audit';
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
import { tokenSettings, tokenTransportSettings } from './sections/tokens';
import { transportSettings } from './sections/transport';
import type { Settings } from './settings';
import { SettingsReader, type Variables } from './settings-reader';
import { unknownVariableProblems } from './unknown-variables';

/**
 * Reads, checks and freezes the settings; a variable that is absent or blank takes its default.
 * @throws {InvalidSettings} with every problem that there is
 */
export function loadSettings(variables: Variables): Settings {
  const reader = new SettingsReader(variables);
  const settings = readSettings(reader);
  const names = ALL_SETTINGS.map(({ name }) => name);
  const contradictions = CONSISTENCY_RULES.filter(({ about }) => !about.some((name) => reader.isRefused(name))).flatMap(
    (rule) => rule.problem(settings, (name) => reader.isGiven(name)) ?? [],
  );
  const problems = [...reader.problems, ...contradictions, ...unknownVariableProblems(variables, names)];
  if (problems.length > 0) {
    throw new InvalidSettings(problems);
  }
  return deepFreeze(settings);
}

function readSettings(reader: SettingsReader): Settings {
  reader.mode = reader.read(serverSettings.mode);
  reader.port = reader.read(serverSettings.port);
  const issuer = reader.read(serverSettings.issuer);
  const host = reader.read(serverSettings.host);
  const { address, poolSize } = reader.readGroup(databaseSettings);
  const { certificate, key } = reader.readGroup(transportSettings);
  const { registration, administratorEmail, administratorPassword } = reader.readGroup(accountSettings);
  return {
    mode: reader.mode,
    issuer,
    serviceName: reader.read(serverSettings.serviceName),
    listen: { host, port: reader.port, tls: certificate !== null && key !== null ? { certificate, key } : null },
    shutdownDelay: reader.read(serverSettings.shutdownDelay),
    database: address.kind === 'postgres' ? { ...address, poolSize } : address,
    tokens: { ...reader.readGroup(tokenSettings), audience: issuer },
    ...reader.readGroup(tokenTransportSettings),
    sessions: reader.readGroup(sessionSettings),
    keys: reader.readGroup(keySettings),
    ...reader.readGroup(oauthSettings),
    clientDocuments: reader.readGroup(clientDocumentSettings),
    outbound: reader.readGroup(outboundSettings),
    http: reader.readGroup(httpSettings),
    ...reader.readGroup(documentationSettings),
    registration,
    firstAdministrator:
      administratorEmail !== null && administratorPassword !== null
        ? { email: administratorEmail, password: administratorPassword }
        : null,
    rateLimits: reader.readGroup(rateLimitSettings),
    ...reader.readGroup(loggingSettings),
    ...reader.readGroup(auditSettings),
  };
}

function deepFreeze<T extends object>(value: T): T {
  for (const part of Object.values(value)) {
    if (typeof part === 'object' && part !== null) {
      deepFreeze(part);
    }
  }
  return Object.freeze(value);
}
