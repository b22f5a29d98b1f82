// The viewer's state without a browser: undo and redo over every change, links that hold it, links that were tampered with.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromFragment, toFragment } from '../../web/state/fragment.js';
import { START, Store } from '../../web/state/store.js';

test('undo and redo walk over what was remembered, and over nothing else', () => {
  const store = new Store();
  store.set({ threshold: 0.3 });
  for (const threshold of [0.31, 0.35, 0.4]) store.live({ threshold }); // a drag
  store.live({ hovered: 'sex=Female' });
  store.commit();
  store.set({ baseline: 'sex=Male', metrics: ['fpr'] });
  assert.deepEqual([store.state.threshold, store.state.baseline], [0.4, 'sex=Male']);
  store.undo();
  assert.deepEqual([store.state.threshold, store.state.baseline, store.state.metrics.length], [0.4, 'overall', 4]);
  store.undo();
  assert.equal(store.state.threshold, 0.3);
  store.redo();
  store.redo();
  assert.deepEqual([store.state.threshold, store.state.baseline, store.canRedo], [0.4, 'sex=Male', false]);
  store.undo();
  store.set({ search: 'x' });
  assert.equal(store.canRedo, false, 'a new change ends the way forward');
});

test('a change that changes nothing, and a hover, are not remembered', () => {
  const store = new Store();
  store.set({ metrics: [...START.metrics], threshold: START.threshold });
  store.live({ hovered: 'sex=Male' });
  store.commit();
  assert.equal(store.canUndo, false);
});

test('who listens is told, and whether the change is one to remember', () => {
  const store = new Store();
  const told = [];
  const end = store.subscribe((state, recorded) => told.push([state.threshold, recorded]));
  store.live({ threshold: 0.6 });
  store.commit();
  store.undo();
  end();
  store.set({ threshold: 0.9 });
  assert.deepEqual(told, [[0.6, false], [0.6, true], [0.5, true]]);
});

test('a link holds all that was chosen, and not what is under the pointer', () => {
  const chosen = { ...START, threshold: 0.1 + 0.2, pinned: [0.1, 1e-7], baseline: 'läne=Åsa & “x”', spec: { label: 'y', score: ['p'], slice: ['<b>', '__proto__'] },
    search: '\u{1f600}', selected: 'a=b', rooms: { compare: { metric: 'fpr' } } };
  const fragment = toFragment({ ...chosen, hovered: 'a=c', theme: 'dark' });
  assert.match(fragment, /^s=[\w-]+$/);
  assert.deepEqual({ ...START, ...fromFragment(`#${fragment}`) }, chosen);
  assert.equal(toFragment(START), '');
});

test('a link that was cut or bent is none, and unknown or ill-typed parts of one are left out', () => {
  const made = (value) => `s=${btoa(JSON.stringify(value)).replaceAll('=', '').replaceAll('+', '-').replaceAll('/', '_')}`;
  for (const text of ['', '#', 's=', 's=%%%', 's=AAAA', `${toFragment({ ...START, search: 'long enough' }).slice(0, -7)}`, made([1]), made(null), made('x')])
    assert.equal(fromFragment(text), null, text);
  assert.deepEqual(fromFragment(made({ threshold: 'x', pinned: ['a'], metrics: [1], hovered: 'a', theme: 'dark', no: 1, search: 'fine', baseline: 3 })), { search: 'fine' });
  assert.deepEqual(fromFragment(made({ threshold: null, source: 'x' })), {});
  assert.equal({}.polluted, undefined);
});
