/** Runs before the first paint, so that a folded rail does not shift the page. */
export const RAIL_SCRIPT = `try{document.documentElement.dataset.rail=localStorage.getItem("rail")||"open"}catch{}`;
