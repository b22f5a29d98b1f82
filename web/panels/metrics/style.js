// How the board looks: hairlines, two lines of type per row, marks in the middle of each card, the slice's name always in sight.
import { css } from 'lit';

export const boardStyle = css`
  :host { --eh-row: 38px; --eh-value: 70px; --eh-gap-width: 122px; }
  .controls { display: flex; flex-wrap: wrap; align-items: center; gap: 6px 14px; padding: 8px 0; }
  .controls label { color: var(--eh-ink-2); white-space: nowrap; }
  .controls label.check { display: inline-flex; align-items: center; gap: 5px; }
  .controls label :is(select, input) { color: var(--eh-ink); }
  .controls input[type="search"] { flex: 0 1 13rem; min-width: 8rem; }
  .controls input[type="number"] { width: 8ch; }
  .pair { display: inline-flex; align-items: center; }
  .controls details { flex-basis: 100%; }
  .controls summary { cursor: pointer; min-height: 24px; color: var(--eh-ink-2); }
  .controls .count { margin-left: auto; color: var(--eh-ink-2); }
  #metric-list, #recut-list { border: 1px solid var(--eh-line-2); border-radius: var(--eh-radius); background: var(--eh-paper); color: var(--eh-ink);
    inset: auto; margin: 0; padding: 10px 14px; max-width: calc(100vw - 16px); max-height: calc(100vh - 16px); overflow: auto;
    box-shadow: 0 4px 16px rgb(0 0 0 / .16); }
  #metric-list:popover-open { display: grid; grid-template-columns: repeat(auto-fit, minmax(190px, 1fr)); gap: 8px 18px; width: 46rem; }
  #recut-list { width: 33rem; }
  fieldset { border: 0; margin: 0; padding: 0; }
  legend { padding: 0; color: var(--eh-ink-2); font-size: 12px; }
  fieldset label { display: flex; gap: 6px; align-items: center; padding: 3px 0; }

  .board { position: relative; overflow: auto; overscroll-behavior-x: contain; max-height: var(--eh-board-height, 80vh); border-top: 1px solid var(--eh-line);
    border-bottom: 1px solid var(--eh-line); scroll-padding-left: var(--eh-name); contain: layout paint style; }
  .board.whole { max-height: none; overflow: visible; }
  .board.whole :is(.head, .first) { position: static; }
  .heads, .row, .lines { display: grid; grid-template-columns: var(--eh-columns); min-width: var(--eh-least); }
  .head { min-width: var(--eh-least); position: sticky; top: 0; z-index: 3; background: var(--eh-paper); }
  .first { position: sticky; top: var(--eh-head-height, 56px); z-index: 2; min-width: var(--eh-least); border-bottom: 1px solid var(--eh-line-2); }
  .wrap { position: relative; min-width: var(--eh-least); }
  .lines { position: absolute; inset: 0; pointer-events: none; }
  .lines .mark { height: 100%; }
  .body { position: relative; }
  .row { height: var(--eh-row); contain: layout size style; border-bottom: 1px solid transparent; cursor: pointer; }
  .row.section .name { position: relative; z-index: 1; }
  .board.wide .name { position: sticky; left: 0; z-index: 1; }
  .row .name, .head .name { display: flex; align-items: center; gap: 8px; padding: 0 10px 0 8px; min-width: 0; background: var(--eh-paper); }
  .row .name span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .row .name small, .row .name .few { display: none; }
  .n, .head .n { display: flex; align-items: center; justify-content: flex-end; padding-right: 10px; color: var(--eh-ink-2); }
  .row:is(.lit, .baseline, .selected) :is(.name, .n, .cell) { background: none; }
  .row.baseline, .row.baseline .name { background: var(--eh-paper-2); }
  .row.baseline .name span, .row.baseline .value { font-weight: 600; }
  .row.lit, .row.lit .name { background: var(--eh-band); }
  .row.selected .name { box-shadow: inset 3px 0 var(--eh-accent); }
  .row.selected .name span { font-weight: 600; }
  .row.section { cursor: default; }
  .row.section .name { grid-column: 1 / -1; width: max-content; left: 0; align-items: flex-end; padding-bottom: 5px; font-weight: 600; cursor: pointer; background: none; }
  .row.section { background: var(--eh-paper); border-bottom-color: var(--eh-line); }
  .row.section .name::before { content: '\\25b8'; color: var(--eh-ink-2); display: inline-block; width: 10px; }
  .row.section .name[aria-expanded="true"]::before { content: '\\25be'; }
  .row.section .name small { display: inline; font-weight: 400; color: var(--eh-ink-2); }

  .cell { position: relative; min-width: 0; height: 100%; white-space: nowrap; contain: layout size style; }
  .cell > * { position: absolute; }
  .cell > span { contain: layout size style; }
  .painted { position: absolute; pointer-events: none; }
  .value { left: 0; top: 2px; width: var(--eh-value); height: 20px; line-height: 20px; text-align: right; }
  .range { left: 0; top: 21px; width: var(--eh-value); height: 14px; text-align: right; font-size: 11px; line-height: 14px; color: var(--eh-ink-2); }
  .mark { left: calc(var(--eh-value) + 8px); top: 0; width: calc(100% - var(--eh-value) - var(--eh-gap-width) - 20px); height: var(--eh-row); overflow: visible; display: block; }
  .gap { right: 6px; top: 2px; width: var(--eh-gap-width); height: 20px; line-height: 20px; }
  .gap-range, .range { overflow: hidden; text-overflow: ellipsis; }
  .gap-range { right: 6px; top: 21px; width: var(--eh-gap-width); height: 14px; font-size: 11px; line-height: 14px; color: var(--eh-ink-2); }
  .cell.undefined .range { width: calc(100% - 8px); left: 8px; text-align: left; }
  .cell.undefined .value { text-align: left; left: 8px; }
  .cell.undefined .value { color: var(--eh-ink-2); }
  .p { margin-left: 5px; }
  .gap { color: var(--eh-ink-2); }
  .sure .gap { font-weight: 600; color: var(--eh-ink); }
  .sure.worse .gap { color: var(--eh-worse); }
  .sure.better .gap { color: var(--eh-better); }
  :is(.medium, .small) .p { display: none; }
  .board.small .row .cell:not(.undefined) .range { display: none; }
  .board.small .row .cell:not(.undefined) .value { top: 9px; }

  .whisker { fill: none; stroke: var(--eh-mark-1); stroke-width: 1.5; }
  .dot { fill: var(--eh-mark-1); stroke: var(--eh-paper); stroke-width: 1; }
  .bar { fill: var(--eh-mark-1); opacity: .35; }
  .pins { fill: none; stroke: var(--eh-ink-2); stroke-width: 1; }
  .rest, .lines .baseline { stroke: var(--eh-ink-2); stroke-width: 1; stroke-dasharray: 3 2; fill: none; }
  .lines .tick { stroke: var(--eh-line); stroke-width: 1; opacity: .6; }
  .row.baseline .whisker { stroke: var(--eh-ink); }
  .row.baseline .dot { fill: var(--eh-ink); }

  .head { border-bottom: 1px solid var(--eh-line); }
  .heads { align-items: end; }
  .head .name, .head .n { align-self: stretch; align-items: flex-end; padding-bottom: 2px; }
  .card { min-width: 0; scroll-snap-align: start; padding-top: 4px; }
  .title { display: flex; align-items: center; gap: 2px; padding-left: 8px; min-width: 0; }
  .title span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; font-weight: 600; margin-right: auto; }
  .icon { padding: 0; width: 24px; min-height: 24px; color: var(--eh-ink-2); flex: none; }
  .head .cell { height: 24px; }
  .head .mark { height: 18px; top: 6px; }
  .axis text { font-size: 11px; fill: var(--eh-ink-2); }
  .axis line { stroke: var(--eh-line-2); }
  .sort { min-height: 24px; padding: 0; font-size: 12px; color: var(--eh-ink-2); white-space: nowrap; }
  .sort.on { color: var(--eh-ink); font-weight: 600; }
  .head .cell .sort { height: 24px; top: 0; line-height: 24px; }
  .head .cell .sort.value { top: 0; text-align: right; }
  .sort.gap { text-align: left; }
  .notes { padding: 6px 0; color: var(--eh-ink-2); font-size: 12px; display: flex; flex-wrap: wrap; gap: 4px 16px; }
  .notes svg { width: 34px; height: 12px; vertical-align: -2px; margin-right: 4px; }
  .empty { padding: 24px 8px; color: var(--eh-ink-2); }

  .board.phone { scroll-snap-type: x proximity; }
  .board.phone .n, .board.phone .head .n { display: none; }
  .board.phone .row:not(.section) .name { flex-direction: column; align-items: flex-start; justify-content: center; gap: 0; padding-left: 6px; padding-right: 6px; }
  .board.phone .row:not(.section) .name span { max-width: 100%; line-height: 18px; }
  .board.phone .row:not(.section) .name small { display: block; font-size: 11px; line-height: 14px; color: var(--eh-ink-2); }
  @media print { .board { max-height: none; overflow: visible; } .head, .first { position: static; } .controls, .icon { display: none; } }
`;
