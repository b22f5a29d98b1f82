// The shapes that the parts of the viewer hand to each other: what the user chose (State), what a panel is given (View) and
// one number of one slice (Cell). No code; read this first.

/**
 * @typedef {import('evenhand').Spec} Spec
 * @typedef {import('evenhand').Report} Report
 * @typedef {Report['slices'][number]} ReportSlice
 * @typedef {Report['results'][number]} ReportResult
 * @typedef {NonNullable<Report['curves']>[number]} ReportCurve
 */

/**
 * @typedef {object} SourceInfo what is open; the bytes themselves are kept by the engine under `id`
 * @property {string} id
 * @property {string} name of the file, or a description
 * @property {'table' | 'cube' | 'report'} kind
 * @property {string} [address] on the page's own site, from which a link may fetch it again
 * @property {Spec} [spec] of a second file, what differs from the first one's
 */

/**
 * @typedef {object} Sort
 * @property {'gap' | 'value' | 'n' | 'name'} by
 * @property {string | null} metric which card sorts; null = the first
 * @property {boolean} descending
 */

/**
 * Everything the user chose. Immutable: a change makes a new one. What is not `hovered` is undone, redone and held by a link.
 * @typedef {object} State
 * @property {SourceInfo | null} source
 * @property {SourceInfo | null} other a second file, read with the same spec, to compare with
 * @property {Spec} spec which columns mean what; keys of the JS API
 * @property {string | null} model the score column that is shown; null = the first
 * @property {number} threshold any number
 * @property {number[]} pinned thresholds that stay on the charts for comparison
 * @property {string[]} metrics shown, in this order
 * @property {string} baseline "overall", "complement" or the name of a slice
 * @property {'difference' | 'ratio' | 'relative'} gap
 * @property {Sort} sort
 * @property {string} search only slices whose name holds this
 * @property {string | null} column only slices of this column or cross ("sex", "sex*race")
 * @property {number} hideBelow slices of fewer rows are not shown
 * @property {string | null} selected name of a slice
 * @property {string | null} hovered name of a slice; never recorded
 * @property {string} panel id of the panel in the main place
 * @property {Record<string, Record<string, string | number | boolean | null>>} rooms what panels remember of their own, by id
 * @property {'auto' | 'light' | 'dark'} theme
 * @property {boolean} grouped slices stand in sections by column
 * @property {string[]} collapsed columns whose section is closed
 * @property {'dots' | 'bars'} marks of the metrics panel
 * @property {'fit' | 'full'} axis of the metrics panel: what the slices need, or 0 to 1
 * @property {string[]} traced slices drawn as curves; empty = a few that say most
 */

/**
 * One number of one slice. Undefined is `value` null and a `reason`; never 0.
 * @typedef {object} Cell
 * @property {number | null} value
 * @property {string | null} reason
 * @property {number | null} lower
 * @property {number | null} upper
 * @property {string | null} method of the interval
 * @property {string | null} interval_reason
 * @property {number | null} numerator
 * @property {number | null} denominator
 * @property {Report['results'][number]['gap'] | null} gap
 * @property {number | null} threshold the one the value is of; null where the metric has none
 * @property {boolean} settled from the audit, with its intervals; false = counted for this frame, intervals follow
 */

/**
 * @typedef {object} Actions
 * @property {(patch: Partial<State>) => void} set a change to remember: undo goes back over it
 * @property {(patch: Partial<State>) => void} live a change on the way: a drag, a hover
 * @property {() => void} commit remembers what `live` changed
 * @property {(threshold: number) => void} threshold moves the threshold (live; `commit` when the hand lets go)
 * @property {((patch: Partial<State>) => string) | null} link the address of the state with a change; null where the page has no address for it
 * @property {(slice: string | null) => void} select
 * @property {(slice: string | null) => void} hover
 * @property {(id: string, patch: Record<string, string | number | boolean | null>) => void} room remembers something of a panel's own
 */

/**
 * What a panel is given, a fresh object per update.
 * @typedef {object} View
 * @property {State} state
 * @property {Report} report the audit at the settled threshold
 * @property {Report | null} second the same audit of `state.other`
 * @property {readonly ReportSlice[]} slices those to show, in the order to show them
 * @property {readonly ReportSlice[]} allSlices
 * @property {readonly string[]} models
 * @property {string} model the one that is shown
 * @property {boolean} moving the threshold is on its way: draw what is cheap
 * @property {readonly [number, number]} range what the threshold slides over
 * @property {number} edge the threshold that numbers are of: `state.threshold`, or the edge of a bin below it, where scores are in bins
 * @property {(slice: string, metric: string, at?: {threshold?: number, model?: string}) => Cell} number
 * @property {(slice: string, model?: string) => Promise<ReportCurve | null>} curves
 * @property {(first: string, second: string) => Promise<{negatives: import('evenhand').Distance | null, positives: import('evenhand').Distance | null} | null>}
 *   distance of the scores of two slices, by label, from every score; null where there are no counts of them
 * @property {((patch: Spec, head?: boolean) => Promise<Report>) | null} audit the same source with other judgements, slices or crosses (at
 *   once), or other buckets (counted anew, `head`: from the first rows of a large file); null where only a report is open
 * @property {Actions} act
 */

/**
 * @typedef {object} Panel
 * @property {string} id
 * @property {string} title
 * @property {string} element name of its custom element; its `view` property gets a View
 * @property {'main' | 'side'} place
 * @property {(() => Promise<unknown>) | undefined} load brings the element, where it does not come with the page
 */

export {};
