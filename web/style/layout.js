// The frame of the viewer: header, controls that stay in sight, findings beside the panel where there is room and above it where not.
import { css } from 'lit';

export const layout = css`
  :host { background: var(--eh-paper); min-height: 100%; }
  header { display: flex; flex-wrap: wrap; align-items: center; gap: var(--eh-gap); padding: 8px 16px; border-bottom: 1px solid var(--eh-line); }
  header h1 { font-size: 1.05rem; font-weight: 700; letter-spacing: -.01em; }
  header .space { flex: 1; }
  header .sign { min-width: 32px; font-size: 16px; line-height: 1; }
  header label { color: var(--eh-ink-2); }
  main { padding: 0 16px 32px; }
  evenhand-controls { position: sticky; top: 0; z-index: 3; background: var(--eh-paper); margin: 0 -16px; padding: 8px 16px; border-bottom: 1px solid var(--eh-line); }
  .board { display: grid; grid-template-columns: clamp(240px, 18vw, 340px) minmax(0, 1fr); gap: 24px; padding-top: 16px; }
  .tabs { display: flex; align-items: center; gap: 8px; border-bottom: 1px solid var(--eh-line); margin-bottom: 12px; }
  nav { display: flex; flex: 1; gap: 4px; overflow-x: auto; }
  nav button { border-radius: 0; border-width: 0 0 2px; padding: 4px 10px; white-space: nowrap; }
  nav button[aria-selected="true"] { border-bottom-color: var(--eh-accent); font-weight: 600; }
  .busy, .error { display: flex; flex-wrap: wrap; align-items: center; gap: 12px; padding: 10px 12px; margin-top: 12px; border: 1px solid var(--eh-line); border-radius: var(--eh-radius); }
  .busy progress { flex: 1; min-width: 80px; accent-color: var(--eh-accent); }
  .error { flex-wrap: nowrap; justify-content: space-between; border-color: var(--eh-worse); border-left-width: 4px; overflow-wrap: anywhere; }
  .error button { flex: none; }
  .error.stopped { border-color: var(--eh-line-2); }
  .busy .far { min-width: 15ch; text-align: right; }
  @media (max-width: 900px) { .board { grid-template-columns: minmax(0, 1fr); gap: 16px; } }
  @media (max-width: 600px) { header { padding: 6px 8px; gap: 4px; } header .source { max-width: 16ch; } header .wide { display: none; } main { padding: 0 8px 24px; } evenhand-controls { margin: 0 -8px; padding: 8px; } }
`;
