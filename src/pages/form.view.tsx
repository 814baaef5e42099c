import type { ComponentChildren, VNode } from 'preact';
import { TICKET_FIELD } from '../auth/browser-interactions';
import { CSRF_FIELD } from '../auth/browser-sessions';
import { useSite } from './layout.view';

/** What is wrong with a form: with single fields, by their names, and as a whole. */
export interface FormFaults {
  readonly fields: Readonly<Record<string, string>>;
  readonly whole: string | null;
}

interface FormProps {
  /** The path that the form is sent to. */
  readonly action: string;
  /** The interaction that it belongs to. */
  readonly ticket?: string | null;
  readonly children: ComponentChildren;
}

/** A form that its page of ours is known by. */
export function Form({ action, ticket = null, children }: FormProps): VNode {
  const { issuer, csrfToken } = useSite();
  return (
    <form method="post" action={`${issuer}${action}`}>
      <input type="hidden" name={CSRF_FIELD} value={csrfToken()} />
      {ticket === null ? null : <input type="hidden" name={TICKET_FIELD} value={ticket} />}
      {children}
    </form>
  );
}

interface FieldProps {
  /** Also the id of the input, for whoever drives the page. */
  readonly name: string;
  readonly label: string;
  readonly type?: 'text' | 'email' | 'password';
  readonly value?: string;
  readonly hint?: string;
  readonly autocomplete: string;
  /** Which letters a keyboard on a screen begins with; none are capitals where nobody says. */
  readonly autocapitalize?: 'none' | 'characters';
  readonly faults: FormFaults;
  readonly optional?: boolean;
  readonly autofocus?: boolean;
  readonly maxLength?: number;
  readonly class?: string;
}

/** The fields with which an account is made. */
export function NewAccountFields({
  username,
  email,
  faults,
  usernameHint,
}: {
  readonly username: string;
  readonly email: string;
  readonly faults: FormFaults;
  readonly usernameHint?: string;
}): VNode {
  return (
    <>
      <Field name="email" label="E-mail" type="email" autocomplete="email" value={email} faults={faults} autofocus />
      <Field
        name="username"
        label="User name"
        autocomplete="username"
        value={username}
        faults={faults}
        {...(usernameHint === undefined ? {} : { hint: usernameHint })}
      />
      <Field
        name="password"
        label="Password"
        type="password"
        autocomplete="new-password"
        faults={faults}
        hint="At least 8 characters. A few unrelated words are easy to remember and hard to guess."
      />
    </>
  );
}

/** One input with its label, its hint and what is wrong with it. */
export function Field(props: FieldProps): VNode {
  const { name, label, type = 'text', hint, faults, optional = false, autocapitalize = 'none', ...input } = props;
  const fault = faults.fields[name];
  const described = [hint === undefined ? null : `${name}-hint`, fault === undefined ? null : `${name}-fault`];
  const describedBy = described.filter((id) => id !== null).join(' ');
  return (
    <div class="field">
      <label for={name}>{optional ? `${label} (optional)` : label}</label>
      <input
        id={name}
        name={name}
        {...({ type } as { type: 'text' })}
        required={!optional}
        autocapitalize={autocapitalize}
        spellcheck={false}
        aria-invalid={fault === undefined ? undefined : 'true'}
        aria-describedby={describedBy === '' ? undefined : describedBy}
        {...input}
      />
      {hint === undefined ? null : (
        <p class="hint" id={`${name}-hint`}>
          {hint}
        </p>
      )}
      {fault === undefined ? null : (
        <p class="fault" id={`${name}-fault`}>
          {fault}
        </p>
      )}
    </div>
  );
}

interface NoticeProps {
  readonly kind: 'bad' | 'good' | 'warn';
  readonly children: ComponentChildren;
}

/** A sentence that has to be seen, and heard at once by whoever listens to the page. */
export function Notice({ kind, children }: NoticeProps): VNode {
  return (
    <p class={`notice ${kind}`} role={kind === 'bad' ? 'alert' : 'status'}>
      {children}
    </p>
  );
}

/** What is wrong with the form as a whole. */
export function WholeFault({ faults }: { readonly faults: FormFaults }): VNode | null {
  return faults.whole === null ? null : <Notice kind="bad">{faults.whole}</Notice>;
}
