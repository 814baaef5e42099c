import { existsSync } from 'node:fs';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { OtherProcess } from './other-process';

const APACHE = '/usr/sbin/apache2';
const MODULES = '/usr/lib/apache2/modules';

const LOADED = ['mpm_event', 'authn_core', 'authz_core', 'authz_user', 'proxy', 'proxy_http', 'auth_openidc'];

/**
 * Starts Apache on a port of this machine, as whoever runs the test or as www-data where that is root.
 * @param folder for its own files
 * @throws {Error} when it is not installed
 */
export async function startApache(
  folder: string,
  port: number,
  configuration: string,
  env: Readonly<Record<string, string>>,
): Promise<OtherProcess> {
  if (!existsSync(join(MODULES, 'mod_auth_openidc.so'))) {
    throw new Error('Install the packages apache2-bin and libapache2-mod-auth-openidc.');
  }
  const own = join(folder, 'apache');
  await mkdir(own);
  await chmod(folder, 0o711);
  const isRoot = process.getuid?.() === 0;
  const lines = [
    `ServerRoot ${own}`,
    'ServerName localhost',
    `Listen localhost:${port}`,
    `PidFile ${own}/pid`,
    `DefaultRuntimeDir ${own}`,
    'ErrorLog "|/bin/cat"',
    'LogLevel info',
    ...(isRoot ? ['User www-data', 'Group www-data'] : []),
    ...LOADED.map((name) => `LoadModule ${name}_module ${MODULES}/mod_${name}.so`),
    configuration,
  ];
  await writeFile(join(own, 'apache.conf'), `${lines.join('\n')}\n`);
  const apache = new OtherProcess(APACHE, ['-f', join(own, 'apache.conf'), '-D', 'FOREGROUND'], env);
  await apache.says(/resuming normal operations/);
  return apache;
}
