import type { VNode } from 'preact';
import { AccessChoices, AllowOrRefuse, DecidingPerson } from '../access-choice.view';
import type { AskingView } from '../access-views';
import { ClientHead, ClientLinks } from '../client-head.view';
import { Form, type FormFaults, WholeFault } from '../form.view';
import { Page } from '../layout.view';

/** What the consent page shows. */
export interface ConsentView extends AskingView {
  readonly ticket: string;
  /** Where the answer goes, in words. */
  readonly destination: string;
  readonly faults: FormFaults;
}

/** Asks a person what an application may do. */
export function ConsentPage({ ticket, client, destination, person, faults, ...access }: ConsentView): VNode {
  return (
    <Page title={`Allow ${client.name}?`}>
      <ClientHead client={client} about={destination} />
      <DecidingPerson person={person} ticket={ticket} />
      <WholeFault faults={faults} />
      <Form action="/consent" ticket={ticket}>
        <AccessChoices {...access} />
        <p class="small">
          You can take this back at any time on the page of your account.
          <ClientLinks client={client} />
        </p>
        <AllowOrRefuse />
      </Form>
    </Page>
  );
}
