// The spec of the built-in example (examples/data/adult.csv): its columns are known.
export const EXAMPLE = { label: 'label', score: ['score', 'score_logistic'], slice: ['sex', 'race', 'education', 'workclass'], cross: ['sex*race'],
  bucket: ['age:25,45,65'] };
