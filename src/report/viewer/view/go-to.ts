/**
 * Scrolls to a part of the page and puts the keyboard there. The URL's hash is not used for it: it
 * keeps the view.
 */
export function goTo(id: string): void {
  const element = document.getElementById(id);
  if (!element) return;
  const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  element.scrollIntoView({ behavior: isCalm ? "auto" : "smooth", block: "start" });
  element.tabIndex = -1;
  element.focus({ preventScroll: true });
}
