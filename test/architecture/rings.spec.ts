import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { foldersOf, rings } from '../../rings.cjs';
import { type Cruise, cruise } from './dependency-cruise';

const root = resolve(__dirname, '../..');

/** One import that must be refused: from, to, the rule that refuses it. */
const refused: readonly (readonly [from: string, to: string, rule: string])[] = [
  // Upward
  ['src/protocol/up.ts', 'src/config/settings.ts', 'vocabulary-imports-nothing-above'],
  ['src/crypto/up.ts', 'src/keys/key-ring.ts', 'vocabulary-imports-nothing-above'],
  ['src/database/up.ts', 'src/users/user-store.ts', 'platform-imports-nothing-above'],
  ['src/http/up.ts', 'src/auth/auth.module.ts', 'platform-imports-nothing-above'],
  ['src/tokens/up.ts', 'src/auth/auth.module.ts', 'nouns-imports-nothing-above'],
  ['src/users/up.ts', 'src/pages/pages.module.ts', 'nouns-imports-nothing-above'],
  ['src/auth/up.ts', 'src/oauth/oauth.module.ts', 'gate-imports-nothing-above'],
  ['src/auth/up-to-a-feature.ts', 'src/features/notes/notes.module.ts', 'gate-imports-nothing-above'],
  ['src/oauth/up.ts', 'src/oidc/oidc.module.ts', 'oauth-imports-nothing-above'],
  ['src/oauth/metadata/up.ts', 'src/admin/clients/clients.view.ts', 'oauth-imports-nothing-above'],
  ['src/oidc/up.ts', 'src/pages/pages.module.ts', 'oidc-imports-nothing-above'],
  ['src/admin/up.ts', 'src/features/notes/notes.module.ts', 'surfaces-imports-nothing-above'],
  ['src/users/root.ts', 'src/app.module.ts', 'nothing-imports-the-composition-root'],
  ['src/features/notes/root.ts', 'src/bootstrap.ts', 'nothing-imports-the-composition-root'],
  ['src/database/root.ts', 'ormconfig.ts', 'nothing-imports-the-composition-root'],
  // Sideways
  ['src/crypto/side.ts', 'src/protocol/scope.ts', 'vocabulary-stand-apart'],
  ['src/config/side.ts', 'src/database/reader.ts', 'platform-stand-apart'],
  ['src/database/side.ts', 'src/audit/audit-log.ts', 'platform-stand-apart'],
  ['src/audit/side.ts', 'src/rate-limit/rate-limit.module.ts', 'platform-stand-apart'],
  ['src/replay/side.ts', 'src/audit/audit-log.ts', 'platform-stand-apart'],
  ['src/users/side.ts', 'src/sessions/session-store.ts', 'nouns-stand-apart'],
  ['src/tokens/side.ts', 'src/sessions/session-store.ts', 'nouns-stand-apart'],
  ['src/tokens/side-to-users.ts', 'src/users/user-store.ts', 'nouns-stand-apart'],
  ['src/keys/side.ts', 'src/tokens/token-issuer.ts', 'nouns-stand-apart'],
  ['src/clients/side.ts', 'src/resource-servers/resource-server-store.ts', 'nouns-stand-apart'],
  ['src/sender-constraint/side.ts', 'src/tokens/token-issuer.ts', 'nouns-stand-apart'],
  ['src/pages/side.ts', 'src/admin/admin.module.ts', 'surfaces-stand-apart'],
  ['src/oauth/device-authorization/side.ts', 'src/oauth/refresh-token/leaf.ts', 'a-grant-imports-no-other-grant'],
  ['src/oauth/token-endpoint/side.ts', 'src/oauth/refresh-token/leaf.ts', 'a-grant-imports-no-other-grant'],
  ['src/oauth/request-objects/side.ts', 'src/oauth/refresh-token/leaf.ts', 'a-grant-imports-no-other-grant'],
  ['src/features/notes/side.ts', 'src/features/protected/protected.module.ts', 'a-feature-imports-no-other-feature'],
  // Features see the gate and what is below the nouns
  ['src/features/notes/user.ts', 'src/users/user-store.ts', 'features-see-only-the-gate'],
  ['src/features/notes/token.ts', 'src/tokens/token-issuer.ts', 'features-see-only-the-gate'],
  ['src/features/notes/grant.ts', 'src/oauth/oauth.module.ts', 'features-see-only-the-gate'],
  ['src/features/notes/surface.ts', 'src/admin/admin.module.ts', 'features-see-only-the-gate'],
  // Vocabulary
  ['src/protocol/nest.ts', '@nestjs/common', 'vocabulary-knows-no-framework'],
  ['src/crypto/orm.ts', 'typeorm', 'vocabulary-knows-no-framework'],
  ['src/crypto/disk.ts', 'node:fs', 'vocabulary-does-no-io'],
  ['src/crypto/disk-promises.ts', 'node:fs/promises', 'vocabulary-does-no-io'],
  ['src/protocol/fetch.ts', 'node:http', 'vocabulary-does-no-io'],
  ['src/protocol/socket.ts', 'net', 'vocabulary-does-no-io'],
  // Private sub-folders
  ['src/users/private.ts', 'src/database/sqlite/sqlite-reader.ts', 'no-private-sub-folder'],
  ['src/oauth/metadata/private.ts', 'src/tokens/formats/jwt.ts', 'no-private-sub-folder'],
  ['src/features/notes/private.ts', 'src/auth/guards/access-token.guard.ts', 'no-private-sub-folder'],
  ['src/main.ts', 'src/http/problem/problem.filter.ts', 'no-private-sub-folder'],
  ['src/app.module.ts', 'src/features/notes/storage/note-store.ts', 'no-private-sub-folder'],
  ['src/oidc/id-token/private.ts', 'src/oauth/token-endpoint/parsing/parse.ts', 'no-private-sub-folder'],
  ['src/admin/private.ts', 'src/admin/clients/windows/window.ts', 'no-private-sub-folder'],
  // Controllers, tests, folders, packages
  ['src/users/users.controller.ts', '@nestjs/common', 'no-controller-below-the-gate'],
  ['src/keys/jwks/jwks.controller.ts', '@nestjs/common', 'no-controller-below-the-gate'],
  ['src/database/health.controller.ts', '@nestjs/common', 'no-controller-below-the-gate'],
  ['src/users/from-test.ts', 'test/support/builders.ts', 'production-imports-no-test'],
  ['src/users/from-spec.ts', 'src/users/user-store.spec.ts', 'production-imports-no-test'],
  ['src/users/shared.spec.ts', 'src/users/user-store.spec.ts', 'no-test-imports-a-test'],
  ['src/users/e2e.spec.ts', 'test/flows/login/login.ts', 'no-test-imports-a-test'],
  ['src/stray/stray.ts', 'src/protocol/scope.ts', 'folder-without-ring'],
  ['src/oidc/stray.ts', 'src/strange/target.ts', 'folder-without-ring'],
  ['src/users/dev.ts', 'jest-helper', 'no-undeclared-package'],
  ['src/users/undeclared.ts', 'transitive', 'no-undeclared-package'],
  ['src/users/missing.ts', './not-there', 'no-unresolved-import'],
];

