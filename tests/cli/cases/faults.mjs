// What the system refuses while a report is written: never half a file, never a silent loss.
import { people, small } from '../data.mjs';

const files = { 'preds.csv': people };
const options = '--label y --score p --slice sex,race --threshold .01:.99:.01';

export const cases = [
  { name: 'short-write', why: 'a file may only grow to 16 kB: what was there stays, of what is new nothing is kept', files,
    steps: [{ shell: `trap '' XFSZ; ulimit -f 16; echo old > old.json\n` +
      `$EVENHAND audit preds.csv ${options} --csv o.csv --json old.json --cube o.ehc > o.txt; echo exit $?; cat old.json; wc -c < o.txt\n` +
      `$EVENHAND audit preds.csv ${options} --csv o.csv > o.txt; echo exit $?\n` +
      `$EVENHAND audit preds.csv ${options} --json - > o.txt; echo exit $?; wc -c < o.txt; rm o.txt` }] },
  { name: 'pipe-closed', why: 'a pipe named as an output whose reader leaves: nothing else is kept', files,
    steps: [{ shell: `mkfifo pipe; (exec 3< pipe; exec 3<&-) & $EVENHAND audit preds.csv ${options} --json pipe --csv o.csv; echo exit $?` }] },
  { name: 'devices-full', why: 'no space, whatever is written', files,
    steps: [{ shell: 'run="$EVENHAND cube build preds.csv --label y --score p"; $run -o part.ehc\n' +
      '$run -o /dev/full; echo exit $?; $EVENHAND cube merge part.ehc -o /dev/full; echo exit $?\n' +
      'for line in "cube merge part.ehc -o -" "cube info part.ehc" "audit part.ehc --json -" "audit part.ehc" "audit preds.csv" --help --version; do\n' +
      '$EVENHAND $line > /dev/full; echo exit $?; done; rm part.ehc' }] },
  { name: 'slow', why: 'a slow writer before it and a slow reader behind it, through pipes that do not wait', files,
    steps: [{ shell: `run="$EVENHAND audit - ${options} --json -"; $run < preds.csv > whole.json; test $(wc -c < whole.json) -gt 100000 && echo large\n` +
      `wait='use Fcntl; fcntl(STDIN, F_SETFL, O_RDONLY | O_NONBLOCK); fcntl(STDOUT, F_SETFL, O_WRONLY | O_NONBLOCK); exec @ARGV'\n` +
      `(head -20 preds.csv; sleep .3; tail -n +21 preds.csv) | perl -e "$wait" $run | (sleep .6; cat) | cmp - whole.json; echo \${PIPESTATUS[@]}; rm whole.json` }] },
  { name: 'errors-unheard', why: 'an error that nobody can hear is an error still', files: { 'preds.csv': small },
    steps: [{ shell: '$EVENHAND audit nowhere.csv 2> /dev/full; echo exit $?; $EVENHAND audit preds.csv --label y --score p --metric fpr --csv - 2> /dev/full | wc -l' }] },
  { name: 'memory', why: 'too little memory for that many groups; what was there stays', native: true,
    steps: [{ shell: `echo old > o.json; (echo y,p,g; seq 200000 | sed 's/.*/1,.5,group&/') > preds.csv\n` +
      `(ulimit -v 60000; $EVENHAND audit preds.csv --label y --score p --slice g --threads 1 --json o.json); echo exit $?; cat o.json` }] },
];
