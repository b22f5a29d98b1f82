// What every part of the viewer looks like before it says anything of its own. Each element adopts it in its shadow root.
import { css } from 'lit';

export const base = css`
  :host { display: block; color: var(--eh-ink); font: var(--eh-font); font-variant-numeric: tabular-nums; }
  *, *::before, *::after { box-sizing: border-box; }
  [hidden] { display: none !important; }
  h1, h2, h3, p, ol, ul, table { margin: 0; padding: 0; }
  h2 { font-size: 1rem; font-weight: 600; }
  h3 { font-size: 14px; font-weight: 600; }
  ul, ol { list-style: none; }
  a { color: var(--eh-accent); }
  button, select, input { font: inherit; color: inherit; }
  button, select, input:not([type="range"]):not([type="checkbox"]) {
    min-height: 28px; padding: 2px 8px; border: 1px solid var(--eh-line-2); border-radius: var(--eh-radius); background: var(--eh-paper);
  }
  button { cursor: pointer; }
  button:hover:not(:disabled) { background: var(--eh-paper-2); }
  button:disabled { color: var(--eh-ink-2); border-color: var(--eh-line); cursor: default; }
  button.primary { background: var(--eh-accent); color: var(--eh-accent-ink); border-color: var(--eh-accent); font-weight: 600; }
  button.primary:hover:not(:disabled):not([aria-disabled="true"]) { background: var(--eh-accent); box-shadow: inset 0 0 0 99px color-mix(in srgb, var(--eh-accent-ink) 12%, transparent); }
  button.quiet { border-color: transparent; background: none; }
  input[type="range"], input[type="checkbox"] { accent-color: var(--eh-accent); }
  :focus-visible { outline: 2px solid var(--eh-focus); outline-offset: 1px; }
  .muted { color: var(--eh-ink-2); }
  .number { text-align: right; white-space: nowrap; }
  .for-readers { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
  @media print { h2, h3 { break-after: avoid; } figure, li, tr { break-inside: avoid; } }
  @media (prefers-reduced-motion: no-preference) { button { transition: background .12s; } }
`;