/** Imports that the plan allows. */
const allowed: readonly (readonly [from: string, to: string])[] = [
  ['src/main.ts', 'src/bootstrap.ts'],
  ['src/app.module.ts', 'src/features/notes/notes.module.ts'],
  ['src/app.module.ts', 'src/oauth/token-endpoint/leaf.ts'],
  ['src/bootstrap.ts', 'src/http/problem.filter.ts'],
  ['src/protocol/pkce.ts', 'src/crypto/digest.ts'],
  ['src/protocol/pkce.ts', 'node:crypto'],
  ['src/database/open.ts', 'src/config/settings.ts'],
  ['src/database/open.ts', 'src/database/sqlite/sqlite-reader.ts'],
  ['src/database/sqlite/deep.ts', 'src/database/reader.ts'],
  ['src/rate-limit/store.ts', 'src/database/reader.ts'],
  ['src/admin/admin.module.ts', 'src/admin/scopes/leaf.ts'],
  ['src/sessions/session-manager.ts', 'src/users/user-store.ts'],
  ['src/tokens/token-minter.ts', 'src/keys/key-ring.ts'],
  ['src/tokens/token-minter.ts', 'src/clients/client-store.ts'],
  ['src/tokens/token-minter.ts', 'src/resource-servers/resource-server-store.ts'],
  ['src/auth/local.ts', 'src/users/user-store.ts'],
  ['src/auth/local.ts', '@nestjs/common'],
  ['src/auth/auth.controller.ts', '@nestjs/common'],
  ['src/oauth/refresh-token/refresh-token.grant.ts', 'src/oauth/token-endpoint/leaf.ts'],
  ['src/oauth/pushed-authorization/par.ts', 'src/oauth/authorization-code/leaf.ts'],
  ['src/oidc/id-token/id-token.ts', 'src/oauth/token-endpoint/leaf.ts'],
  ['src/oidc/userinfo/userinfo.ts', 'src/oidc/claims/leaf.ts'],
  ['src/admin/clients/clients.controller.ts', 'src/clients/client-store.ts'],
  ['src/features/notes/notes.controller.ts', 'src/auth/decorators/public.decorator.ts'],
  ['src/features/notes/notes.controller.ts', 'src/features/notes/storage/note-store.ts'],
  ['src/features/notes/notes.controller.ts', 'src/database/reader.ts'],
  ['src/features/notes/migrations/1-notes.ts', 'typeorm'],
  ['src/users/user-store.spec.ts', 'test/support/builders.ts'],
  ['src/users/user-store.spec.ts', 'jest-helper'],
];

