// How curves and distributions look: three plots abreast where there is room, one under the other where not.
import { css } from 'lit';

export const curvesStyle = css`
  .picks { display: flex; flex-wrap: wrap; gap: 2px 6px; align-items: center; padding: 6px 0 10px; }
  .picks li { display: inline-flex; align-items: center; padding-left: 6px; border: 1px solid var(--eh-line); border-radius: 14px; max-width: 100%; }
  .picks li:has(select), .picks li:last-child:not(:has(svg)) { border: 0; padding: 0; }
  .picks li.lit { background: var(--eh-band); }
  .pick { max-width: 26ch; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .pick[aria-pressed="true"] { font-weight: 600; }
  .picks select { max-width: 22ch; }
  .icon { padding: 0; width: 24px; min-height: 24px; color: var(--eh-ink-2); }
  .plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 290px), 1fr)); gap: 20px 24px; }
  section { min-width: 0; margin-bottom: 20px; }
  .plots section { margin-bottom: 0; }
  .plots + section { margin-top: 24px; }
  figure { margin: 0; min-width: 0; }
  figcaption { font-size: 13px; }
  .spreads { display: grid; gap: 12px 16px; grid-template-columns: minmax(0, 1fr); margin-top: 8px; }
  .spreads.columns-2 { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .spreads.columns-3 { grid-template-columns: repeat(3, minmax(0, 1fr)); }
  .spreads.columns-4 { grid-template-columns: repeat(4, minmax(0, 1fr)); }
  .spreads figcaption { display: flex; overflow: hidden; }
  .who { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  figure.lit { background: var(--eh-band); }
  figure.lit .who { font-weight: 600; }
  figure svg { display: block; width: 100%; overflow: visible; user-select: none; }
  figure text { font-size: 11px; fill: var(--eh-ink-2); }
  @media print { .picks select, .icon, .tables:not([open]) { display: none; } }
  .faint { opacity: .28; }
  .below { opacity: .6; }
  .over { fill-opacity: .22; stroke-width: 1.5; }
  .frame { stroke: var(--eh-line-2); }
  .rule { outline-offset: 2px; }
  .rule line { stroke: var(--eh-ink); stroke-width: 1.25; }
  .rule path { fill: var(--eh-ink); cursor: ew-resize; touch-action: none; }
  .rule .grip { fill: transparent; cursor: ew-resize; touch-action: none; }
  .pair { max-width: 720px; margin-top: 8px; }
  .side { border-radius: 0; }
  .side[aria-pressed="true"] { background: var(--eh-band); border-color: var(--eh-accent); font-weight: 600; }
  .tables { overflow-x: auto; }
  .tables summary { cursor: pointer; color: var(--eh-ink-2); min-height: 24px; }
  .side-by-side { display: flex; flex-wrap: wrap; gap: 0 28px; }
  table { border-collapse: collapse; margin: 10px 0; font-size: 12px; }
  caption { text-align: left; font-weight: 600; padding-bottom: 4px; }
  :is(td, th) { padding: 2px 10px 2px 0; text-align: right; border-bottom: 1px solid var(--eh-line); white-space: nowrap; font-weight: 400; }
  th:first-child { text-align: left; }
  thead th { color: var(--eh-ink-2); }
  .muted { font-size: 12px; }
`;
