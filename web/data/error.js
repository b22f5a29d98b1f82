// An error, in place: what went wrong in the engine's words, where in the data, and a way to be rid of it.
import { html, nothing } from 'lit';
import { data as words } from '../words/data.js';

/**
 * @param {Error & {code?: string | null, detail?: {line?: number, column?: number} | null}} error
 * @param {() => void} dismiss
 */
export function errorBox(error, dismiss) {
  const { line, column } = error.detail ?? {};
  const known = line !== undefined && !new RegExp(`line ${line}\\b`).test(error.message);
  const stopped = error.name === 'AbortError';
  return html`<div class=${stopped ? 'error stopped' : 'error'} data-testid="error" role="alert">
    <p>${stopped ? words.cancelled : html`<strong>${words.errorTitle}</strong> <span class="what">${error.message}</span>`}
      ${known ? html`<span class="where">(${words.errorWhere(line, column)})</span>` : nothing}</p>
    <button class="quiet" @click=${dismiss}>${words.dismiss}</button></div>`;
}

/**
 * How far the reading is, with a way to stop it.
 * @param {import('../engine/session.js').Busy} busy
 */
export function progressBox({ what, progress, cancel }) {
  const total = progress?.total;
  const said = !progress ? '' : total ? (progress.unit === 'bytes' ? words.readBytes(progress.done, total) : words.readRows(progress.done, total))
    : words.readSome(progress.done, progress.unit);
  return html`<div class="busy" data-testid="progress" role="status">
    <span>${words.reading(what)}</span>
    ${total ? html`<progress max="1" aria-label=${words.reading(what)} .value=${Math.min(1, (progress?.done ?? 0) / total)}></progress>` : html`<progress aria-label=${words.reading(what)}></progress>`}
    <span class="muted far">${said}</span>
    <button data-testid="cancel" @click=${cancel}>${words.cancel}</button></div>`;
}
