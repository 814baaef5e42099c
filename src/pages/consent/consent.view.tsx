import type { VNode } from 'preact';
import { AccessChoices, AllowOrRefuse, DecidingPerson } from '../access-choice.view';
import type { AskingView } from '../access-views';
import { ClientHead, UncheckedClient } from '../client-head.view';
import { Form, type FormFaults, WholeFault } from '../form.view';
import { Page } from '../layout.view';

/** What the consent page shows. */
export interface ConsentView extends AskingView {
  readonly ticket: string;
  /** Where the answer goes, in words. */
  readonly destination: string;
  /** Whether it goes to a program on the person's device. */
  readonly isOnDevice: boolean;
  readonly faults: FormFaults;
}

/** Asks a person what an application may do. */
export function ConsentPage({
  ticket,
  client,
  destination,
  isOnDevice,
  person,
  personId,
  faults,
  ...access
}: ConsentView): VNode {
  return (
    <Page title={`Allow ${client.name}?`}>
      <ClientHead client={client} about={destination} />
      <DecidingPerson person={person} ticket={ticket} />
      <UncheckedClient client={client} isOnDevice={isOnDevice} />
      <WholeFault faults={faults} />
      <Form action="/consent" ticket={ticket}>
        <AccessChoices {...access} />
        <AllowOrRefuse client={client} personId={personId} />
      </Form>
    </Page>
  );
}
