import type { VNode } from 'preact';
import { Notice } from './form.view';
import { useSite } from './layout.view';

/** An application as people are shown it. */
export interface ShownClient {
  /** What people can go by: the name that somebody has registered, or the host that vouches for it. */
  readonly name: string;
  /** What an application calls itself for which a host vouches. */
  readonly claimedName: string | null;
  /** Whether nobody here has admitted it. */
  readonly isUnchecked: boolean;
  /** The host that vouches for it, where it is known by nothing else. */
  readonly host: string | null;
  /** Where its logo is at this server. */
  readonly logo: string | null;
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
export function ClientHead({ client: { name, logo }, about }: ClientHeadProps): VNode {
  const { issuer } = useSite();
  return (
    <div class="client">
      {logo === null ? (
        <span class="mark" aria-hidden="true">
          {firstLetter(name)}
        </span>
      ) : (
        <img src={`${issuer}${logo}`} alt="" />
      )}
      <div>
        <h1>{name}</h1>
        <p class="small">{about}</p>
      </div>
    </div>
  );
}

interface UncheckedClientProps {
  readonly client: ShownClient;
  /** Whether the answer goes to a program on the person's device, which may be any. */
  readonly isOnDevice: boolean;
}

/** What people have to know of an application that nobody has admitted (RFC 7591 §5, Client ID Metadata Document draft §8.5). */
export function UncheckedClient({ client, isOnDevice }: UncheckedClientProps): VNode | null {
  const { name: service } = useSite();
  if (!client.isUnchecked) return null;
  const { host, claimedName } = client;
  return (
    <Notice kind="warn">
      {claimedName === null ? null : (
        <>
          It calls itself <q id="claimed-name">{claimedName}</q>, which nobody at {service} has checked.{' '}
        </>
      )}
      {host === null ? (
        `The application has registered itself: nobody at ${service} has checked its name, or who is behind it.`
      ) : (
        <>
          The application is known by its address at <strong id="client-host">{host}</strong> only.
        </>
      )}
      {isOnDevice ? ' Any program on your device can pass for it: go on only if you have started it just now.' : null}
    </Notice>
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
