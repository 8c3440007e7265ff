/** Chromium without a window, driven over its DevTools protocol through a pipe. */
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { mkdtempSync, readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Readable, Writable } from 'node:stream';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

export interface Look {
  width: number;
  height?: number;
  dark?: boolean;
  /** With the few colours that a person has chosen in the system, as in Windows' contrast themes. */
  forcedColors?: boolean;
  /** As it is printed. */
  onPaper?: boolean;
  /** An IANA name; '' is the machine's own. */
  timeZone?: string;
}

export interface Violation {
  id: string;
  /** `minor`, `moderate`, `serious` or `critical`. */
  impact: string;
  help: string;
  nodes: string[];
}

export interface BrowserPage {
  goto(url: string): Promise<void>;
  /** Evaluates an expression in the page. Rejects with what the expression throws. */
  evaluate<T>(expression: string): Promise<T>;
  /** The visible text of the page. */
  text(): Promise<string>;
  /** Types into the focused element. */
  type(text: string): Promise<void>;
  /** Presses a key. With `loads` it waits until the next page has loaded. */
  press(
    key: 'Tab' | 'Enter' | 'Space' | 'Escape' | 'ArrowRight',
    options?: { loads?: boolean },
  ): Promise<void>;
  /** Presses the key of one character, such as `?` or `c`. */
  pressCharacter(character: string): Promise<void>;
  look(look: Look): Promise<void>;
  /** What runs in every document from now on, before its own scripts. */
  prelude(script: string): Promise<void>;
  /** Prints the page, to nowhere. */
  print(): Promise<void>;
  /** What axe-core finds wrong for people who see, hear or move differently; by some of its rules, or by all. */
  violations(rules?: readonly string[]): Promise<Violation[]>;
  /** Writes a PNG of the whole page, or of its visible part. */
  screenshot(file: string, options?: { whole?: boolean }): Promise<void>;
}

export interface Browser {
  page: BrowserPage;
  /** Lines of the console and violations of the content security policy since the start. */
  complaints: string[];
  close(): Promise<void>;
}

interface Message {
  id?: number;
  method?: string;
  params?: Record<string, unknown>;
  result?: Record<string, unknown>;
  error?: { message: string };
}

const LOAD_WITHIN_MS = 30_000;

const KEYS = {
  Tab: { key: 'Tab', code: 'Tab', windowsVirtualKeyCode: 9 },
  Enter: { key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 13, text: '\r' },
  Escape: { key: 'Escape', code: 'Escape', windowsVirtualKeyCode: 27 },
  Space: { key: ' ', code: 'Space', windowsVirtualKeyCode: 32, text: ' ' },
  ArrowRight: { key: 'ArrowRight', code: 'ArrowRight', windowsVirtualKeyCode: 39 },
} as const;

