import { createHash } from 'node:crypto';
import { escapeHtml } from '../http/escape-html';
import { PROBLEM_CODES } from '../http/problem-codes';

const STYLE = `body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a;background:#fff}
section{border-top:1px solid #ccc;padding:.5rem 0}:target{background:#fff8d6}code{font-size:.95em}`;

/** RFC 9457 §3.1.1: what the `type` of a problem leads to, with an anchor for each code. */
export const PROBLEMS_PAGE = render();

/** The policy of the page: nothing but its own style. */
export const PROBLEMS_PAGE_POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

function render(): string {
  const sections = Object.entries(PROBLEM_CODES).map(
    ([code, { status, title, meaning, remedy }]) => `<section id="${code}"><h2>${escapeHtml(title)}</h2>
<p><code>${code}</code>, status ${status}</p>
<p>${prose(meaning)}</p>
<p><strong>What to do:</strong> ${prose(remedy)}</p></section>`,
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Problems</title>
<style>${STYLE}</style></head>
<body><h1>Problems</h1>
<p>What the errors of this server mean; their <code>type</code> leads here.</p>
${sections.join('\n')}
</body></html>
`;
}

/** Escapes a text and shows its backticks as code. */
function prose(text: string): string {
  return escapeHtml(text).replace(/`([^`]+)`/g, '<code>$1</code>');
}
