// `evenhand view [FILE] --serve`: the viewer's site on this machine alone, with the file beside it. Called by js/bin/evenhand.js; the
// native program has no server.
//
// What can be asked for is a list made at the start, so no path leads anywhere else. It listens on the loopback, answers only those
// who name it so (a page of another site that has its name point here does not), reads and never writes.
import { randomBytes } from 'node:crypto';
import { createReadStream, existsSync, readdirSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { basename, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * @typedef {{type: string, path?: string, text?: string}} Answer
 * @typedef {{out: (text: string) => void, err: (text: string) => void}} Terminal
 */

/** @type {Record<string, string>} */
const TYPES = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8', '.wasm': 'application/wasm',
  '.svg': 'image/svg+xml', '.webmanifest': 'application/manifest+json', '.csv': 'text/csv; charset=utf-8',
};

const HEADERS = {
  'content-security-policy': "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data: blob:; " +
    "connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
};

/** A site on a port of the moment must not stay installed there: whoever has the port next would meet it. */
const NO_WORKER = "addEventListener('install', () => skipWaiting());\naddEventListener('activate', () => registration.unregister());\n";

/** The site in this package, or, in the sources, as it was built. */
const sites = ['../viewer/site/', '../../web/dist/'].map((path) => fileURLToPath(new URL(path, import.meta.url)));

/** Options that the page takes from its address (web/data/address.js). */
const ASKED = ['label', 'score', 'positive', 'weight', 'weight-kind', 'missing', 'delimiter', 'slice', 'cross', 'bucket', 'multi', 'slice-if', 'where', 'baseline'];

class Refusal extends Error {}

/**
 * @param {string} folder
 * @param {string} at
 * @returns {[string, Answer][]}
 */
function filesOf(folder, at) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesOf(path, `${at}${entry.name}/`);
    return [/** @type {[string, Answer]} */ ([at + entry.name, { type: TYPES[extname(entry.name)] ?? 'application/octet-stream', path }])];
  });
}

/** @returns {Map<string, Answer>} */
function siteFiles() {
  const site = sites.find((folder) => existsSync(join(folder, 'index.html')));
  if (!site) throw new Refusal('the viewer\'s site, which comes with this program, is not installed; build it with: npm run build -w evenhand-web');
  const files = new Map(filesOf(site, '/'));
  files.set('/', /** @type {Answer} */ (files.get('/index.html')));
  files.set('/sw.js', { type: TYPES['.js'], text: NO_WORKER });
  const single = fileURLToPath(new URL('../viewer/viewer.html', import.meta.url));
  if (existsSync(single)) files.set('/viewer.html', { type: TYPES['.html'], path: single });
  return files;
}

/**
 * FILEs and options among the words after "view".
 * @param {string[]} words
 */
function sorted(words) {
  /** @type {string[]} */
  const files = [];
  const asked = new URLSearchParams();
  let ended = false;
  for (let i = 0; i < words.length; i++) {
    const [, flag, given] = /^--?([^=]*)(?:=([^]*))?$/.exec(words[i]) ?? [];
    if (!ended && words[i] === '--') ended = true;
    else if (ended || flag === undefined || words[i] === '-') files.push(words[i]);
    else if (ASKED.includes(flag) && words[i].startsWith('--')) {
      const value = given ?? words[++i];
      if (value === undefined || (given === undefined && value.startsWith('--'))) throw new Refusal(`--${flag} needs a value`);
      asked.append(flag.replaceAll('-', '_'), value);
    } else if (words[i] !== '--serve')
      throw new Refusal(`--serve takes ${ASKED.map((name) => `--${name}`).join(', ')}, and not ${words[i].split('=')[0]}; a page written with -o takes every option of view`);
  }
  return { files, asked };
}

/**
 * The FILE, checked; undefined where there is none.
 * @param {string[]} files
 */
