// On paper: what can be pressed goes, what was chosen is said in a line, colours are those of the light theme, and nothing scrolls.
import { css } from 'lit';
import { light } from './tokens.js';

/** Pixels of a panel on its way to paper. */
export const PAPER = 1044;

export const print = css`
  .paper { display: none; }
  @media print {
    :host, :host([theme]) { ${light} background: none; -webkit-print-color-adjust: exact; print-color-adjust: exact; }
    header { padding: 0 0 6px; }
    header button, header label, evenhand-share, evenhand-controls, evenhand-export, nav, .busy { display: none; }
    header .source { max-width: none; }
    .paper { display: block; margin: 8px 0; color: var(--eh-ink-2); }
    main { padding: 0; }
    .board { display: block; padding-top: 0; }
    .tabs { border: 0; margin: 0; }
    aside { margin-bottom: 16px; }
    #panel { zoom: .66; } /* a panel is laid out anew for paper, PAPER pixels wide; a sheet has 690 of its own */
  }
`;
