import type { VNode } from 'preact';
import { SET_UP_PATH } from '../../auth/set-up';
import { Form, type FormFaults, NewAccountFields, WholeFault } from '../form.view';
import { Page, useSite } from '../layout.view';

/** What the set-up page shows. */
export interface SetUpView {
  /** The secret of the link. */
  readonly link: string;
  readonly username: string;
  readonly email: string;
  readonly faults: FormFaults;
}

/** Where the first administrator makes their account. */
export function SetUpPage({ link, username, email, faults }: SetUpView): VNode {
  const { name } = useSite();
  return (
    <Page title="Set up">
      <h1>Welcome to {name}</h1>
      <p class="lead">Make the account of its first administrator.</p>
      <WholeFault faults={faults} />
      <Form action={SET_UP_PATH}>
        <input type="hidden" name="link" value={link} />
        <NewAccountFields username={username} email={email} faults={faults} />
        <button id="set-up" type="submit">
          Create administrator
        </button>
      </Form>
    </Page>
  );
}
