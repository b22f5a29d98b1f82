// The built-in example: where it lies beside the site, and what its columns are (examples/data/adult.csv). A page that is one file, or the
// element on other people's pages, has no example beside it: there example-none.js takes this one's place.
export const address = './adult.csv';
export const EXAMPLE = { label: 'label', score: ['score', 'score_logistic'], slice: ['sex', 'race', 'education', 'workclass'], cross: ['sex*race'],
  bucket: ['age:25,45,65'] };