/** Three files that need each other; dependency-cruiser reports a ring of imports once. */
const cycle: readonly (readonly [from: string, to: string])[] = [
  ['src/sessions/hen.ts', 'src/sessions/egg.ts'],
  ['src/sessions/egg.ts', 'src/sessions/chick.ts'],
  ['src/sessions/chick.ts', 'src/sessions/hen.ts'],
];

const packages = ['@nestjs/common', 'typeorm', 'jest-helper', 'transitive'];
const manifest = {
  dependencies: { '@nestjs/common': '1.0.0', typeorm: '1.0.0' },
  devDependencies: { 'jest-helper': '1.0.0' },
};

const isFile = (target: string) => target.endsWith('.ts');

function write(folder: string, path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

function specifier(from: string, to: string): string {
  if (!isFile(to)) return to;
  const path = relative(dirname(from), to).replace(/\.ts$/, '');
  return path.startsWith('.') ? path : `./${path}`;
}

/** Lays out a tree with the folder names of this repository that holds exactly the given imports. */
function plant(folder: string, imports: readonly (readonly [from: string, to: string, ...rest: string[]])[]): void {
  const sources = new Map<string, string[]>();
  for (const [from, to] of imports) {
    sources.set(from, [...(sources.get(from) ?? []), `import '${specifier(from, to)}';`]);
    if (isFile(to) && !sources.has(to)) sources.set(to, []);
  }
  for (const [path, lines] of sources) write(folder, path, `${lines.join('\n')}\nexport const here = true;\n`);
  for (const name of packages) {
    write(folder, `node_modules/${name}/package.json`, JSON.stringify({ name, version: '1.0.0', main: 'index.js' }));
    write(folder, `node_modules/${name}/index.js`, '');
  }
  write(folder, 'package.json', JSON.stringify(manifest));
  copyFileSync(join(root, 'tsconfig.json'), join(folder, 'tsconfig.json'));
}

describe('the dependency rules on a planted tree', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rings-'));
  let outcome: Cruise;

  beforeAll(async () => {
    plant(folder, [...refused, ...allowed, ...cycle]);
    write(folder, 'src/users/lonely.ts', 'export const lonely = true;\n');
    write(
      folder,
      'src/users/type-only.ts',
      `import type { here } from '../auth/auth.module';\nexport type T = typeof here;\n`,
    );
    write(folder, 'src/users/lazy.ts', `export const lazy = () => import('../auth/auth.module');\n`);
    write(folder, 'src/users/again.ts', `export { here } from '../auth/auth.module';\n`);
    outcome = await cruise(folder);
  }, 60_000);

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  /** The names of the rules that refuse an import; a package's resolved path holds its name. */
  const rulesAgainst = (from: string, to: string) => [
    ...new Set(
      outcome.violations
        .filter((violation) => violation.from === from)
        .filter((violation) => violation.to === to || (!isFile(to) && violation.to.includes(to.replace(/^node:/, ''))))
        .map(({ rule }) => rule),
    ),
  ];

  it.each(refused)('refuses %s → %s (%s)', (from, to, rule) => {
    expect(rulesAgainst(from, to)).toEqual([rule]);
  });

  it.each(allowed)('allows %s → %s', (from, to) => {
    expect(rulesAgainst(from, to)).toEqual([]);
  });

  it('refuses a file that nothing imports and that imports nothing', () => {
    expect(rulesAgainst('src/users/lonely.ts', 'src/users/lonely.ts')).toEqual(['no-orphan']);
  });

  it('refuses three files that need each other', () => {
    expect(cycle.flatMap(([from, to]) => rulesAgainst(from, to))).toEqual(['no-cycle']);
  });

  it.each(['type-only', 'lazy', 'again'])('sees through an import that is %s', (name) => {
    expect(rulesAgainst(`src/users/${name}.ts`, 'src/auth/auth.module.ts')).toEqual(['nouns-imports-nothing-above']);
  });

  it('has a planted violation for every rule', () => {
    const proven = new Set([...refused.map(([, , rule]) => rule), 'no-orphan', 'no-cycle']);
    expect(outcome.ruleNames.filter((name) => !proven.has(name))).toEqual([]);
  });
});

describe('the table of the rings', () => {
  it('has the folders of src, each once, and no others', () => {
    const folders = readdirSync(join(root, 'src'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
    const named = foldersOf(...rings.map(({ name }) => name));
    expect([...named].sort()).toEqual(folders.map(({ name }) => name).sort());
  });
});
