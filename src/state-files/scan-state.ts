import { createHash } from 'node:crypto';
import { createJsonScanner, JsonProblem, type JsonScanner, type Kind, type Sink } from './json-scanner.ts';

/** The content of a state file, as far as it was read. JSON texts are as they are in the file. */
export interface StateSummary {
  /** The number of the format; null in an encrypted file. */
  version: number | null;
  /** null where the file has none, or one too large for JavaScript to count exactly. */
  serial: number | null;
  /** The place of the serial's digits, in bytes. */
  serialSpan: Span | null;
  lineage: string | null;
  terraformVersion: string | null;
  /** The file uses OpenTofu's state encryption: nothing else can be read. */
  isEncrypted: boolean;
  /** The number of resource objects, data sources included. */
  instanceCount: number;
  /** Each provider that a resource names, in its spelling there. */
  providers: string[];
  outputs: StateOutput[];
  resources: StateResource[];
  /** The file holds more than these lists. */
  isPartial: boolean;
}

/** Bytes of the file from `start` up to, not including, `end`. */
export interface Span {
  start: number;
  end: number;
}

export interface StateOutput {
  name: string;
  sensitive: boolean;
  /** JSON; null for a value that is too long to be kept outside the file. */
  value: string | null;
  valueSpan: Span;
  /** JSON, in terraform's form of types. */
  type: string | null;
}

export interface StateResource {
  mode: string;
  type: string;
  name: string;
  module: string | null;
  provider: string;
  instanceCount: number;
  instances: StateInstance[];
}

export interface StateInstance {
  /** The key under `count` or `for_each` as JSON; null without one. */
  indexKey: string | null;
  /** A replaced object that still waits for its deletion. */
  isDeposed: boolean;
  /** SHA-256 of its bytes. */
  digest: string;
}

/** The bytes are no state file; the message says why. */
export class NoState extends Error {
  override name = 'NoState';
}

export interface StateScan {
  write(chunk: Uint8Array): void;
  /** @throws NoState */
  finish(): StateSummary;
}

/** Longer values stay in the file, to be read from there. */
const MAX_VALUE_BYTES = 256 * 1024;
const MAX_VALUES_BYTES = 16 * 1024 * 1024;
const MAX_TEXT_BYTES = 64 * 1024;
const MAX_OUTPUTS = 20_000;
const MAX_RESOURCES = 50_000;
const MAX_INSTANCES = 100_000;

/**
 * Reads a state file piece by piece. Only a file that is no state at all is an error: JSON that is incomplete, not an
 * object, or has neither a version nor encrypted content. Other content may have any shape and size.
 *
 * @param detail whether outputs and resources are listed; otherwise the instances are only counted
 */
