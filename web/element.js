// <evenhand-viewer> as one file for other people's pages: importing it defines the element. The engine is inside.
export { EvenhandViewer } from './viewer.js';
