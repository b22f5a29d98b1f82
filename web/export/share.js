// <evenhand-share>: the whole audit out of the page: a link with the state, one HTML with the counts, the report, the cube, a print.
// It sits in the viewer's header.
import { html, LitElement } from 'lit';
import { exportWords as words } from '../words/export.js';
import './menu.js';
import { copy, fileName, save, saveText } from './save.js';
import { resultsOf, toCsv } from './table.js';

class Share extends LitElement {
  static properties = { viewer: { attribute: false } };

  constructor() {
    super();
    /** @type {import('../viewer.js').EvenhandViewer | undefined} */
    this.viewer = undefined;
  }

  /** @returns {import('./menu.js').Item[]} */
  #items() {
    const viewer = /** @type {import('../viewer.js').EvenhandViewer} */ (this.viewer);
    const { session, store } = viewer;
    const { source } = store.state;
    const name = source?.name.replace(/\.\w+$/, '') ?? '';
    const report = session.index?.report;
    const cube = session.live?.cube;
    /** @type {import('./menu.js').Item[]} */
    const items = [{ id: 'share-link', text: words.link, hint: words.linkHint, act: copyLink }];
    if (!source || !report) return items;
    items.push({ id: 'share-page', text: words.page, hint: cube ? words.pageHint : words.reportPageHint, act: () => savePage(viewer, name, false) });
    if (cube) items.push({ id: 'share-page-exact', text: words.pageExact, hint: words.pageExactHint, act: () => savePage(viewer, name, true) });
    items.push(
      { id: 'share-report', text: words.report, hint: words.reportHint, act: async () => saveText(fileName([name, 'report'], 'json'), `${JSON.stringify(report, null, 2)}\n`, 'application/json') },
      { id: 'share-results', text: words.results, hint: words.resultsHint, act: async () => saveText(fileName([name, 'results'], 'csv'), toCsv(resultsOf(report)), 'text/csv') });
    if (cube) items.push({ id: 'share-cube', text: words.cube, hint: words.cubeHint, act: async () => save(fileName([name], 'ehc'), new Blob([/** @type {BlobPart} */ (cube.save())])) });
    items.push({ id: 'share-print', text: words.print, hint: words.printHint, act: async () => window.print() });
    return items;
  }

  render() {
    return html`<evenhand-menu .label=${words.share} .items=${() => this.#items()}></evenhand-menu>`;
  }
}

async function copyLink() {
  return await copy(location.href) ? words.linkCopied : words.linkShown(location.href);
}

/**
 * @param {import('../viewer.js').EvenhandViewer} viewer
 * @param {string} name
 * @param {boolean} exact
 */
async function savePage(viewer, name, exact) {
  const { pageOf } = await import('./page.js'); // only where a page is taken away
  const { text, rows } = await pageOf(viewer, exact);
  save(fileName([name, 'audit'], 'html'), new Blob([text], { type: 'text/html;charset=utf-8' }));
  return rows ? words.rowLevel : undefined;
}

customElements.define('evenhand-share', Share);
