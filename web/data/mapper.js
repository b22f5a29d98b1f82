// <evenhand-mapper>: which column is what, for a person to confirm or correct before anything is computed. A form of the page, no
// dialog: what is around stays reachable. The button that confirms has the focus, so that Enter alone accepts a good guess.
import { css, html, LitElement, nothing } from 'lit';
import { base } from '../style/base.js';
import { data as words } from '../words/data.js';
import { assign, isShare, isTwice, items, lacks, namesOf, specOf } from './draft.js';
import { errorBox, progressBox } from './error.js';

/**
 * @typedef {import('./intake.js').Intake} Intake
 * @typedef {import('./intake.js').Pending} Pending
 * @typedef {import('./draft.js').Role} Role
 * @typedef {import('evenhand').LookColumn} LookColumn
 */

/** Values shown of a column; columns from which on they can be searched for. */
const SHOWN = 4;
const MANY = 12;

class Mapper extends LitElement {
  static properties = { intake: { attribute: false }, pending: { attribute: false }, problem: { attribute: false }, busy: { attribute: false }, filter: { state: true } };
  static styles = [base, css`
    :host { max-width: 1080px; margin: 0 auto; padding-top: 24px; }
    h2 { font-size: 1.35rem; line-height: 1.25; overflow-wrap: anywhere; }
    .lead { margin: 4px 0 16px; }
    .find { margin-bottom: 8px; width: min(100%, 320px); }
    table { width: 100%; border-collapse: collapse; table-layout: fixed; }
    thead th { font-size: 12px; font-weight: 400; color: var(--eh-ink-2); text-align: left; padding: 0 12px 6px 0; border-bottom: 1px solid var(--eh-line-2); }
    thead th:nth-child(1) { width: 22%; } thead th:nth-child(2) { width: 32%; } thead th:nth-child(3) { width: 24%; } thead th:nth-child(4) { width: 22%; }
    tbody th, td { text-align: left; vertical-align: top; padding: 9px 12px 9px 0; border-bottom: 1px solid var(--eh-line); font-weight: 400; }
    tbody th { padding-left: 10px; border-left: 3px solid transparent; overflow-wrap: anywhere; }
    thead th:first-child { padding-left: 13px; }
    tr:not(.ignore) tbody th, tr:not(.ignore) .name { font-weight: 600; }
    tr.label th { border-left-color: var(--eh-mark-2); } tr.score th { border-left-color: var(--eh-mark-1); }
    tr:is(.slice, .bucket, .multi) th { border-left-color: var(--eh-mark-3); } tr.weight th { border-left-color: var(--eh-mark-5); }
    tr.ignore .name, tr.ignore .values { color: var(--eh-ink-2); }
    small { display: block; font-size: 12px; color: var(--eh-ink-2); }
    .values { overflow-wrap: anywhere; }
    .values i { font-style: normal; font-size: 12px; color: var(--eh-ink-2); white-space: nowrap; }
    .values span + span::before { content: ' · '; color: var(--eh-ink-2); }
    td.use select { width: 100%; }
    .sub { display: flex; align-items: center; gap: 6px; margin-top: 6px; font-size: 13px; color: var(--eh-ink-2); white-space: nowrap; }
    .sub select, .sub input { min-width: 0; flex: 1; color: var(--eh-ink); }
    .edges { width: 100%; }
    details { margin: 16px 0; } summary { cursor: pointer; padding: 4px 0; width: max-content; }
    .options { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 10px 16px; align-items: baseline; padding: 8px 0; max-width: 720px; }
    .options input[type="text"] { width: min(100%, 280px); } .wide { grid-column: 1 / -1; }
    footer { position: sticky; bottom: 0; background: var(--eh-paper); border-top: 1px solid var(--eh-line-2); padding: 12px 0 16px; margin-top: 8px;
      display: grid; grid-template-columns: minmax(0, 1fr) max-content; gap: 4px 24px; align-items: center; z-index: 2; }
    .said p { overflow-wrap: anywhere; } .said .sentence { font-weight: 600; }
    .said .note { font-size: 13px; color: var(--eh-ink-2); } .said .bad { color: var(--eh-worse); font-size: 13px; font-weight: 600; } .said .good { font-size: 13px; color: var(--eh-better); }
    .buttons { display: flex; gap: 8px; } .buttons button { min-height: 36px; padding: 4px 16px; } .buttons .primary { min-width: 112px; }
    .primary[aria-disabled="true"] { background: var(--eh-paper-2); color: var(--eh-ink-2); border-color: var(--eh-line-2); }
    .error { display: flex; justify-content: space-between; align-items: start; gap: 12px; grid-column: 1 / -1; border: 1px solid var(--eh-worse); border-left-width: 4px; border-radius: var(--eh-radius); padding: 8px 12px; margin-bottom: 8px; overflow-wrap: anywhere; }
    .busy { display: flex; flex-wrap: wrap; align-items: center; gap: 8px 12px; grid-column: 1 / -1; margin-bottom: 8px; }
    .busy progress { flex: 1; min-width: 80px; accent-color: var(--eh-accent); } .busy .far { min-width: 15ch; text-align: right; }
    .error button { flex: none; }
    .error.stopped { border-color: var(--eh-line-2); }
    @media (max-width: 720px) {
      :host { padding-top: 12px; }
      thead { display: none; } table, tbody { display: block; }
      tr { display: grid; grid-template-columns: minmax(0, 1fr) minmax(140px, 46%); gap: 4px 12px; padding: 10px 0; border-bottom: 1px solid var(--eh-line); }
      tbody th, td { border-bottom: 0; padding: 0; } tbody th { padding-left: 8px; }
      td.use { grid-column: 2; grid-row: 1; } .values, .why { grid-column: 1 / -1; padding-left: 11px; } .why:empty { display: none; }
      footer { grid-template-columns: minmax(0, 1fr); } .buttons button { flex: 1; }
      .options { grid-template-columns: minmax(0, 1fr); gap: 4px; }
    }
  `];

