import type { VNode } from 'preact';
import { AccessChoices, AllowOrRefuse, DecidingPerson } from '../access-choice.view';
import type { AskingView } from '../access-views';
import { ClientHead, UncheckedClient } from '../client-head.view';
import { Form, type FormFaults, Notice, WholeFault } from '../form.view';
import { Page } from '../layout.view';

/** What the page shows that asks about a device. */
export interface DeviceConfirmationView extends AskingView {
  readonly ticket: string;
  /** As the device shows it. */
  readonly userCode: string;
  /** From where the device asked, and how long ago, in milliseconds. */
  readonly address: string;
  readonly age: number;
  readonly faults: FormFaults;
}

/** Asks a person whether a device is theirs, and what the application on it may do. */
export function DeviceConfirmationPage(view: DeviceConfirmationView): VNode {
  const { ticket, client, person, personId, userCode, address, age, faults, resources, scopes } = view;
  return (
    <Page title={`Let ${client.name} in on your device?`}>
      <ClientHead client={client} about="An application on another device wants to be let in." />
      <DecidingPerson person={person} ticket={ticket} />
      <UncheckedClient client={client} isOnDevice={false} />
      <WholeFault faults={faults} />
      <div class="compare">
        <p>Does your device show this code?</p>
        <p class="code" id="user-code">
          {userCode}
        </p>
        <p class="small">
          It asked {ageInWords(age)}, from {address}.
        </p>
      </div>
      <Notice kind="warn">
        Go on only if you have started this yourself, on a device in front of you that shows this code. If somebody has
        sent you the code or a link, refuse: they would get into your account.
      </Notice>
      <Form action="/device/decision" ticket={ticket}>
        <AccessChoices resources={resources} scopes={scopes} claims={[]} />
        <AllowOrRefuse client={client} personId={personId} />
      </Form>
    </Page>
  );
}

function ageInWords(age: number): string {
  const minutes = Math.floor(age / 60_000);
  if (minutes < 1) return 'just now';
  return minutes === 1 ? 'a minute ago' : `${minutes} minutes ago`;
}
