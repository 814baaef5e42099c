import { JwtService } from '@nestjs/jwt';
import { AuditLog } from '../../src/audit/audit-log';
import type { Settings } from '../../src/config/settings';
import { Follower } from '../../src/database/follower';
import { Sweeper } from '../../src/database/sweeper';
import { JwtSigner } from '../../src/keys/jwt-signer';
import { envelopeFor } from '../../src/encryption/key-encryption';
import { KeyRing } from '../../src/keys/key-ring';
import { KeyRotation } from '../../src/keys/key-rotation';
import { ServerSecrets } from '../../src/encryption/server-secrets';
import { createLog } from '../../src/logging/log';
import { ownTerms } from '../../src/tokens/access-token-terms';
import { AccessTokenVerifier } from '../../src/tokens/access-token-verifier';
import { RevocationIndex } from '../../src/tokens/revocation-index';
import { TokenFamilies } from '../../src/tokens/token-families';
import { TokenRevoker } from '../../src/tokens/token-revoker';
import { FakeClock } from './fake-clock';
import { openTestDatabase, type OpenTestDatabase, testSettings } from './open-test-database';
import type { TestDatabase } from './test-database';

/** What a node is started with. */
export interface CoreNodeOptions {
  /** The database of another node; without one, a fresh one. */
  readonly database?: TestDatabase;
  readonly clock?: FakeClock;
  /** Settings, by the names of their environment variables. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Keys, tokens and revocations of one node on a database, without HTTP; nothing is loaded until a test says so. */
export class CoreNode {
  readonly clock: FakeClock;
  readonly settings: Settings;
  /** Every line that was logged. */
  readonly logged: string[] = [];
  readonly sweeper: Sweeper;
  readonly audit: AuditLog;
  readonly follower: Follower;
  readonly secrets: ServerSecrets;
  readonly rotation: KeyRotation;
  readonly keyRing: KeyRing;
  readonly signer: JwtSigner;
  readonly families: TokenFamilies;
  readonly revocations: RevocationIndex;
  readonly revoker: TokenRevoker;
  readonly verifier: AccessTokenVerifier;

  private constructor(
    readonly open: OpenTestDatabase,
    { clock = new FakeClock(), env = {} }: CoreNodeOptions,
  ) {
    const { unitOfWork, reader } = open;
    this.clock = clock;
    this.settings = testSettings(open.database.url, env);
    const log = createLog('info', (line) => this.logged.push(line));
    const envelope = envelopeFor(this.settings, false);
    this.sweeper = new Sweeper(unitOfWork, clock, log);
    this.audit = new AuditLog(clock, this.settings, this.sweeper);
    this.follower = new Follower(log);
    this.secrets = new ServerSecrets(unitOfWork, envelope, clock);
    this.rotation = new KeyRotation(unitOfWork, reader, envelope, clock, this.audit, this.settings);
    this.keyRing = new KeyRing(reader, envelope, this.follower, this.rotation, log, this.sweeper);
    this.signer = new JwtSigner(new JwtService({}), this.keyRing);
    this.families = new TokenFamilies(reader, clock, this.secrets, this.settings, this.sweeper);
    this.revocations = new RevocationIndex(reader, this.follower, clock, this.settings, this.sweeper);
    this.revoker = new TokenRevoker(this.families, this.revocations, clock);
    const terms = ownTerms(this.settings);
    this.verifier = new AccessTokenVerifier(new JwtService({}), this.keyRing, this.revocations, clock, terms);
  }

  /** Opens the database; `load` says what of the node is to be loaded as at the start of the application. */
  static async start(options: CoreNodeOptions = {}): Promise<CoreNode> {
    return new CoreNode(await openTestDatabase(options.database), options);
  }

  /** Loads the keys, the refresh-token secret and the revocations, and follows them from then on. */
  async load(): Promise<this> {
    await this.families.onModuleInit();
    await this.keyRing.onApplicationBootstrap();
    await this.keyRing.complete();
    await this.revocations.onApplicationBootstrap();
    return this;
  }

  /** Stops this node and keeps the database. */
  async stop(): Promise<void> {
    this.follower.onApplicationShutdown();
    await this.open.close();
  }

  /** Stops this node and deletes the database. */
  async drop(): Promise<void> {
    this.follower.onApplicationShutdown();
    await this.open.drop();
  }
}