  constructor() {
    super();
    /** @type {Intake | undefined} */
    this.intake = undefined;
    /** @type {Pending | null} */
    this.pending = null;
    /** @type {Error | null} */
    this.problem = null;
    /** @type {import('../engine/session.js').Busy | null} */
    this.busy = null;
    this.filter = '';
  }

  /** @type {string | null} the source whose mapping has had the focus */
  #greeted = null;

  updated() {
    const { pending } = this;
    if (!pending || this.#greeted === pending.taken.id) return;
    this.#greeted = pending.taken.id;
    this.filter = '';
    /** @type {HTMLElement | null} */ (this.renderRoot.querySelector('.primary'))?.focus();
  }

  render() {
    const { pending, intake } = this;
    if (!pending || !intake) return nothing;
    const { look, draft, taken, as } = pending;
    const place = look.columns.map((column, c) => ({ column, c })).filter(({ column }) => column.name.toLowerCase().includes(this.filter.toLowerCase()));
    return html`<form data-testid="mapper" aria-labelledby="title" @submit=${(/** @type {Event} */ e) => { e.preventDefault(); this.#confirm(); }}>
      <h2 id="title">${as === 'other' ? words.otherTitle(taken.name) : words.title(taken.name)}</h2>
      <p class="lead muted">${words.looked(look.rowsRead, look.whole, look.rowsSkipped)}</p>
      ${look.columns.length > MANY ? html`<input class="find" type="search" placeholder=${words.filter} aria-label=${words.filter} .value=${this.filter}
        @input=${(/** @type {any} */ e) => { this.filter = e.target.value; }} @keydown=${(/** @type {KeyboardEvent} */ e) => { if (e.key === 'Enter') e.preventDefault(); }}>` : nothing}
      <table>
        <thead><tr><th scope="col">${words.column}</th><th scope="col">${words.holds}</th><th scope="col">${words.use}</th><th scope="col">${words.why}</th></tr></thead>
        <tbody>${place.map(({ column, c }) => this.#row(pending, column, c))}</tbody>
      </table>
      ${place.length === 0 ? html`<p class="muted">${words.filterNone}</p>` : nothing}
      ${look.columnCount > look.columns.length ? html`<p class="muted">${words.moreColumns(look.columnCount - look.columns.length)}</p>` : nothing}
      ${this.#options(pending)}
      <footer>
        ${this.problem ? errorBox(this.problem, () => intake.edit(draft)) : nothing}
        ${this.busy ? progressBox(this.busy) : nothing}
        <div class="said" aria-live="polite">${this.#said(pending)}</div>
        <div class="buttons">
          <button type="button" data-testid="mapper-cancel" @click=${() => intake.cancel()}>${as === 'other' ? words.skip : words.cancel}</button>
          <button type="submit" class="primary" data-testid="mapper-confirm" aria-disabled=${this.busy !== null || lacks(draft, look).length > 0}>
            ${pending.again ? words.apply : as === 'other' ? words.compare : words.audit}</button>
        </div>
      </footer></form>`;
  }

  /**
   * @param {Pending} pending
   * @param {LookColumn} column
   * @param {number} c
   */
  #row({ look, draft }, column, c) {
    const role = draft.roles[c];
    const twice = isTwice(look, c);
    const rows = look.rowsRead - look.rowsSkipped;
    return html`<tr class=${role} data-column=${column.name}>
      <th scope="row"><span class="name">${column.name}</span></th>
      <td class="values">${valuesOf(column)}<small>${kindOf(column)}${column.missing > 0 ? `, ${words.missing(column.missing, rows)}` : ''}</small></td>
      <td class="use">
        <select aria-label=${words.roleOf(column.name)} ?disabled=${twice} @change=${(/** @type {any} */ e) => this.#assign(c, e.target.value)}>
          ${rolesOf(column, role).map((one) => html`<option value=${one} .selected=${one === role}>${words.roles[one]}</option>`)}</select>
        ${this.#sub(column, c)}</td>
      <td class="why"><small>${twice ? words.twice : this.#why(column, c)}</small></td></tr>`;
  }

