import type { VNode } from 'preact';
import type { CurrentPerson } from '../../auth/current-person';
import { Form } from '../form.view';
import { Page, useSite } from '../layout.view';

/** Somebody who can be chosen. */
export type ShownAccount = Pick<CurrentPerson, 'id' | 'username' | 'email' | 'displayName'> & {
  readonly isCurrent: boolean;
};

/** What the page shows. */
export interface ChooseAccountView {
  readonly ticket: string | null;
  /** The application that the person comes from; null where they come by themselves. */
  readonly clientName: string | null;
  readonly people: readonly ShownAccount[];
}

/** Asks who of those who are signed in in this browser it is. */
export function ChooseAccountPage({ ticket, clientName, people }: ChooseAccountView): VNode {
  const { issuer, name } = useSite();
  const other = ticket === null ? '?switch=1' : `?ticket=${ticket}&switch=1`;
  return (
    <Page title="Choose an account">
      <h1>Choose an account</h1>
      <p class="lead">
        {clientName === null ? (
          `These are signed in at ${name} in this browser.`
        ) : (
          <>
            to continue to <strong>{clientName}</strong>
          </>
        )}
      </p>
      <Form action="/choose-account" ticket={ticket}>
        <ul class="accounts">
          {people.map((person, at) => (
            <Account person={person} number={at + 1} />
          ))}
        </ul>
      </Form>
      <div class="buttons">
        <a class="button plain" id="another-account" href={`${issuer}/sign-in${other}`}>
          Use another account
        </a>
      </div>
    </Page>
  );
}

function Account({ person, number }: { readonly person: ShownAccount; readonly number: number }): VNode {
  const shown = person.displayName ?? person.username;
  return (
    <li>
      <button id={`account-${number}`} type="submit" name="account" value={person.id} class="plain account">
        <strong>{shown}</strong>
        <span class="small">{person.email}</span>
        {person.isCurrent ? <span class="small">current account</span> : null}
      </button>
      <button
        id={`sign-out-${number}`}
        type="submit"
        name="sign_out"
        value={person.id}
        class="plain compact"
        aria-label={`Sign out ${shown}`}
      >
        Sign out
      </button>
    </li>
  );
}
