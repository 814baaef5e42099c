import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { type Scope, ScopeRegistry } from '../auth/scope-registry';
import { type ClientMetadata, METADATA_DEFAULTS } from '../clients/client-metadata';
import { ClientStore } from '../clients/client.store';
import { SETTINGS, type Settings } from '../config/settings';
import { UnitOfWork } from '../database/unit-of-work';
import { ProtocolScopes } from '../oauth/resource-indicators/protocol-scopes';
import type { DocumentedAccess } from './document-head';

/** The id of the client that the documentation signs people in with. */
const DOCS_CLIENT = 'api-docs';

const OPENID_SCOPES = ['openid', 'profile', 'email'];

/** Where people come back to from signing in, relative to the issuer. */
const RETURN_PATH = '/docs/oauth2-redirect.html';

/** How the documentation signs people in. */
export interface DocsSignIn {
  readonly client: string;
  readonly redirectUri: string;
  /** Separated by spaces. */
  readonly scope: string;
}

/**
 * The public client of Swagger UI. It is one of the house: nobody is asked for consent, and tokens that are tried out can do what their person can.
 * It is there for as long as the documentation is.
 */
@Injectable()
export class DocsClient implements OnApplicationBootstrap {
  constructor(
    private readonly clients: ClientStore,
    private readonly scopes: ScopeRegistry,
    private readonly ofProtocol: ProtocolScopes,
    private readonly unitOfWork: UnitOfWork,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** Whether people can sign in from the documentation. */
  get isOn(): boolean {
    return this.settings.apiDocs && this.settings.oauthFeatures.authorization_code;
  }

  /** What can be signed in for, and where. */
  access(): Pick<DocumentedAccess, 'scopes' | 'signsInAt'> {
    return { scopes: this.offered(), signsInAt: this.isOn ? this.settings.issuer : null };
  }

  /** How the page signs people in; null where they cannot. */
  signIn(): DocsSignIn | null {
    const {
      redirect_uris: [redirectUri = ''],
      scope = '',
    } = this.metadata();
    return this.isOn ? { client: DOCS_CLIENT, redirectUri, scope } : null;
  }

  async onApplicationBootstrap(): Promise<void> {
    const known = await this.clients.find(DOCS_CLIENT);
    const metadata = this.metadata();
    if (this.isOn && JSON.stringify(known?.metadata) !== JSON.stringify(metadata)) {
      await this.unitOfWork.run((transaction) => this.clients.putHouse(transaction, DOCS_CLIENT, metadata));
    }
    const isDisabled = known !== null && known.disabledAt !== null;
    if (known?.origin === 'house' && isDisabled === this.isOn) {
      await this.unitOfWork.run((transaction) => this.clients.disable(transaction, DOCS_CLIENT, !this.isOn));
    }
  }

  /** The scopes of the API, and those that open UserInfo (OpenID Connect Core §5.4), where it is there. */
  private offered(): Scope[] {
    const ofOpenid = OPENID_SCOPES.flatMap((name) => this.ofProtocol.all.get(name) ?? []);
    return [...this.scopes.all(), ...ofOpenid];
  }

  private metadata(): ClientMetadata {
    const own: object = {
      client_name: `${this.settings.serviceName} API documentation`,
      redirect_uris: [`${this.settings.issuer}${RETURN_PATH}`],
      grant_types: ['authorization_code'],
      token_endpoint_auth_method: 'none',
      scope: this.offered()
        .map(({ name }) => name)
        .join(' '),
    };
    return { ...METADATA_DEFAULTS, ...own } as ClientMetadata;
  }
}
