import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { EngineProduct } from '../../protocol/agent.ts';
import type { EngineSettings } from '../settings.ts';
import { StepFailure } from '../step-failure.ts';
import { PRODUCTS, productOf } from './differences.ts';
import { downloadTerraform, findNewestRelease, NoSuchRelease } from './download.ts';
import { inspectEngine, type Engine } from './engine.ts';
import { compareVersions, isExactVersion, parseConstraint, parseVersion, type Matcher } from './version.ts';

/** `version`: exact, a constraint, or `latest`. `product`: null when nobody named one. */
export interface EngineRequest {
  version: string;
  product: EngineProduct | null;
}

/**
 * The binary for a step: the pinned one, or the newest on PATH that fits, or a download. A version means terraform
 * unless OpenTofu is named; OpenTofu is taken for `latest` only where no terraform is installed. Errors:
 * {@link StepFailure} when none fits; it names the request and the engines that are there.
 */
export async function findEngine(request: EngineRequest, settings: EngineSettings): Promise<Engine> {
  const matches = parseConstraint(request.version);
  if (!matches)
    throw new StepFailure(
      `${JSON.stringify(request.version)} is no version or version constraint of an engine`,
    );
  if (settings.pinnedPath !== undefined) return await checkPinned(settings.pinnedPath, request, matches);

  const there = await enginesOnPath();
  const product = request.product ?? chooseProduct(request.version, there);
  const found = newest(there.filter((engine) => productOf(engine) === product && fits(engine, matches)));
  if (found) return found;
  const { name, canBeFetched } = PRODUCTS[product];
  const wanted = `${name} ${request.version}`;
  if (!canBeFetched || settings.isSealed === true) {
    const detail = `The PATH of this runner has ${describe(there)}. ${name} is not downloaded: install it there, or change the version or the engine of the workspace.`;
    throw new StepFailure(`There is no ${wanted}`, detail);
  }
  try {
    const version = isExactVersion(request.version)
      ? request.version
      : await findNewestRelease(matches, settings.mirrorUrl);
    return await inspectEngine(await downloadTerraform(version, settings));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const summary =
      error instanceof NoSuchRelease ? `There is no ${wanted}` : `${wanted} cannot be installed`;
    const other = there.some((engine) => productOf(engine) !== product && fits(engine, matches));
    const way =
      other && request.product === null ? ' OpenTofu is used where the attribute engine is "opentofu".' : '';
    throw new StepFailure(
      summary,
      `The PATH of this runner has ${describe(there)}, and ${settings.mirrorUrl} says: ${reason}.${way}`,
      { cause: error },
    );
  }
}

async function checkPinned(path: string, request: EngineRequest, matches: Matcher): Promise<Engine> {
  const pinned = await inspectEngine(path);
  const isWanted = request.product === null || request.product === productOf(pinned);
  if (isWanted && (fits(pinned, matches) || (request.version === 'latest' && pinned.version !== '')))
    return pinned;
  const wanted =
    request.product === null ? request.version : `${PRODUCTS[request.product].name} ${request.version}`;
  const detail = `This runner only runs ${pinned.product} ${pinned.version}; the workspace asks for ${wanted}.`;
  throw new StepFailure(`${pinned.product} ${pinned.version} is not the version asked for`, detail);
}

function chooseProduct(version: string, there: readonly Engine[]): EngineProduct {
  const hasTerraform = there.some((engine) => productOf(engine) === 'terraform');
  return version === 'latest' && !hasTerraform && there.length > 0 ? 'opentofu' : 'terraform';
}

function newest(engines: readonly Engine[]): Engine | undefined {
  let best: { engine: Engine; version: NonNullable<ReturnType<typeof parseVersion>> } | undefined;
  for (const engine of engines) {
    const version = parseVersion(engine.version);
    if (version && (!best || compareVersions(version, best.version) > 0)) best = { engine, version };
  }
  return best?.engine;
}

function describe(engines: readonly Engine[]): string {
  const names = engines.map(({ product, version }) => `${product} ${version}`);
  return names.length === 0 ? 'no engine' : [...new Set(names)].join(', ');
}

/** Asks the engines of this host for their versions ahead of need, so that a later step need not wait. */
export async function getToKnowEngines({ pinnedPath }: EngineSettings): Promise<void> {
  // A binary that does not answer is reported by the step that needs it.
  await (pinnedPath === undefined ? enginesOnPath() : inspectEngine(pinnedPath)).catch(() => undefined);
}

function fits(engine: Engine, matches: Matcher): boolean {
  const version = parseVersion(engine.version);
  return version !== undefined && matches(version);
}

async function enginesOnPath(): Promise<Engine[]> {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const programs = Object.values(PRODUCTS).map(({ program }) => program);
  const found: Engine[] = [];
  for (const path of programs.flatMap((program) => folders.map((folder) => join(folder, program)))) {
    const isThere = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    const engine = isThere ? await inspectEngine(path).catch(() => undefined) : undefined;
    if (engine) found.push(engine);
  }
  return found;
}
