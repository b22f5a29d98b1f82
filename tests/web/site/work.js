// What the browser tests do with the package, on the page and in a Worker alike.
import { audit, Cube } from '/js/src/index.js';

const base64 = (bytes) => {
  let text = '';
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return btoa(text);
};

/** The report and the cube file of a source. */
async function answers(source, spec, options) {
  const cube = await Cube.build(source, spec, options);
  const saved = base64(cube.save());
  cube.free();
  return { report: JSON.stringify(await audit(source, spec, options)), cube: saved };
}

const fetched = async (address) => (await fetch(address)).blob();

/** Columns of a CSV without quotes: what can be a number is one. */
function columnsOf(text, numeric) {
  const [header, ...lines] = text.trimEnd().split('\n').map((line) => line.split(','));
  return Object.fromEntries(header.map((name, c) => {
    const cells = lines.map((line) => line[c]);
    return [name, numeric.includes(name) ? Float64Array.from(cells, Number) : cells];
  }));
}

export const ofBlob = async (address, spec) => answers(await fetched(address), spec);
/** The report and the cube of several files: each a cube, and these one. */
export async function ofSeveral(addresses, spec) {
  const cubes = [];
  for (const address of addresses) cubes.push(await Cube.build(await fetched(address), spec));
  const cube = Cube.merge(cubes);
  return { report: JSON.stringify(await audit(cube, spec)), cube: base64(cube.save()) };
}
/** Several files as one table. */
export const ofFiles = async (addresses, spec) => answers(await Promise.all(addresses.map(fetched)), spec);
export const ofResponse = async (address, spec) => ({ report: JSON.stringify(await audit(await fetch(address), spec)) });
/** The cube of the rows ten times over, counted by so many threads, and how many were started. */
export async function onThreads(address, spec, numeric, workers) {
  const once = columnsOf(await (await fetched(address)).text(), numeric);
  const tenfold = Object.fromEntries(Object.entries(once).map(([name, cells]) =>
    [name, Array.isArray(cells) ? Array(10).fill(cells).flat() : Float64Array.from(Array(10).fill([...cells]).flat())]));
  const { Worker: real } = self;
  let started = 0;
  self.Worker = class extends real {
    constructor(...args) {
      super(...args);
      started++;
    }
  };
  const { cube } = await answers(tenfold, spec, { workers });
  self.Worker = real;
  return { cube, started: started / 2 };
}

/** The same of a file that threads share, in blocks of some kilobytes; how many they were given. */
export async function ofShared(address, spec, workers) {
  const { Crew, sizes } = await import('/js/src/share.js');
  Object.assign(sizes, { block: 10_000, worth: 1, each: 1 });
  const { give } = Crew.prototype;
  let blocks = 0;
  Crew.prototype.give = function (...all) { blocks++; return give.apply(this, all); };
  const got = await answers(await fetched(address), spec, { workers });
  Crew.prototype.give = give;
  return { ...got, blocks };
}

/** How an audit that is stopped after the first progress ends. */
export async function stopped(address, spec) {
  const control = new AbortController();
  const blob = await fetched(address);
  return audit(blob, spec, { signal: control.signal, onProgress: () => control.abort() }).catch((error) => error.name);
}

export const ofColumns = async (address, spec, numeric, options) =>
  answers(columnsOf(await (await fetched(address)).text(), numeric), spec, options);
