import type { VNode } from 'preact';
import { Form, type FormFaults, WholeFault } from '../form.view';
import { Page, useSite } from '../layout.view';

/** A scope that a person can let an application have, or keep from it. */
export interface ScopeChoice {
  readonly name: string;
  /** In words. */
  readonly description: string;
  readonly isChosen: boolean;
}

/** An application as people are shown it. */
export interface ShownClient {
  readonly name: string;
  /** Where the answer goes, in words. */
  readonly destination: string;
  readonly homePage: string | undefined;
  readonly policy: string | undefined;
  readonly terms: string | undefined;
}

/** What the consent page shows. */
export interface ConsentView {
  readonly ticket: string;
  readonly client: ShownClient;
  readonly person: string;
  /** The names of the resource servers, where they are not this server itself. */
  readonly resources: readonly string[];
  readonly scopes: readonly ScopeChoice[];
  readonly faults: FormFaults;
}

/** Asks a person what an application may do. */
export function ConsentPage({ ticket, client, person, resources, scopes, faults }: ConsentView): VNode {
  const { issuer } = useSite();
  return (
    <Page title={`Allow ${client.name}?`}>
      <div class="client">
        <span class="mark" aria-hidden="true">
          {firstLetter(client.name)}
        </span>
        <div>
          <h1>{client.name}</h1>
          <p class="small">{client.destination}</p>
        </div>
      </div>
      <p class="who">
        <span>
          Signed in as <strong>{person}</strong>
        </span>
        <a id="switch" href={`${issuer}/sign-in?ticket=${ticket}&switch=1`}>
          Not you?
        </a>
      </p>
      <WholeFault faults={faults} />
      <Form action="/consent" ticket={ticket}>
        {scopes.length === 0 ? (
          <p>The application wants to know that it is you, and nothing else.</p>
        ) : (
          <fieldset>
            <legend>This lets the application{resources.length === 0 ? '' : ` at ${resources.join(', ')}`}:</legend>
            <ul class="choices">
              {scopes.map(({ name, description, isChosen }) => (
                <li>
                  <label>
                    <input type="checkbox" name="scope" value={name} id={`scope-${name}`} checked={isChosen} />
                    <span>
                      {description}
                      {description === name ? null : <span class="small">{name}</span>}
                    </span>
                  </label>
                </li>
              ))}
            </ul>
          </fieldset>
        )}
        <p class="small">
          You can take this back at any time on the page of your account.
          <Links client={client} />
        </p>
        <div class="buttons">
          <button id="allow" type="submit" name="decision" value="allow">
            Allow
          </button>
          <button id="deny" type="submit" name="decision" value="deny" class="plain">
            Refuse
          </button>
        </div>
      </Form>
    </Page>
  );
}

function Links({ client: { homePage, policy, terms } }: { readonly client: ShownClient }): VNode | null {
  const links = [
    ['Home page', homePage],
    ['Privacy policy', policy],
    ['Terms of service', terms],
  ].flatMap(([label, href]) => (href === undefined ? [] : [{ label, href }]));
  if (links.length === 0) return null;
  return (
    <>
      {links.map(({ label, href }) => (
        <>
          {' '}
          <a href={href} rel="noreferrer noopener" target="_blank">
            {label}
          </a>
        </>
      ))}
    </>
  );
}

function firstLetter(name: string): string {
  return ([...name.trim()][0] ?? '?').toUpperCase();
}
