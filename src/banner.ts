import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import type { Settings } from './config/settings';

/** What a developer wants to know right after the start. @param setUpLink where they become the first administrator; null where there is one */
export function banner(settings: Settings, { address, port }: AddressInfo, setUpLink: string | null): string {
  const rows: [string, string][] = [
    ['Documentation', settings.apiDocs ? `${settings.issuer}/docs` : 'off (API_DOCS=on switches it on)'],
    ['Metadata', `${settings.issuer}/.well-known/openid-configuration`],
    ['Database', databaseOf(settings)],
    ['Mode', settings.mode === 'production' ? 'production' : `${settings.mode} mode`],
    ...(setUpLink === null ? [] : [['Set up', `${setUpLink} (good once, for an hour)`] as [string, string]]),
  ];
  const host = settings.listen.host === 'localhost' ? 'localhost' : address.includes(':') ? `[${address}]` : address;
  const scheme = settings.listen.tls === null ? 'http' : 'https';
  const local = `${scheme}://${host}:${port}`;
  const where = local === settings.issuer ? local : `${local}, known as ${settings.issuer}`;
  return [`Gatehouse listens on ${where}`, ...rows.map(([name, value]) => `  ${name.padEnd(14)} ${value}`), ''].join(
    '\n',
  );
}

function databaseOf({ database }: Settings): string {
  if (database.kind === 'sqlite') return resolve(database.file);
  const { host, pathname } = new URL(database.url);
  return `PostgreSQL at ${host}${pathname}`;
}
