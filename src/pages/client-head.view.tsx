import type { VNode } from 'preact';

/** An application as people are shown it. */
export interface ShownClient {
  readonly name: string;
  readonly homePage: string | undefined;
  readonly policy: string | undefined;
  readonly terms: string | undefined;
}

interface ClientHeadProps {
  readonly client: ShownClient;
  /** What is to be known of it at first sight, beside its name. */
  readonly about: string;
}

/** Which application a page is about: its heading. */
export function ClientHead({ client: { name }, about }: ClientHeadProps): VNode {
  return (
    <div class="client">
      <span class="mark" aria-hidden="true">
        {firstLetter(name)}
      </span>
      <div>
        <h1>{name}</h1>
        <p class="small">{about}</p>
      </div>
    </div>
  );
}

/** Where the application says more about itself. */
export function ClientLinks({ client: { homePage, policy, terms } }: { readonly client: ShownClient }): VNode | null {
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
