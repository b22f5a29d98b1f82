// What `import ... from 'evenhand'` gives: the list, nothing else.
export { audit, render } from './audit.js';
export { Cube } from './cube.js';
export { EvenhandError } from './errors.js';
export { rateGap } from './gap.js';
export { init } from './load.js';
export { firstRows, look } from './look.js';
export { version } from './version.js';

/** @typedef {import('./audit.js').Source} Source */
/** @typedef {import('./request.js').Spec} Spec */
/** @typedef {import('./cube.js').Live} Live */
/** @typedef {import('./cube.js').Distance} Distance */
/** @typedef {import('./moving.js').LiveResult} LiveResult */
/** @typedef {import('./moving.js').LiveOptions} LiveOptions */
/** @typedef {import('./report.js').Report} Report */
/** @typedef {import('./look.js').Look} Look */
/** @typedef {import('./look.js').LookColumn} LookColumn */
/** @typedef {import('./gap.js').Rate} Rate */
/** @typedef {import('./gap.js').RateGap} RateGap */
/** @typedef {import('./watch.js').Running} Running */
/** @typedef {import('./watch.js').Progress} Progress */