export function scanState({ detail }: { detail: boolean }): StateScan {
  const summary: StateSummary = {
    version: null,
    serial: null,
    serialSpan: null,
    lineage: null,
    terraformVersion: null,
    isEncrypted: false,
    instanceCount: 0,
    providers: [],
    outputs: [],
    resources: [],
    isPartial: false,
  };
  let problem: NoState | undefined;
  let isObject = false;
  let valuesLeft = MAX_VALUES_BYTES;
  const outputs = new Map<string, StateOutput>();
  const providers = new Set<string>();
  let output: StateOutput | undefined;
  let resource: StateResource | undefined;
  let instance: StateInstance | undefined;
  let instancesLeft = MAX_INSTANCES;
  /** The work at the end of a value, by its depth. */
  const atEnd: (((offset: number) => void) | undefined)[] = [];
  /** The key of each level; undefined in lists. */
  const keys: (string | undefined)[] = [];

  const scanner: JsonScanner = createJsonScanner({
    maxDepth: 5,
    begin(depth, kind, offset) {
      keys.length = depth + 1;
      atEnd[depth] = undefined;
      if (depth === 0) isObject = kind === 'object';
      else if (depth === 1) beginTop(keys[1], kind, offset);
      else if (keys[1] === 'outputs') beginInOutputs(depth, kind, offset);
      else if (keys[1] === 'resources') beginInResources(depth, kind, offset);
    },
    end(depth, offset) {
      atEnd[depth]?.(offset);
      atEnd[depth] = undefined;
    },
    key(depth, name) {
      keys[depth] = name;
    },
  });

  /** Passes on a value's JSON when it has ended; undefined when it is longer than `limit`. */
  function take(
    depth: number,
    offset: number,
    limit: number,
    done: (json: string | undefined, span: Span) => void,
  ) {
    const parts: Uint8Array[] = [];
    let length = 0;
    const sink: Sink = (bytes) => {
      length += bytes.length;
      if (length <= limit) parts.push(bytes.slice());
      else parts.length = 0;
    };
    scanner.record(offset, sink);
    atEnd[depth] = (end) =>
      done(length <= limit ? Buffer.concat(parts).toString('utf8') : undefined, { start: offset, end });
  }

  function takeText(depth: number, kind: Kind, offset: number, done: (text: string) => void): void {
    if (kind !== 'string') return;
    take(depth, offset, MAX_TEXT_BYTES, (json) => {
      if (json === undefined) summary.isPartial = true;
      else done(JSON.parse(json) as string);
    });
  }

  function takeCount(offset: number, done: (count: number | null, span: Span) => void): void {
    take(1, offset, 1_000, (json, span) => {
      const count = Number(json);
      done(/^\d+$/.test(json ?? '') && Number.isSafeInteger(count) ? count : null, span);
    });
  }

  function beginTop(key: string | undefined, kind: Kind, offset: number): void {
    if (key === 'version' && kind === 'word') takeCount(offset, (count) => (summary.version = count));
    if (key === 'serial' && kind === 'word') {
      takeCount(offset, (count, span) => Object.assign(summary, { serial: count, serialSpan: span }));
    }
    if (key === 'lineage') takeText(1, kind, offset, (text) => (summary.lineage = text));
    if (key === 'terraform_version') takeText(1, kind, offset, (text) => (summary.terraformVersion = text));
    if (key === 'encrypted_data' && kind === 'string') summary.isEncrypted = true;
    // If a key occurs twice, the last one counts.
    if (key === 'outputs') outputs.clear();
    if (key === 'resources') Object.assign(summary, { resources: [], instanceCount: 0 });
  }

  function beginInOutputs(depth: number, kind: Kind, offset: number): void {
    const [, , name = '', key] = keys;
    if (!detail) return;
    if (depth === 2) {
      const span = { start: offset, end: offset };
      const made: StateOutput = { name, sensitive: false, value: 'null', valueSpan: span, type: null };
      output = kind === 'object' ? made : undefined;
      atEnd[2] = () => {
        if (outputs.size < MAX_OUTPUTS) outputs.set(name, made);
        else summary.isPartial = true;
      };
    } else if (depth === 3 && output !== undefined) {
      const current = output;
      if (key === 'sensitive') take(3, offset, 10, (json) => (current.sensitive = json === 'true'));
      if (key === 'type') take(3, offset, MAX_VALUE_BYTES, (json) => (current.type = json ?? null));
      if (key === 'value') {
        take(3, offset, Math.min(MAX_VALUE_BYTES, valuesLeft), (json, span) => {
          valuesLeft -= json?.length ?? 0;
          Object.assign(current, { value: json ?? null, valueSpan: span });
        });
      }
    }
  }

  function beginInResources(depth: number, kind: Kind, offset: number): void {
    const [, , , key, , instanceKey] = keys;
    if (depth === 2) {
      const made: StateResource = {
        ...{ mode: '', type: '', name: '', module: null, provider: '' },
        instanceCount: 0,
        instances: [],
      };
      resource = kind === 'object' ? made : undefined;
      if (!detail || kind !== 'object') return;
      atEnd[2] = () => {
        if (summary.resources.length < MAX_RESOURCES) summary.resources.push(made);
        else summary.isPartial = true;
      };
    } else if (depth === 3 && resource !== undefined) {
      const current = resource;
      if (key === 'provider') {
        takeText(3, kind, offset, (text) => {
          current.provider = text;
          if (providers.size < MAX_RESOURCES) providers.add(text);
        });
      }
      if (!detail) return;
      if (key === 'mode') takeText(3, kind, offset, (text) => (current.mode = text));
      if (key === 'type') takeText(3, kind, offset, (text) => (current.type = text));
      if (key === 'name') takeText(3, kind, offset, (text) => (current.name = text));
      if (key === 'module') takeText(3, kind, offset, (text) => (current.module = text));
    } else if (depth === 4 && key === 'instances' && resource !== undefined) {
      instance = undefined;
      if (kind !== 'object') return;
      summary.instanceCount += 1;
      resource.instanceCount += 1;
      if (detail) beginInstance(resource, offset);
    } else if (depth === 5 && key === 'instances' && instance !== undefined) {
      const current = instance;
      if (instanceKey === 'deposed') current.isDeposed = true;
      if (instanceKey === 'index_key') {
        take(5, offset, MAX_TEXT_BYTES, (json) => {
          if (json === undefined) summary.isPartial = true;
          else current.indexKey = json;
        });
      }
    }
  }

  function beginInstance({ instances }: StateResource, offset: number): void {
    if (instancesLeft === 0) {
      summary.isPartial = true;
      return;
    }
    instancesLeft -= 1;
    const made: StateInstance = { indexKey: null, isDeposed: false, digest: '' };
    const hash = createHash('sha256');
    instance = made;
    scanner.record(offset, (bytes) => void hash.update(bytes));
    atEnd[4] = () => {
      made.digest = hash.digest('base64url');
      instances.push(made);
    };
  }

  const guarded = (work: () => void): void => {
    if (problem !== undefined) return;
    try {
      work();
    } catch (error) {
      if (!(error instanceof JsonProblem)) throw error;
      problem = new NoState(`it is not JSON: ${error.message}`);
    }
  };

  return {
    write: (chunk) => guarded(() => scanner.write(chunk)),
    finish() {
      guarded(() => scanner.finish());
      if (problem !== undefined) throw problem;
      if (!isObject) throw new NoState('it is JSON, but not an object');
      if (summary.version === null && !summary.isEncrypted) {
        throw new NoState('it has neither a version nor encrypted content');
      }
      return { ...summary, providers: [...providers], outputs: [...outputs.values()] };
    },
  };
}

/** {@link scanState} for bytes in memory. @throws NoState */
export function readStateBytes(bytes: Uint8Array, options: { detail: boolean }): StateSummary {
  const scan = scanState(options);
  scan.write(bytes);
  return scan.finish();
}
