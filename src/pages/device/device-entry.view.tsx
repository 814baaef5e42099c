import type { VNode } from 'preact';
import type { EnteredCode } from '../../oauth/device-authorization/user-code-entry';
import { Field, Form, type FormFaults, WholeFault } from '../form.view';
import { Page } from '../layout.view';

/** What the page for the code shows. */
export interface DeviceEntryView {
  /** What stands in the field. */
  readonly userCode: string;
  readonly faults: FormFaults;
}

const FAULTS: Readonly<Record<Exclude<EnteredCode['outcome'], 'waiting'>, string>> = {
  malformed:
    'That is no code of this server. They look like WDJB-MJHT: 8 letters, no vowels. Look at your device once more.',
  unknown: 'No device waits with this code. Look at your device once more.',
  expired: 'This code has expired. Have your device show a new one.',
  decided: 'This code has been used. Have your device show a new one.',
};

/** What is wrong with a code that was entered. */
export function entryFault(outcome: keyof typeof FAULTS): FormFaults {
  return { fields: { user_code: FAULTS[outcome] }, whole: null };
}

/** Where people enter the code that their device shows. */
export function DeviceEntryPage({ userCode, faults }: DeviceEntryView): VNode {
  return (
    <Page title="Connect a device">
      <h1>Connect a device</h1>
      <p class="lead">Enter the code that your device shows.</p>
      <WholeFault faults={faults} />
      <Form action="/device">
        <Field
          name="user_code"
          label="Code"
          class="code"
          autocomplete="off"
          autocapitalize="characters"
          value={userCode}
          maxLength={64}
          hint="8 letters. Capitals and the dash do not matter."
          faults={faults}
          autofocus
        />
        <button id="continue" type="submit">
          Continue
        </button>
      </Form>
      <p class="beneath small">
        Never enter a code that somebody has sent you: whoever has it would get into your account.
      </p>
    </Page>
  );
}
