import type { VNode } from 'preact';
import type { ConnectedApplication } from '../../auth/connected-applications';
import type { CurrentPerson } from '../../auth/current-person';
import { Form, Notice } from '../form.view';
import { Page, useSite } from '../layout.view';
import { CHECKLIST_PATH } from '../set-up/checklist.view';
import { openingAddress } from './opening-address';

/** What the page of an account shows. */
export interface AccountView {
  readonly person: CurrentPerson;
  readonly isAdministrator: boolean;
  /** Their scopes are in words. */
  readonly applications: readonly ConnectedApplication[];
  /** The name of the application that was disconnected just now. */
  readonly disconnected: string | null;
  /** Whether others are signed in in this browser, too. */
  readonly hasOthers: boolean;
  /** Whether applications can be told to sign a person in (OpenID Connect Core §4). */
  readonly canOpen: boolean;
}

/** A person's own page: who they are here, what applications they have let in, and the way out. */
export function AccountPage({ person, isAdministrator, applications, disconnected, ...more }: AccountView): VNode {
  const { issuer } = useSite();
  const { hasOthers, canOpen } = more;
  return (
    <Page title="Your account" wide>
      <h1>{person.displayName ?? person.username}</h1>
      <p class="lead">Your account</p>
      {disconnected === null ? null : <Notice kind="good">{disconnected} has no access any more.</Notice>}
      <dl class="facts">
        <dt>User name</dt>
        <dd>{person.username}</dd>
        <dt>E-mail</dt>
        <dd>{person.email}</dd>
      </dl>
      {isAdministrator ? (
        <p>
          <a id="to-checklist" href={`${issuer}${CHECKLIST_PATH}`}>
            What is next for an administrator
          </a>
        </p>
      ) : null}
      <h2>Connected applications</h2>
      {applications.length === 0 ? (
        <p class="small">None so far. Applications that you sign in to with this account will stand here.</p>
      ) : (
        <ul class="rows">
          {applications.map((application) => (
            <li>
              <Application application={application} canOpen={canOpen} />
            </li>
          ))}
        </ul>
      )}
      <h2>Other accounts</h2>
      <div class="buttons">
        <a class="button plain" id="switch-account" href={`${issuer}/choose-account`}>
          Switch account
        </a>
      </div>
      <SigningOut hasOthers={hasOthers} />
    </Page>
  );
}

/** The ways out; the second one where others are signed in, too. */
function SigningOut({ hasOthers }: Pick<AccountView, 'hasOthers'>): VNode {
  return (
    <>
      <h2>Signing out</h2>
      <div class="buttons">
        <Form action="/sign-out">
          <button id="sign-out" type="submit" class="plain">
            Sign out
          </button>
        </Form>
        {hasOthers ? (
          <Form action="/sign-out">
            <input type="hidden" name="here" value="all" />
            <button id="sign-out-all" type="submit" class="plain">
              Sign out of all accounts in this browser
            </button>
          </Form>
        ) : null}
        <Form action="/sign-out">
          <input type="hidden" name="everywhere" value="yes" />
          <button id="sign-out-everywhere" type="submit" class="plain">
            Sign out on all devices
          </button>
        </Form>
      </div>
    </>
  );
}

interface ApplicationProps {
  readonly application: ConnectedApplication;
  readonly canOpen: boolean;
}

function Application({ application, canOpen }: ApplicationProps): VNode {
  const { issuer } = useSite();
  const { clientId, name, homePage, initiateLoginUri, scopes, since } = application;
  const day = new Date(since).toISOString().slice(0, 10);
  return (
    <>
      <div class="about">
        <strong>
          {homePage === null ? (
            name
          ) : (
            <a href={homePage} rel="noreferrer noopener">
              {name}
            </a>
          )}
        </strong>
        <div class="small">
          since <time dateTime={day}>{day}</time>
        </div>
        {scopes.length === 0 ? null : (
          <ul class="words small">
            {scopes.map((words) => (
              <li>{words}</li>
            ))}
          </ul>
        )}
      </div>
      {initiateLoginUri === null || !canOpen ? null : (
        <a
          class="button plain compact"
          id={`open-${clientId}`}
          href={openingAddress(initiateLoginUri, issuer)}
          rel="noreferrer noopener"
          aria-label={`Open ${name}`}
        >
          Open
        </a>
      )}
      <Form action="/account/disconnect">
        <input type="hidden" name="client_id" value={clientId} />
        <button
          id={`disconnect-${clientId}`}
          type="submit"
          class="plain compact"
          aria-label={`Remove access of ${name}`}
        >
          Remove access
        </button>
      </Form>
    </>
  );
}