function fileOf(files) {
  if (files.length > 1) throw new Refusal('--serve shows one FILE');
  const [file] = files;
  if (file === '-') throw new Refusal('--serve reads a FILE as often as the page asks for it, and standard input comes once; write it to a file');
  const about = file === undefined ? undefined : statSync(file, { throwIfNoEntry: false });
  if (file !== undefined && !about) throw new Refusal(`${file}: no such file`);
  if (about && !about.isFile()) throw new Refusal(`${file}: is ${about.isDirectory() ? 'a directory' : 'no regular file'}`);
  return file;
}

/**
 * @param {import('node:http').ServerResponse} response
 * @param {Answer} answer
 * @param {boolean} head
 */
function send(response, { type, path, text }, head) {
  response.setHeader('content-type', type);
  if (path === undefined) return response.end(head ? undefined : text);
  const about = statSync(path, { throwIfNoEntry: false });
  if (!about?.isFile()) return refuse(response, 404, 'the file is gone');
  response.setHeader('content-length', about.size);
  if (head) return response.end();
  createReadStream(path, { start: 0, end: Math.max(0, about.size - 1) }).on('error', () => response.destroy()).pipe(response);
}

/**
 * @param {import('node:http').ServerResponse} response
 * @param {number} status
 * @param {string} why
 */
function refuse(response, status, why) {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${why}\n`);
}

/**
 * @param {Map<string, Answer>} files
 * @param {() => number} port
 * @returns {import('node:http').RequestListener}
 */
const listener = (files, port) => (request, response) => {
  for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
  const { host = '', 'sec-fetch-site': from = 'none' } = request.headers;
  if (![`127.0.0.1:${port()}`, `localhost:${port()}`].includes(host)) return refuse(response, 421, 'this server answers 127.0.0.1 alone');
  if (from === 'cross-site' && request.headers['sec-fetch-mode'] !== 'navigate') return refuse(response, 403, 'not for pages of other sites');
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('allow', 'GET, HEAD');
    return refuse(response, 405, 'this server is read-only');
  }
  const answer = files.get((request.url ?? '/').split('?')[0]);
  return answer ? send(response, answer, request.method === 'HEAD') : refuse(response, 404, 'no such file here');
};

/**
 * Serves until an interrupt.
 * @param {string[]} words what follows "view"
 * @param {Terminal} terminal
 * @returns {Promise<number>} exit code
 */
export async function serve(words, { out, err }) {
  try {
    const { files: named, asked } = sorted(words);
    const file = fileOf(named);
    const files = siteFiles();
    // Other people of this machine reach the port, too; what they cannot guess they cannot read.
    const place = file === undefined ? '' : `file/${randomBytes(16).toString('hex')}/${encodeURIComponent(basename(file))}`;
    if (file !== undefined) files.set(`/${place}`, { type: 'application/octet-stream', path: file });
    let port = 0;
    const server = createServer(listener(files, () => port));
    await new Promise((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', () => resolve(undefined)));
    port = /** @type {import('node:net').AddressInfo} */ (server.address()).port;
    const address = `http://127.0.0.1:${port}/${place && `?src=${encodeURIComponent(place)}${asked.size > 0 ? `&${asked}` : ''}`}`;
    out(`The viewer${file === undefined ? '' : ' and the file'}, for this machine alone, until Ctrl-C:\n\n  ${address}\n`);
    await new Promise((resolve) => { for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, resolve); });
    server.close();
    server.closeAllConnections();
    return 0;
  } catch (error) {
    if (!(error instanceof Refusal) && typeof (/** @type {{code?: unknown}} */ (error)).code !== 'string') throw error;
    err(`evenhand: ${printable(/** @type {Error} */ (error).message)}\n`);
    return 2;
  }
}

/** Names of files may hold what drives a terminal. @param {string} text */
const printable = (text) => text.replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, (letter) =>
  `\\x${letter.charCodeAt(0).toString(16).padStart(2, '0')}`);
