// Thrown where a golden asks for something that Evenhand does not do yet; never for a number that is wrong.
export class Later extends Error {}
