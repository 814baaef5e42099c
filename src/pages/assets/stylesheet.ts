/** How all pages look: one column, light or dark as the device prefers, large enough for thumbs. */
export const STYLESHEET = `:root {
  color-scheme: light dark;
  --paper: #ffffff;
  --ground: #f3f4f6;
  --ink: #16181d;
  --soft: #5a6170;
  --line: #d5d9e0;
  --edge: #868d9b;
  --accent: #1f4fd8;
  --accent-ink: #ffffff;
  --accent-hover: #183fae;
  --bad: #b3261e;
  --bad-ground: #fdecea;
  --good: #14663a;
  --good-ground: #e7f5ec;
  --warn: #7a4b00;
  --warn-ground: #fff4dc;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #1b1e25;
    --ground: #101217;
    --ink: #eceef2;
    --soft: #a8afbd;
    --line: #343a46;
    --edge: #7d8594;
    --accent: #8fb0ff;
    --accent-ink: #0d1530;
    --accent-hover: #b3c9ff;
    --bad: #ffb4ab;
    --bad-ground: #3b1d1b;
    --good: #8fdcae;
    --good-ground: #16301f;
    --warn: #ffd591;
    --warn-ground: #36290f;
  }
}
* { box-sizing: border-box; }
html { font: 100%/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; -webkit-text-size-adjust: 100%; }
body { margin: 0; min-height: 100vh; min-height: 100dvh; display: flex; flex-direction: column; align-items: center; background: var(--ground); color: var(--ink); padding: 1.5rem 1rem; }
.brand { display: flex; align-items: center; gap: .6rem; margin: 1rem 0 1.5rem; font-weight: 600; color: var(--ink); text-decoration: none; overflow-wrap: anywhere; }
.brand svg { flex: none; color: var(--accent); }
main { width: 100%; max-width: 26rem; background: var(--paper); border: 1px solid var(--line); border-radius: .9rem; padding: 2rem; box-shadow: 0 1px 2px rgb(0 0 0 / .06), 0 8px 24px rgb(0 0 0 / .05); }
main.wide { max-width: 44rem; }
footer { margin-top: auto; padding: 2rem 0 .5rem; color: var(--soft); font-size: .875rem; text-align: center; }
h1 { margin: 0 0 .35rem; font-size: 1.5rem; line-height: 1.25; letter-spacing: -.01em; overflow-wrap: anywhere; }
h2 { margin: 2rem 0 .5rem; font-size: 1.1rem; }
p { margin: 0 0 1rem; overflow-wrap: anywhere; }
.lead { color: var(--soft); margin-bottom: 1.5rem; }
.small { font-size: .875rem; color: var(--soft); }
a { color: var(--accent); text-underline-offset: .15em; }
a:hover { color: var(--accent-hover); }
code { font: .9em ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; overflow-wrap: anywhere; }
strong { font-weight: 600; overflow-wrap: anywhere; }
form { margin: 0; }
iframe.unseen { position: absolute; width: 1px; height: 1px; border: 0; opacity: 0; pointer-events: none; }
.field { margin: 0 0 1.1rem; }
label, .label { display: block; font-weight: 600; margin-bottom: .3rem; }
input[type=text], input[type=email], input[type=password] { width: 100%; min-height: 2.9rem; padding: .55rem .75rem; font: inherit; color: var(--ink); background: var(--paper); border: 1px solid var(--edge); border-radius: .5rem; }
input[aria-invalid=true] { border-color: var(--bad); border-width: 2px; }
.hint { margin: .3rem 0 0; font-size: .875rem; color: var(--soft); }
.fault { margin: .3rem 0 0; font-size: .875rem; color: var(--bad); font-weight: 600; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
button, .button { display: inline-flex; justify-content: center; align-items: center; width: 100%; min-height: 2.9rem; padding: .55rem 1rem; font: inherit; font-weight: 600; border-radius: .5rem; border: 1px solid transparent; background: var(--accent); color: var(--accent-ink); cursor: pointer; text-decoration: none; text-align: center; }
button:hover, .button:hover { background: var(--accent-hover); color: var(--accent-ink); }
button.plain, .button.plain { background: transparent; color: var(--ink); border-color: var(--edge); }
button.plain:hover, .button.plain:hover { background: var(--ground); color: var(--ink); }
button.compact, .button.compact { width: auto; min-height: 2.5rem; padding: .35rem .8rem; font-size: .9375rem; }
.buttons { display: flex; flex-direction: column; gap: .75rem; margin-top: 1.5rem; }
.notice { border-radius: .5rem; padding: .75rem 1rem; margin: 0 0 1.25rem; border-left: 4px solid; overflow-wrap: anywhere; }
.notice.bad { background: var(--bad-ground); color: var(--bad); }
.notice.good { background: var(--good-ground); color: var(--good); }
.notice.warn { background: var(--warn-ground); color: var(--warn); }
.beneath { margin: 1.5rem 0 0; padding-top: 1.25rem; border-top: 1px solid var(--line); text-align: center; }
.client { display: flex; align-items: center; gap: .9rem; margin-bottom: 1.25rem; }
.client .mark, .client img { flex: none; width: 3.25rem; height: 3.25rem; border-radius: .7rem; }
.client .mark { display: grid; place-items: center; background: var(--accent); color: var(--accent-ink); font-size: 1.5rem; font-weight: 700; }
.client img { object-fit: contain; background: #fff; border: 1px solid var(--line); }
.client h1, .client p { margin: 0; }
.who { display: flex; flex-wrap: wrap; justify-content: space-between; gap: .25rem 1rem; padding: .65rem .9rem; border: 1px solid var(--line); border-radius: .5rem; margin-bottom: 1.25rem; font-size: .9375rem; }
.who span { overflow-wrap: anywhere; }
.choices { list-style: none; margin: 0 0 1.25rem; padding: 0; border: 1px solid var(--line); border-radius: .5rem; }
.choices li + li { border-top: 1px solid var(--line); }
.choices label { display: flex; gap: .75rem; align-items: flex-start; margin: 0; padding: .75rem .9rem; font-weight: 400; cursor: pointer; overflow-wrap: anywhere; }
.choices label:has(:disabled) { cursor: default; }
.choices input { flex: none; width: 1.2rem; height: 1.2rem; margin: .15rem 0 0; accent-color: var(--accent); }
.choices .small { display: block; }
fieldset { border: 0; margin: 0; padding: 0; min-width: 0; }
legend { padding: 0; font-weight: 600; margin-bottom: .5rem; }
.facts { display: grid; grid-template-columns: minmax(6rem, auto) 1fr; gap: .4rem 1rem; margin: 0 0 1rem; }
.facts dt { color: var(--soft); }
.facts dd { margin: 0; overflow-wrap: anywhere; }
.rows { list-style: none; margin: 0; padding: 0; }
.rows > li { display: flex; flex-wrap: wrap; gap: .75rem 1rem; justify-content: space-between; align-items: center; padding: 1rem 0; border-top: 1px solid var(--line); }
.rows .about { flex: 1 1 16rem; min-width: 0; overflow-wrap: anywhere; }
.words { margin: .25rem 0 0; padding-left: 1.1rem; }
.accounts { list-style: none; margin: 0; padding: 0; }
.accounts li { display: flex; flex-wrap: wrap; gap: .6rem; align-items: center; justify-content: flex-end; padding: .75rem 0; border-top: 1px solid var(--line); }
.accounts .account { flex: 1 1 14rem; flex-direction: column; align-items: flex-start; gap: .1rem; width: auto; min-width: 0; text-align: left; overflow-wrap: anywhere; }
.accounts .account > * { max-width: 100%; }
.accounts .small { font-weight: 400; }
.checklist { list-style: none; margin: 0; padding: 0; }
.checklist li { display: flex; gap: .75rem; padding: .9rem 0; border-top: 1px solid var(--line); }
.checklist .tick + * { min-width: 0; }
.checklist .tick { flex: none; font-weight: 700; width: 1.25rem; }
.checklist .done { color: var(--good); }
pre { white-space: pre-wrap; overflow-wrap: anywhere; padding: .75rem 1rem; background: var(--ground); border-radius: .5rem; font-size: .875rem; }
.code, input.code { font: 600 1.5rem ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; letter-spacing: .12em; text-transform: uppercase; }
input.code { text-align: center; }
.sign { display: grid; place-items: center; width: 3.25rem; height: 3.25rem; border-radius: 50%; font-size: 1.6rem; font-weight: 700; line-height: 1; background: var(--good-ground); color: var(--good); }
.compare { text-align: center; padding: 1rem; margin-bottom: 1.25rem; border: 1px solid var(--line); border-radius: .5rem; background: var(--ground); }
.compare p { margin: 0; }
.compare .code { margin: .25rem 0 .35rem; font-size: 1.875rem; letter-spacing: .08em; }
.skip { position: absolute; left: -999px; }
@media (max-width: 30rem) {
  body { padding: .5rem; }
  main { padding: 1.25rem; border-radius: .7rem; }
}
@media (prefers-reduced-motion: no-preference) { button, .button { transition: background .12s; } }
@media (forced-colors: active) { .notice, .client .mark { border: 1px solid; } }
`;

/** What browsers show beside the title. */
export const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#1f4fd8"/><path d="M8 25V13a8 8 0 0 1 16 0v12M16 25v-9M8 19h16" fill="none" stroke="#fff" stroke-width="2.6" stroke-linecap="round"/></svg>
`;
