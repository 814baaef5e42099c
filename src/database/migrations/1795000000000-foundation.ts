import {
  type MigrationInterface,
  type QueryRunner,
  Table,
  type TableForeignKeyOptions,
  type TableIndexOptions,
} from 'typeorm';
import { instant, integer, sequence, text } from '../portable-columns';

type Columns = ReturnType<typeof text>[];

function unique(name: string, ...columnNames: string[]): TableIndexOptions {
  return { name, columnNames, isUnique: true };
}

function index(name: string, ...columnNames: string[]): TableIndexOptions {
  return { name, columnNames };
}

function reference(name: string, column: string, table: string, key: string): TableForeignKeyOptions {
  return {
    name,
    columnNames: [column],
    referencedTableName: table,
    referencedColumnNames: [key],
    onDelete: 'CASCADE',
  };
}

/** Its tokens come from the first-party API alone: it has no grant, and nothing that the OAuth endpoints would serve it with. */
const FIRST_PARTY_METADATA = JSON.stringify({
  client_name: 'First-party API',
  grant_types: [],
  response_types: [],
  token_endpoint_auth_method: 'none',
  skip_consent: true,
});

/** Why: the tables that the first version stands on: people, their sessions and tokens, the keys, and what guards them. */
export class Foundation1795000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const create = (
      name: string,
      columns: Columns,
      indices: TableIndexOptions[] = [],
      foreignKeys: TableForeignKeyOptions[] = [],
    ) => runner.createTable(new Table({ name, columns, indices, foreignKeys }));
    const databaseType = runner.connection.options.type;

    await this.createPeople(create);
    await this.createTokens(create, databaseType);
    await this.createKeys(create);
    await create(
      'audit_events',
      [
        sequence('seq', databaseType),
        text('type'),
        text('outcome'),
        instant('occurred_at'),
        text('user_id', { isNullable: true }),
        text('client_id', { isNullable: true }),
        text('session_id', { isNullable: true }),
        text('address', { isNullable: true }),
        text('request_id', { isNullable: true }),
        text('detail', { isNullable: true }),
        instant('expires_at'),
      ],
      [index('audit_events_user', 'user_id', 'seq'), index('audit_events_expiry', 'expires_at')],
    );
    await create(
      'rate_limits',
      [text('key', { isPrimary: true }), integer('points'), instant('expires_at')],
      [index('rate_limits_expiry', 'expires_at')],
    );
    await create(
      'changes',
      [sequence('seq', databaseType), text('topic'), text('subject'), instant('expires_at')],
      [index('changes_expiry', 'expires_at')],
    );
    await runner.query(
      `INSERT INTO clients (id, origin, first_party, metadata, revision, created_at, updated_at)
       VALUES ('first-party', 'house', 1, '${FIRST_PARTY_METADATA}', 1, 0, 0)`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of [
      'changes',
      'rate_limits',
      'audit_events',
      'server_secrets',
      'signing_keys',
      'revocations',
      'opaque_access_tokens',
      'token_families',
      'sessions',
      'client_secrets',
      'clients',
      'password_credentials',
      'users',
    ]) {
      await runner.dropTable(table);
    }
  }

  private async createPeople(create: Create): Promise<void> {
    await create(
      'users',
      [
        text('id', { isPrimary: true }),
        text('username'),
        text('username_canonical'),
        text('username_skeleton'),
        text('email'),
        text('email_canonical'),
        text('display_name', { isNullable: true }),
        text('roles'),
        instant('disabled_at', { isNullable: true }),
        instant('locked_at', { isNullable: true }),
        instant('created_at'),
        instant('updated_at'),
        instant('signed_in_at', { isNullable: true }),
      ],
      [
        unique('users_username', 'username_canonical'),
        unique('users_username_skeleton', 'username_skeleton'),
        unique('users_email', 'email_canonical'),
        index('users_list', 'created_at', 'id'),
      ],
    );
    await create(
      'password_credentials',
      [text('user_id', { isPrimary: true }), text('hash'), instant('changed_at')],
      [],
      [reference('password_credentials_user_fk', 'user_id', 'users', 'id')],
    );
    await create(
      'clients',
      [
        text('id', { isPrimary: true }),
        text('origin'),
        integer('first_party'),
        text('metadata'),
        integer('revision'),
        instant('created_at'),
        instant('updated_at'),
        instant('disabled_at', { isNullable: true }),
        text('registration_digest', { isNullable: true }),
        text('software_statement', { isNullable: true }),
        instant('expires_at', { isNullable: true }),
      ],
      [index('clients_list', 'created_at', 'id'), index('clients_expiry', 'expires_at')],
    );
    await create(
      'client_secrets',
      [
        text('id', { isPrimary: true }),
        text('client_id'),
        text('digest'),
        text('sealed', { isNullable: true }),
        instant('created_at'),
        instant('expires_at', { isNullable: true }),
      ],
      [index('client_secrets_client', 'client_id'), index('client_secrets_expiry', 'expires_at')],
      [reference('client_secrets_client_fk', 'client_id', 'clients', 'id')],
    );
    await create(
      'sessions',
      [
        text('id', { isPrimary: true }),
        text('user_id'),
        text('secret_digest', { isNullable: true }),
        instant('authenticated_at'),
        text('acr'),
        text('amr'),
        text('address', { isNullable: true }),
        text('user_agent', { isNullable: true }),
        instant('created_at'),
        instant('ended_at', { isNullable: true }),
        integer('idle'),
        instant('absolute_expires_at'),
        instant('expires_at'),
      ],
      [index('sessions_user', 'user_id', 'address'), index('sessions_expiry', 'expires_at')],
      [reference('sessions_user_fk', 'user_id', 'users', 'id')],
    );
  }

  private async createTokens(create: Create, databaseType: string): Promise<void> {
    await create(
      'token_families',
      [
        text('id', { isPrimary: true }),
        text('user_id', { isNullable: true }),
        text('client_id'),
        text('session_id', { isNullable: true }),
        text('scope'),
        text('audience'),
        instant('authenticated_at', { isNullable: true }),
        text('acr', { isNullable: true }),
        text('amr', { isNullable: true }),
        text('jkt', { isNullable: true }),
        integer('rotates'),
        integer('idle'),
        text('current_digest'),
        text('superseded'),
        instant('created_at'),
        instant('rotated_at'),
        instant('absolute_expires_at'),
        instant('expires_at'),
        instant('revoked_at', { isNullable: true }),
        text('revoked_reason', { isNullable: true }),
      ],
      [
        index('token_families_user', 'user_id'),
        index('token_families_client', 'client_id'),
        index('token_families_session', 'session_id'),
        index('token_families_expiry', 'expires_at'),
      ],
      [
        reference('token_families_user_fk', 'user_id', 'users', 'id'),
        reference('token_families_client_fk', 'client_id', 'clients', 'id'),
        reference('token_families_session_fk', 'session_id', 'sessions', 'id'),
      ],
    );
    await create(
      'opaque_access_tokens',
      [text('digest', { isPrimary: true }), text('client_id'), text('claims'), instant('expires_at')],
      [index('opaque_access_tokens_client', 'client_id'), index('opaque_access_tokens_expiry', 'expires_at')],
      [reference('opaque_access_tokens_client_fk', 'client_id', 'clients', 'id')],
    );
    await create(
      'revocations',
      [sequence('seq', databaseType), text('kind'), text('subject'), instant('revoked_at'), instant('expires_at')],
      [index('revocations_expiry', 'expires_at')],
    );
  }

  private async createKeys(create: Create): Promise<void> {
    await create(
      'signing_keys',
      [
        text('kid', { isPrimary: true }),
        text('alg'),
        text('state'),
        text('public_jwk'),
        text('private_jwk_sealed'),
        instant('created_at'),
        instant('activated_at', { isNullable: true }),
        instant('expires_at', { isNullable: true }),
      ],
      [index('signing_keys_expiry', 'expires_at')],
    );
    await create('server_secrets', [text('name', { isPrimary: true }), text('value_sealed'), instant('created_at')]);
  }
}

type Create = (
  name: string,
  columns: Columns,
  indices?: TableIndexOptions[],
  foreignKeys?: TableForeignKeyOptions[],
) => Promise<void>;
