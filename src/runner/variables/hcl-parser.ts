import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';

/** One node of an expression as @cdktf/hcl2json describes it. */
export interface HclNode {
  type: string;
  children: HclNode[];
  meta?: { type?: string; operator?: string };
}

/** Returns the syntax tree of one expression; undefined when the text is none. */
export type ParseExpression = (text: string) => Promise<HclNode | undefined>;

/** Generous: the parser needs a fifth of a second to start and a millisecond for a value. */
const TIME_LIMIT_MS = 10_000;

/**
 * The parser's WebAssembly runs in a worker: values come from users, and a value that keeps it busy can be cut off
 * without blocking the runner. Given as text because a worker cannot load TypeScript and the bundle is one file.
 */
const WORKER_TEXT = `
const { parentPort, workerData } = require('node:worker_threads');
const { getExpressionAst } = require(workerData.parserPath);
const parse = (text) => getExpressionAst('value.tf', text);
parentPort.on('message', async ({ id, text }) => {
  try {
    parentPort.postMessage({ id, tree: await parse(text) });
  } catch {
    // A parser that a value has broken refuses every other value as well.
    const isBroken = await parse('[1]').then((tree) => tree === undefined, () => true);
    parentPort.postMessage({ id, tree: undefined, isBroken });
  }
});`;

let shared: { worker: Worker; pending: Map<number, Waiting> } | undefined;
let lastId = 0;

interface Reply {
  id: number;
  tree?: HclNode;
  isBroken?: boolean;
}

interface Waiting {
  settle(tree: HclNode | undefined): void;
  fail(error: Error): void;
}

let last: Promise<unknown> = Promise.resolve();

/**
 * Takes one value at a time, so that a value that breaks the parser does not affect the others. Errors: when the
 * parser does not end in time, or its thread breaks.
 */
export const parseExpression: ParseExpression = (text) => {
  const parsed = last.then(async () => await parseAlone(text));
  last = parsed.catch(() => undefined);
  return parsed;
};

const parseAlone: ParseExpression = (text) =>
  new Promise((resolve, reject) => {
    const { worker, pending } = (shared ??= startWorker());
    const id = ++lastId;
    const timer = setTimeout(
      () => stop(worker, new Error('The value takes too long to parse.')),
      TIME_LIMIT_MS,
    );
    const done = () => {
      clearTimeout(timer);
      pending.delete(id);
      // An idle parser must not keep the process alive.
      if (pending.size === 0) worker.unref();
    };
    pending.set(id, {
      settle(tree) {
        done();
        resolve(tree);
      },
      fail(error) {
        done();
        reject(error);
      },
    });
    worker.ref();
    worker.postMessage({ id, text });
  });

function startWorker() {
  const parserPath = createRequire(import.meta.url).resolve('@cdktf/hcl2json');
  const worker = new Worker(WORKER_TEXT, { eval: true, workerData: { parserPath }, env: {} });
  const pending = new Map<number, Waiting>();
  worker.on('message', ({ id, tree, isBroken = false }: Reply) => {
    pending.get(id)?.settle(tree);
    if (isBroken) stop(worker, new Error('The parser broke.'));
  });
  worker.on('error', (error) => stop(worker, error));
  return { worker, pending };
}

function stop(worker: Worker, error: Error): void {
  if (shared?.worker !== worker) return;
  const { pending } = shared;
  shared = undefined;
  void worker.terminate();
  for (const waiting of [...pending.values()]) waiting.fail(error);
}