  /** @param {LookColumn} column @param {number} c */
  #why(column, c) {
    const { look, draft } = /** @type {Pending} */ (this.pending);
    const by = draft.by[c];
    if (hasCommas(column)) return words.commas;
    if (by !== 'guess') return by === 'person' ? words.yours : by === 'before' ? words.fromLink : nothing;
    const reason = look.guess.why[column.name];
    const points = reason?.role === 'score' && !(Number(column.least) >= 0 && Number(column.most) <= 1);
    return reason ? words.because(points ? 'points' : reason.role, reason.word) : nothing;
  }

  /** What more a role needs to know. @param {LookColumn} column @param {number} c */
  #sub(column, c) {
    const { draft } = /** @type {Pending} */ (this.pending);
    const role = draft.roles[c];
    if (role === 'label' && draft.positive !== null)
      return html`<label class="sub">${words.positive} <select aria-label=${words.positiveOf(column.name)} data-testid="positive"
        @change=${(/** @type {any} */ e) => this.intake?.edit({ ...draft, positive: e.target.value })}>
        ${column.values.map(({ text }) => html`<option value=${text} .selected=${text === draft.positive}>${text}</option>`)}</select></label>`;
    if (role === 'bucket')
      return html`<label class="sub">${words.edges} <input class="edges" data-testid="edges" aria-label=${words.edgesOf(column.name)} title=${words.edgesHint} .value=${draft.edges[c] ?? ''}
        @input=${(/** @type {any} */ e) => this.intake?.edit({ ...draft, edges: { ...draft.edges, [c]: e.target.value } })}></label>`;
    if (role === 'multi')
      return html`<label class="sub">${words.divided} <input data-testid="divider" maxlength="1" size="2" aria-label=${words.dividedOf(column.name)} .value=${draft.dividers[c] ?? ''}
        @input=${(/** @type {any} */ e) => this.intake?.edit({ ...draft, dividers: { ...draft.dividers, [c]: e.target.value } })}></label>`;
    return nothing;
  }

  /** @param {number} c @param {Role} role */
  #assign(c, role) {
    const { look, draft } = /** @type {Pending} */ (this.pending);
    this.intake?.edit(assign(draft, look, c, role));
  }

  /** The audit in a sentence, what it lacks, what the engine says of the first rows. @param {Pending} pending */
  #said({ draft, look, check }) {
    const missing = lacks(draft, look);
    if (missing.length > 0) return missing.map((one) => html`<p class="bad">${one}</p>`);
    const { label, positive, score, weight } = specOf(draft, look);
    const groups = namesOf(draft, look, 'slice', 'multi', 'bucket');
    return html`<p class="sentence">${words.sentence({ score: items(score), label, positive, groups, weight })}</p>
      ${groups.length === 0 ? html`<p class="note">${words.noGroups}</p>` : nothing}
      ${check.state === 'refused' && check.error && check.error.message !== this.problem?.message
        ? html`${isQuantity(look.columns[draft.roles.indexOf('label')]) ? html`<p class="bad">${words.quantity(label ?? '')}</p>` : nothing}
          <p class="bad" data-testid="refused">${check.error.message}</p>` : nothing}
      ${check.state === 'asked' ? html`<p class="note">${words.checking}</p>` : nothing}
      ${check.state === 'fine' ? check.input ? checked(check.input) : html`<p class="note">${words.untried}</p>` : nothing}`;
  }

  /** @param {Pending} pending */
  #options({ draft, look }) {
    const { rest } = draft;
    const intake = /** @type {Intake} */ (this.intake);
    const set = (/** @type {import('evenhand').Spec} */ patch) => intake.edit({ ...draft, rest: { ...rest, ...patch } });
    const numeric = look.columns.length > 0 && look.columns.filter(({ name }) => name.trim() !== '' && Number.isFinite(Number(name))).length * 2 > look.columns.length;
    const label = look.columns[draft.roles.indexOf('label')];
    const named = rest.names !== undefined;
    return html`<details ?open=${numeric && !named}><summary>${words.more}</summary><div class="options">
      <label class="wide"><input type="checkbox" data-testid="header" .checked=${!named} @change=${(/** @type {any} */ e) => intake.reread({ names: e.target.checked ? undefined
        : look.columns.map((_, c) => `column ${c + 1}`) })}> ${words.header}${numeric && !named ? html`<small>${words.headerNumbers}</small>` : nothing}</label>
      <label for="missing">${words.missingTexts}</label><div><input id="missing" type="text" data-testid="missing" .value=${items(rest.missing ?? 'NA,NaN,null').join(', ')}
        @change=${(/** @type {any} */ e) => intake.reread({ missing: items(e.target.value) })}><small>${words.missingHint}</small></div>
      <label for="keep">${words.keep}</label><div><select id="keep" @change=${(/** @type {any} */ e) => set({ score_bits: e.target.value === 'auto' ? undefined : /** @type {7} */ (Number(e.target.value)) })}>
        ${Object.keys(words.bits).sort((a, b) => Number(a !== 'auto') - Number(b !== 'auto') || Number(b) - Number(a)).map((bits) =>
          html`<option value=${bits} .selected=${String(rest.score_bits ?? 'auto') === bits}>${words.bits[bits]}</option>`)}</select></div>
      ${draft.roles.includes('weight') ? html`<label for="kind">${words.kind}</label><div><select id="kind" @change=${(/** @type {any} */ e) => set({ weight_kind: e.target.value })}>
        ${Object.entries(words.weightKinds).map(([kind, text]) => html`<option value=${kind} .selected=${(rest.weight_kind ?? 'sampling') === kind}>${text}</option>`)}</select></div>` : nothing}
      ${label && isShare(label) ? html`<label class="wide"><input type="checkbox" .checked=${rest.fractional === true}
        @change=${(/** @type {any} */ e) => set({ fractional: e.target.checked || undefined })}> ${words.fractional}</label>` : nothing}
    </div></details>`;
  }

  #confirm() {
    const { pending } = this;
    if (!pending || this.busy) return;
    if (lacks(pending.draft, pending.look).length === 0) this.intake?.confirm();
    else /** @type {HTMLElement | null} */ (this.renderRoot.querySelector('td.use select'))?.focus();
  }
}

