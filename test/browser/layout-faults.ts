/** What a designer would see at a glance, measured: text that is cut off, covered by other text or out of the page. */
import type { BrowserPage } from '../support/browser.ts';

/**
 * Judges each visible piece of text by its rectangles. Text that ends with dots, and that of boxes which can be
 * scrolled on a phone, may be longer than its place; tables have room for all columns on a wide screen.
 */
const JUDGE = `(() => {
  const faults = [];
  const isWide = innerWidth >= 1000;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const texts = [];
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const element = node.parentElement;
    if (node.data.trim() === '' || element.closest('script, style, svg, [aria-hidden="true"], .sr-only, [role=log]')) continue;
    if (!element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const rects = [...range.getClientRects()].filter(({ width, height }) => width > 1 && height > 1);
    if (rects.length === 0) continue;
    const say = (what) => faults.push(what + ': ' + node.data.trim().slice(0, 60));
    let isPlaced = true;
    let isAbove = false;
    for (let box = element; box !== document.body && box !== null; box = box.parentElement) {
      const style = getComputedStyle(box);
      if (style.position === 'sticky' || style.position === 'fixed') isAbove = true;
      if (style.clipPath !== 'none' || style.position === 'absolute' && box.offsetWidth <= 1) { isPlaced = false; break; }
      if (style.overflowX === 'visible') continue;
      if (style.textOverflow === 'ellipsis' || style.webkitLineClamp !== 'none') { isPlaced = false; break; }
      const edge = box.getBoundingClientRect();
      if (rects.every(({ left, right }) => left >= edge.left - 2 && right <= edge.right + 2)) continue;
      const mayScroll = ['auto', 'scroll'].includes(style.overflowX);
      if (!mayScroll || (isWide && box.querySelector('table') !== null)) say('cut off');
      isPlaced = false;
      break;
    }
    if (!isPlaced) continue;
    if (rects.some(({ left, right }) => left < -1 || right > innerWidth + 1)) say('out of the page');
    if (!isAbove) texts.push({ element, rects, say });
  }
  const meets = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 2 &&
    Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 4;
  texts.forEach(({ element, rects, say }, index) => {
    for (const other of texts.slice(index + 1)) {
      if (element.contains(other.element) || other.element.contains(element)) continue;
      if (rects.some((a) => other.rects.some((b) => meets(a, b)))) say('covered by ' + other.element.innerText.slice(0, 30));
    }
  });
  return faults;
})()`;

export const layoutFaults = async (page: BrowserPage): Promise<string[]> => await page.evaluate(JUDGE);

/** The height of all wide parts that do not scroll with the page. */
const STAYS_IN_PLACE = `[...document.querySelectorAll('body *')]
  .filter((element) => ['sticky', 'fixed'].includes(getComputedStyle(element).position))
  .map((element) => element.getBoundingClientRect())
  .filter(({ width, height, bottom }) => width > 160 && height > 0 && bottom > 0)
  .reduce((sum, { height }) => sum + height, 0)`;

/** Of a screen of 1280 by 1024 at 400 %: what stays in place must leave most of it to the page. */
export async function faultsAtMostZoom(page: BrowserPage): Promise<string[]> {
  await page.look({ width: 320, height: 256, forcedColors: true });
  const kept = await page.evaluate<number>(STAYS_IN_PLACE);
  return kept > 100 ? [`${String(kept)} of 256 pixels stay in place`] : [];
}
