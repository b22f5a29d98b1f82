// No example lies beside this page (example.js).
export const address = '';
export const EXAMPLE = {};
