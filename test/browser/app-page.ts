/** The pages of the browser application, used as a person does: by their texts, labels and buttons. */
import type { Browser, BrowserPage, Look } from '../support/browser.ts';

/** A run of the stories waits for real terraform, on a machine that may be busy. */
const WITHIN_MS = 40_000;
const LOOK_EVERY_MS = 40;

export interface AppPage {
  readonly raw: BrowserPage;
  open(path: string): Promise<void>;
  /** Signs in with a token through the form. */
  signIn(token: string): Promise<void>;
  /** Waits until the page has the text. @throws with the text that the page has instead */
  see(text: string): Promise<void>;
  /** Waits until the page no longer has the text. */
  seeNoMore(text: string): Promise<void>;
  /** Waits until the expression is true in the page. */
  until(expression: string): Promise<void>;
  /** Presses the button, link, tab or checkbox with this name. */
  click(name: string): Promise<void>;
  /** Whether a button with this name exists, and whether it can be pressed. */
  button(name: string): Promise<'missing' | 'disabled' | 'enabled'>;
  fill(label: string, value: string): Promise<void>;
  /** The statuses that the page shows, in the order of the page. */
  chips(): Promise<string[]>;
  look(look: Look): Promise<void>;
}

/** Finds the first visible element with this name. */
const FIND = `(name) => {
  const named = (element) => (element.getAttribute('aria-label') ?? element.innerText ?? '').replace(/\\s+/g, ' ').trim();
  const all = [...document.querySelectorAll('button, a, [role="tab"], [role="menuitem"], [role="option"], label')];
  const seen = all.filter((element) => element.getClientRects().length > 0);
  const open = [...document.querySelectorAll('[role="dialog"]')].filter((element) => element.getClientRects().length > 0);
  const inside = open.length === 0 ? seen : seen.filter((element) => open.some((dialog) => dialog.contains(element)));
  return inside.find((element) => named(element) === name) ?? inside.find((element) => named(element).startsWith(name));
}`;

export function appPage({ page }: Pick<Browser, 'page'>, url: string): AppPage {
  const until = async (expression: string, what: string): Promise<void> => {
    const deadline = Date.now() + WITHIN_MS;
    for (;;) {
      if (await page.evaluate<boolean>(`Boolean(${expression})`).catch(() => false)) return;
      if (Date.now() > deadline) throw new Error(`${what} did not come; the page has: ${await page.text()}`);
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  };
  const has = (text: string): string => `document.body.innerText.includes(${JSON.stringify(text)})`;
  const app: AppPage = {
    raw: page,
    open: async (path) => await page.goto(`${url}/app${path}`),
    async signIn(token) {
      await app.open('/sign-in');
      await app.see('Sign in');
      await app.fill('Token', token);
      await app.click('Sign in');
      await until(`!location.pathname.endsWith('/sign-in')`, 'the page after the sign-in');
    },
    see: async (text) => await until(has(text), JSON.stringify(text)),
    seeNoMore: async (text) => await until(`!${has(text)}`, `an end of ${JSON.stringify(text)}`),
    until: async (expression) => await until(expression, expression),
    async click(name) {
      await until(`(${FIND})(${JSON.stringify(name)})`, `the button ${name}`);
      await page.evaluate(`(${FIND})(${JSON.stringify(name)}).click()`);
    },
    button: async (name) =>
      await page.evaluate(`(() => {
        const button = (${FIND})(${JSON.stringify(name)});
        if (button === undefined) return 'missing';
        const isOff = button.disabled || button.getAttribute('aria-disabled') === 'true' || button.hasAttribute('data-disabled');
        return isOff ? 'disabled' : 'enabled';
      })()`),
    async fill(label, value) {
      const field = `[...document.querySelectorAll('input:not([type=radio], [type=checkbox]), textarea')].find((each) =>
        each.getClientRects().length > 0 && ([...(each.labels ?? [])].some((one) => one.innerText.trim().startsWith(${JSON.stringify(label)})) ||
        each.getAttribute('aria-label') === ${JSON.stringify(label)}))`;
      await until(field, `the field ${label}`);
      // Fields for times accept no typed text, so their value is set as a whole.
      const isTyped = await page.evaluate<boolean>(`(() => {
        const field = ${field};
        if (!/^(date|time)/.test(field.type)) { field.focus(); field.select(); return true; }
        Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(field, ${JSON.stringify(value)});
        field.dispatchEvent(new Event('input', { bubbles: true }));
        return false;
      })()`);
      if (isTyped) await page.type(value);
    },
    chips: async () =>
      await page.evaluate(
        `[...document.querySelectorAll('main [data-status][data-tone]')].map((chip) => chip.innerText.trim())`,
      ),
    async look(look) {
      await page.look(look);
      // The app learns of the colour scheme through an event, and colours may fade into each other.
      const scheme = look.dark === true ? 'dark' : 'light';
      await until(
        `location.protocol === 'about:' || (document.documentElement.dataset.mantineColorScheme === '${scheme}' &&
          !document.getAnimations().some((each) => each instanceof CSSTransition && each.playState === 'running'))`,
        `the ${scheme} scheme`,
      );
      await page.evaluate(
        'new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))',
      );
    },
  };
  return app;
}
