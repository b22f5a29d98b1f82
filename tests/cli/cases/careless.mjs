// What people get wrong at first: each is met by a sentence that helps, and never by a number that misleads.
import { on, people, small } from '../data.mjs';

const scaled = (factor) => people.replace(/^(\d),([^,]*)/gm, (_, y, p) => `${y},${(Number(p) * factor).toFixed(1)}`);
const german = people.replaceAll(',', ';').replaceAll('.', ',');
const several = 'y,p,ids\n1,.9,x|y\n0,.2,x\n0,.7,y|z\n1,.4,\n1,.8, z | x\n0,.6,|\n1,.1,xy\n0,.3,NA|y\n';
const where = (condition) => `audit preds.csv --label y --score p --multi 'ids:|' --metric fpr,tpr --interval none --where '${condition}'`;

export const cases = [
  on('threshold-below-scores', 'points of 0 to 100 at .5: everybody is selected, so groups seem alike', scaled(100), '--slice sex --metric fpr,tpr,ppv'),
  on('threshold-above-scores', 'percents read at 50: nobody is selected; two thresholds', people, '--slice sex --metric fpr,ppv --threshold 50,60'),
  on('threshold-one-of-two', 'one threshold lies between, so nothing is said', people, '--slice sex --metric fpr --threshold .5,50'),
  on('threshold-no-rates', 'what needs no threshold is told without a word on it', scaled(100), '--slice sex --metric roc_auc,mean_score'),
  on('decimal-commas', 'numbers as Europe writes them', german, "--delimiter ';' --slice sex"),
  on('decimal-commas-some', 'rows of whole numbers are read, the others told with a way out', 'y;p\n1;1\n0;0,25\n0;"1,5e-1"\n1;0\n0;,5\n0;1,2,3\n0;1,x\n',
    "--delimiter ';' --metric fpr --interval none"),
  on('per-cent', 'scores with a sign', 'y,p\n1,90%\n0,20 %\n1,%\n0,.5\n1,5%%\n', '--metric fpr --interval none'),
  on('quantity', 'a label of many numbers', `y,p\n${[3.5, 12, 7, 1, 0, 9].map((y) => `${y},.5\n`).join('')}`),
  on('stars', 'a label of a few numbers', 'y,p\n1,.5\n2,.6\n3,.7\n'),
  on('one-and-two', 'a label of two numbers is no quantity', 'y,p\n1,.5\n2,.6\n'),
  on('cross-blanks', 'blanks around the sign of a cross', people, "--cross ' sex * race ' --metric fpr --interval none"),
  { name: 'where-multi', why: 'a condition on a column of several values asks for one of them', files: { 'preds.csv': several },
    steps: ['ids = x', 'ids != x', 'ids in {z, xy}', 'ids = "y|x"', 'ids is missing', 'ids > 3'].map(where) },
  on('slice-if-multi', 'the same of a named slice, in which the column is sliced by, too', several,
    "--multi 'ids:|' --slice-if 'with x: ids = x' --metric fpr --interval none --csv -"),
  on('small', 'nothing of this is said of what is right', small, '--slice sex --metric fpr --interval none'),
];