/** @param {import('evenhand').Report['input']} input of the rows that were tried */
function checked({ rows, rows_skipped: skipped, skipped: first }) {
  if (skipped === 0) return html`<p class="good">${words.fine(rows)}</p>`;
  const [one] = first;
  return html`<p class="note">${words.skips(skipped, rows, one ? words.skipLine(one.line, one.reason) : '')}</p>`;
}

/** Many numbers, and not shares of 0 to 1: no label of this page. @param {LookColumn | undefined} column */
const isQuantity = (column) => column?.kind === 'number' && column.more && !isShare(column);

/** Numbers as half of the world writes them, which the engine reads as texts. @param {LookColumn} column */
const hasCommas = ({ kind, values }) => kind !== 'number' && values.length > 0 && values.every(({ text }) => /^[+-]?\d*(,\d+)?(e[+-]?\d+)?$/i.test(text)) &&
  values.some(({ text }) => text.includes(','));

/** @param {number} x */
const short = (x) => String(Number(x.toPrecision(6)));

/** @param {LookColumn} column */
function kindOf(column) {
  if (column.kind === 'nothing') return words.kindsOf.nothing;
  return column.binary ? words.binary : `${words.kindsOf[column.kind]}, ${words.distinct(column.distinct, column.more)}`;
}

/** Numbers as their range, unless they are few; texts as the commonest. @param {LookColumn} column */
function valuesOf({ kind, values, more, least, most }) {
  if (values.length === 0) return nothing;
  if (kind === 'number' && (more || values.length > SHOWN) && least !== undefined && most !== undefined)
    return html`<span>${words.range(short(least), short(most))}</span>`;
  const all = values.reduce((sum, { rows }) => sum + rows, 0);
  const rest = values.length - SHOWN;
  return html`${values.slice(0, SHOWN).map(({ text, rows }) => html`<span>${text}${more ? nothing : html` <i>${words.share(rows / all)}</i>`}</span>`)}${rest > 0 && !more
    ? html`<span class="muted">${words.others(rest)}</span>` : nothing}`;
}

/** Roles that a column may have; all, but ranges and weights of texts, and several in a cell of numbers unless it is so. @param {LookColumn} column @param {Role} role @returns {Role[]} */
function rolesOf({ kind }, role) {
  const numeric = kind === 'number' || kind === 'mixed';
  return /** @type {Role[]} */ (['ignore', 'label', 'score', 'slice', ...(numeric ? ['bucket', 'weight'] : []), ...(kind === 'number' && role !== 'multi' ? [] : ['multi'])]);
}

customElements.define('evenhand-mapper', Mapper);
