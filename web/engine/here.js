// The engine on the page's own thread, for what moves with the hand: its first half, which answers nearly every cube, and the whole
// once that was not enough. Called by session.js and by panels that ask the engine themselves.
import { init } from 'evenhand';
import { compileModule, compileWhole, firstOf } from './module.js';

/** @type {Promise<import('./module.js').Compiled> | undefined} */
let compiled;

/** @type {Promise<void> | undefined} */
let first;

/** @type {Promise<void> | undefined} */
let whole;

/** What the worker starts from too. */
export const compiledOnce = () => {
  compiled ??= compileModule();
  compiled.catch(() => { compiled = undefined; });
  return compiled;
};

const firstHere = () => {
  first ??= compiledOnce().then(firstOf).then(init);
  first.catch(() => { first = undefined; });
  return first;
};

/** The whole engine here: cubes that are loaded from now on can be asked for everything. */
export const wholeHere = () => {
  whole ??= firstHere().then(compiledOnce).then(async (module) => module instanceof WebAssembly.Module ? undefined : init(await compileWhole(module)));
  whole.catch(() => { whole = undefined; });
  return whole;
};

/**
 * Asks the engine on this thread. What its first half cannot do is asked again of the whole, from the start.
 * @template T
 * @param {() => T | Promise<T>} ask
 * @returns {Promise<T>}
 */
export async function onPage(ask) {
  if (!whole) {
    await firstHere();
    try {
      return await ask();
    } catch { // so does what fails for another reason, which the whole tells
    }
  }
  await wholeHere();
  return ask();
}
