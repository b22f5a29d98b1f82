// The single HTML: what it shows is in the page itself, put there by `evenhand view` or by the page that wrote it. It asks no server
// for anything; without something to show it is the viewer, to be given a file.
import { takeSource } from './data/take.js';
import { keepAddress } from './state/address.js';
import { startOf } from './export/payload.js';
import { START } from './state/store.js';
import './viewer.js';

const viewer = /** @type {import('./viewer.js').EvenhandViewer} */ (document.querySelector('evenhand-viewer'));
const payload = document.getElementById('evenhand-payload');

async function start() {
  if (!payload) return keepAddress(viewer);
  const { taken, second, state } = await startOf(JSON.parse(payload.textContent ?? ''), takeSource);
  const first = { ...START, ...state };
  if (second) viewer.session.keep(second.id, second);
  const threshold = await viewer.session.prepare(taken, first, state.threshold !== undefined);
  keepAddress(viewer, { ...state, threshold });
}

start().catch((error) => viewer.fail(error));
