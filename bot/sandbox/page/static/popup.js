// Things that open beside a control and lie above everything, dialogs too.

const GAP = 4;

/** Show a `popover="manual"` element by its anchor, below it or above where there is more room. */
export function showBy(popup, anchor, { isWide = false } = {}) {
  if (!popup.matches(":popover-open")) popup.showPopover();
  const at = anchor.getBoundingClientRect();
  const below = innerHeight - at.bottom;
  const opensUp = below < 220 && at.top > below;
  popup.style.maxHeight = `${Math.min(320, (opensUp ? at.top : below) - 3 * GAP)}px`;
  if (isWide) popup.style.minWidth = `${at.width}px`;
  const { width, height } = popup.getBoundingClientRect();
  popup.style.left = `${Math.max(GAP, Math.min(at.left, innerWidth - width - GAP))}px`;
  popup.style.top = `${opensUp ? at.top - height - GAP : at.bottom + GAP}px`;
}

export function hide(popup) {
  if (popup.isConnected && popup.matches(":popover-open")) popup.hidePopover();
}

/** Close when the reader presses elsewhere; follow the anchor while what is behind scrolls. */
export function closeOutside(popup, anchor, close, options) {
  const outside = (event) => {
    if (!popup.contains(event.target) && !anchor.contains(event.target)) close();
  };
  const scrolled = (event) => {
    if (popup.contains(event.target) || !anchor.isConnected) return;
    const { top, bottom } = anchor.getBoundingClientRect();
    if (bottom < 0 || top > innerHeight) close();
    else showBy(popup, anchor, options);
  };
  const opening = new AbortController();
  const heard = { capture: true, signal: opening.signal };
  addEventListener("pointerdown", outside, heard);
  addEventListener("scroll", scrolled, heard);
  addEventListener("resize", () => close(), heard);
  return () => opening.abort();
}
