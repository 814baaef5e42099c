import { type ComponentChildren, createContext, type VNode } from 'preact';
import { useContext } from 'preact/hooks';
import { ASSETS_VERSION } from './assets/assets.controller';

/** What every page knows of the server that shows it. */
export interface Site {
  /** What people are shown as the name of this service. */
  readonly name: string;
  /** The issuer: pages name each other by their full addresses, since a proxy may have cut off a part of the path. */
  readonly issuer: string;
  /** What a form of this browser sends back, so that it is known to come from a page of ours. */
  readonly csrfToken: () => string;
}

/** The site that the page being rendered belongs to; the renderer provides it. */
export const SiteContext = createContext<Site>({ name: '', issuer: '', csrfToken: () => '' });

/** The site that the page being rendered belongs to. */
export function useSite(): Site {
  return useContext(SiteContext);
}

interface PageProps {
  /** Names the page in the browser's title; the heading says it in the page. */
  readonly title: string;
  /** For pages that hold more than one small form. */
  readonly wide?: boolean;
  readonly children: ComponentChildren;
}

/** What all pages have in common. */
export function Page({ title, wide = false, children }: PageProps): VNode {
  const { name, issuer } = useSite();
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>{`${title} · ${name}`}</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <link rel="stylesheet" href={`${issuer}/assets/pages.css?v=${ASSETS_VERSION}`} />
        <link rel="icon" type="image/svg+xml" href={`${issuer}/assets/icon.svg?v=${ASSETS_VERSION}`} />
      </head>
      <body>
        <header>
          <a class="brand" href={`${issuer}/account`}>
            <Gate />
            <span>{name}</span>
          </a>
        </header>
        <main class={wide ? 'wide' : undefined}>{children}</main>
        <footer>{new URL(issuer).host}</footer>
      </body>
    </html>
  );
}

function Gate(): VNode {
  return (
    <svg width="28" height="28" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <path
        d="M5 28V14a11 11 0 0 1 22 0v14M16 28V13M5 20h22"
        fill="none"
        stroke="currentColor"
        stroke-width="2.6"
        stroke-linecap="round"
      />
    </svg>
  );
}
