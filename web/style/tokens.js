// Colours, type and measures of the viewer, as custom properties of its element, light and dark. Each pair of ink and paper keeps
// WCAG 2.2 AA (4.5:1 for text, 3:1 for marks); series colours come from Okabe and Ito's palette, darkened or lightened to keep 3:1.
import { css } from 'lit';

export const light = css`
    --eh-ink: #1b1f24; --eh-ink-2: #57606a; --eh-line: #d5dae0; --eh-line-2: #8b949e; --eh-paper: #ffffff; --eh-paper-2: #f5f7f9;
    --eh-accent: #0b5cad; --eh-accent-ink: #ffffff; --eh-worse: #b3401f; --eh-better: #0f7a5a; --eh-focus: #0b5cad; --eh-band: #e3edf8;
    --eh-mark-1: #0072b2; --eh-mark-2: #c24f00; --eh-mark-3: #008060; --eh-mark-4: #a8497f; --eh-mark-5: #8f6a00; --eh-mark-6: #2f7fb0;
    --eh-mark-7: #7048a8; --eh-mark-8: #4d5761;
  `;

export const tokens = css`
  :host {
    ${light}
    --eh-gap: 8px; --eh-radius: 4px; --eh-font: 14px/1.45 system-ui, sans-serif;
    color-scheme: light;
  }
  @media (prefers-color-scheme: dark) {
    :host(:not([theme="light"])) {
      --eh-ink: #e8ebee; --eh-ink-2: #a4adb7; --eh-line: #343b43; --eh-line-2: #6f7984; --eh-paper: #15181c; --eh-paper-2: #1d2126;
      --eh-accent: #6cb2f5; --eh-accent-ink: #10161d; --eh-worse: #f08a66; --eh-better: #4fc79f; --eh-focus: #8cc4fa; --eh-band: #1f3247;
      --eh-mark-1: #56b4e9; --eh-mark-2: #f0883e; --eh-mark-3: #2fbf8f; --eh-mark-4: #e08fbc; --eh-mark-5: #e0b93f; --eh-mark-6: #9ccff0;
      --eh-mark-7: #b79ae8; --eh-mark-8: #b4bcc5;
      color-scheme: dark;
    }
  }
  :host([theme="dark"]) {
    --eh-ink: #e8ebee; --eh-ink-2: #a4adb7; --eh-line: #343b43; --eh-line-2: #6f7984; --eh-paper: #15181c; --eh-paper-2: #1d2126;
    --eh-accent: #6cb2f5; --eh-accent-ink: #10161d; --eh-worse: #f08a66; --eh-better: #4fc79f; --eh-focus: #8cc4fa; --eh-band: #1f3247;
    --eh-mark-1: #56b4e9; --eh-mark-2: #f0883e; --eh-mark-3: #2fbf8f; --eh-mark-4: #e08fbc; --eh-mark-5: #e0b93f; --eh-mark-6: #9ccff0;
    --eh-mark-7: #b79ae8; --eh-mark-8: #b4bcc5;
    color-scheme: dark;
  }
`;