export async function startBrowser(): Promise<Browser> {
  const folder = mkdtempSync(path.join(tmpdir(), 'runwright-browser-'));
  const flags = [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--no-first-run',
    '--disable-background-networking',
  ];
  const child = spawn(
    'chromium',
    [...flags, '--disable-sync', `--user-data-dir=${folder}`, '--remote-debugging-pipe', 'about:blank'],
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] },
  );
  const [, , , input, output] = child.stdio as unknown as [null, null, null, Writable, Readable];
  const exited = new Promise<void>((resolve) => void child.once('exit', () => resolve()));

  const waiting = new Map<number, (message: Message) => void>();
  const listeners = new Set<(message: Message) => void>();
  let rest = '';
  output.setEncoding('utf8').on('data', (piece: string) => {
    const messages = `${rest}${piece}`.split('\0');
    rest = messages.pop() ?? '';
    for (const message of messages.map((text) => JSON.parse(text) as Message)) {
      if (message.id === undefined) for (const listener of listeners) listener(message);
      else waiting.get(message.id)?.(message);
    }
  });
  void exited.then(() => {
    for (const answer of waiting.values()) answer({ error: { message: 'chromium has ended' } });
  });
  let lastId = 0;
  const session: { sessionId?: string } = {};
  const send = async (method: string, params: object = {}): Promise<Record<string, unknown>> =>
    await new Promise((resolve, reject) => {
      const id = (lastId += 1);
      waiting.set(id, ({ result = {}, error }) => {
        waiting.delete(id);
        if (error === undefined) resolve(result);
        else reject(new Error(`${method}: ${error.message}`));
      });
      input.write(`${JSON.stringify({ id, method, params, ...session })}\0`);
    });
  const nextLoad = async (): Promise<void> =>
    await new Promise((resolve, reject) => {
      const listener = ({ method }: Message): void => {
        if (method !== 'Page.loadEventFired') return;
        clearTimeout(timer);
        listeners.delete(listener);
        resolve();
      };
      const timer = setTimeout(() => {
        listeners.delete(listener);
        evaluate<string>('location.href + document.documentElement.outerHTML').then(
          (shown) => reject(new Error(`no page was loaded; this one is still there: ${shown}`)),
          reject,
        );
      }, LOAD_WITHIN_MS);
      listeners.add(listener);
    });

  const { targetId } = await send('Target.createTarget', { url: 'about:blank' });
  session.sessionId = String((await send('Target.attachToTarget', { targetId, flatten: true }))['sessionId']);
  const complaints: string[] = [];
  listeners.add(({ method, params }) => {
    if (method === 'Log.entryAdded') complaints.push(JSON.stringify(params?.['entry']));
    if (method === 'Runtime.consoleAPICalled') complaints.push(JSON.stringify(params?.['args']));
  });
  await Promise.all(['Page.enable', 'Runtime.enable', 'Log.enable'].map((method) => send(method)));

  const evaluate = async <T>(expression: string): Promise<T> => {
    const answer = await send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
    const details = answer['exceptionDetails'] as { exception?: { description?: string } } | undefined;
    if (details !== undefined) throw new Error(details.exception?.description ?? 'the page threw');
    return (answer['result'] as { value: T }).value;
  };

  const page: BrowserPage = {
    evaluate,
    async goto(url) {
      const loaded = nextLoad();
      await send('Page.navigate', { url });
      await loaded;
    },
    text: async () => await evaluate<string>('document.body.innerText'),
    async type(text) {
      // A page's autofocus comes with its first frame, which may be after the load event.
      await evaluate(`new Promise((resolve) => {
        const look = () => (document.activeElement?.matches('input, textarea') ? resolve() : setTimeout(look, 10));
        look();
      })`);
      await send('Input.insertText', { text });
    },
    async press(key, { loads = false } = {}) {
      const loaded = loads ? nextLoad() : undefined;
      await send('Input.dispatchKeyEvent', { type: 'keyDown', ...KEYS[key] });
      await send('Input.dispatchKeyEvent', { type: 'keyUp', ...KEYS[key] });
      await loaded;
    },
    async pressCharacter(character) {
      const key = { key: character, text: character, unmodifiedText: character };
      await send('Input.dispatchKeyEvent', { type: 'keyDown', ...key });
      await send('Input.dispatchKeyEvent', { type: 'keyUp', ...key });
    },
    async look({ width, height = 800, dark = false, forcedColors = false, onPaper = false, timeZone }) {
      if (timeZone !== undefined) await send('Emulation.setTimezoneOverride', { timezoneId: timeZone });
      await send('Emulation.setDeviceMetricsOverride', {
        width,
        height,
        deviceScaleFactor: 1,
        mobile: width < 600,
      });
      const features = [
        { name: 'prefers-color-scheme', value: dark ? 'dark' : 'light' },
        // Without transitions, since a colour in the middle of one is neither of the two.
        { name: 'prefers-reduced-motion', value: 'reduce' },
        { name: 'forced-colors', value: forcedColors ? 'active' : 'none' },
      ];
      await send('Emulation.setEmulatedMedia', { media: onPaper ? 'print' : '', features });
    },
    async prelude(source) {
      await send('Page.addScriptToEvaluateOnNewDocument', { source });
    },
    async print() {
      await send('Page.printToPDF');
    },
    async violations(rules) {
      if (!(await evaluate<boolean>(`'axe' in window`)))
        await evaluate(`${readFileSync(AXE, 'utf8')}; undefined`);
      const options = rules === undefined ? {} : { runOnly: { type: 'rule', values: rules } };
      return await evaluate<Violation[]>(
        `axe.run(${JSON.stringify(options)}).then(({ violations }) => violations.map(({ id, impact, help, nodes }) =>
          ({ id, impact, help, nodes: nodes.map(({ html, failureSummary }) => html + ' ' + failureSummary) })))`,
      );
    },
    async screenshot(file, { whole = true } = {}) {
      const { data } = await send('Page.captureScreenshot', { captureBeyondViewport: whole });
      await writeFile(file, Buffer.from(String(data), 'base64'));
    },
  };
  return {
    page,
    complaints,
    async close() {
      child.kill('SIGKILL');
      await exited;
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
