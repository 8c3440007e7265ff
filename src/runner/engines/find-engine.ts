import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { EngineProduct } from '../../protocol/agent.ts';
import type { EngineSettings } from '../settings.ts';
import { StepFailure } from '../step-failure.ts';
import { UntrustedRelease } from '../downloads/signed-sums.ts';
import { PRODUCTS, productOf } from './differences.ts';
import { downloadEngine } from './download.ts';
import { listDownloaded } from './downloaded-engines.ts';
import { inspectEngine, type Engine } from './engine.ts';
import { findNewestRelease } from './newest-release.ts';
import { NoSuchFile } from '../downloads/request.ts';
import { shownAddress } from './release-site.ts';
import { isExactVersion, newestOf, parseConstraint, parseVersion, type Matcher } from './version.ts';

/** `version`: exact, a constraint, or `latest`. `product`: null when nobody named one. */
export interface EngineRequest {
  version: string;
  product: EngineProduct | null;
}

/**
 * The binary for a step: the pinned one, or the newest on PATH that fits, or a download. A version means terraform
 * unless OpenTofu is named; OpenTofu is taken for `latest` only where no terraform is installed. Earlier downloads
 * serve a runner that downloads nothing, or whose site does not answer. Errors: {@link StepFailure} when none
 * fits; it names the request and the engines that are there.
 */
export async function findEngine(request: EngineRequest, settings: EngineSettings): Promise<Engine> {
  const matches = parseConstraint(request.version);
  if (!matches)
    throw new StepFailure(
      `${JSON.stringify(request.version)} is no version or version constraint of an engine`,
    );
  if (settings.pinnedPath !== undefined) return await checkPinned(settings.pinnedPath, request, matches);

  const onPath = await enginesOnPath();
  const isSealed = settings.isSealed === true;
  const kept = isSealed ? await listDownloaded(settings.cacheFolder) : [];
  const product = request.product ?? chooseProduct(request.version, [...onPath, ...kept]);
  const newest = (engines: readonly Engine[]) =>
    newestOf(
      engines.filter((engine) => productOf(engine) === product),
      ({ version }) => version,
      matches,
    );
  const found = newest([...onPath, ...kept]);
  if (found) return found;
  const { name, site } = PRODUCTS[product];
  const wanted = `${name} ${request.version}`;
  if (isSealed) {
    const detail = `${describe(onPath, kept)} Nothing is downloaded: install it there, or change the version or the engine of the workspace.`;
    throw new StepFailure(`There is no ${wanted}`, detail);
  }
  try {
    const version = isExactVersion(request.version)
      ? request.version
      : await findNewestRelease(product, matches, settings);
    return await downloadEngine(product, version, settings);
  } catch (error) {
    const before = await listDownloaded(settings.cacheFolder);
    const instead = newest(before);
    if (instead && !(error instanceof UntrustedRelease)) return instead;
    const summary = error instanceof NoSuchFile ? `There is no ${wanted}` : `${wanted} cannot be installed`;
    const isOfTheOther = onPath.some((engine) => productOf(engine) !== product && fits(engine, matches));
    const way =
      isOfTheOther && request.product === null
        ? ' OpenTofu is used where the attribute engine is "opentofu".'
        : '';
    const source = shownAddress(settings.releases[product].mirrorUrl ?? site.home);
    const detail = `${describe(onPath, before)} ${source}: ${await explain(error, product, settings)}.${way}`;
    throw new StepFailure(summary, detail, { cause: error });
  }
}

async function explain(error: unknown, product: EngineProduct, settings: EngineSettings): Promise<string> {
  const { code } = error as NodeJS.ErrnoException;
  const reason = error instanceof Error ? error.message : String(error);
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return `the disk of this runner is full, ${settings.cacheFolder} has no room for it`;
  if (!(error instanceof NoSuchFile)) return reason;
  const newest = await findNewestRelease(product, (version) => version.prerelease === '', settings).catch(
    // The first reason is the one that helps.
    () => undefined,
  );
  return newest === undefined ? reason : `${reason}; the newest release there is ${newest}`;
}

async function checkPinned(path: string, request: EngineRequest, matches: Matcher): Promise<Engine> {
  const pinned = await inspectEngine(path).catch((error: unknown) => {
    const isGone = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const reason = isGone ? 'it is not there' : error instanceof Error ? error.message : String(error);
    const detail = `RUNWRIGHT_ENGINE of this runner names ${path}: ${reason}.`;
    throw new StepFailure('The engine of this runner cannot be used', detail, { cause: error });
  });
  const isWanted = request.product === null || request.product === productOf(pinned);
  if (isWanted && (fits(pinned, matches) || (request.version === 'latest' && pinned.version !== '')))
    return pinned;
  const wanted =
    request.product === null ? request.version : `${PRODUCTS[request.product].name} ${request.version}`;
  const detail = `This runner only runs ${pinned.product} ${pinned.version}; this run needs ${wanted}.`;
  throw new StepFailure(`${pinned.product} ${pinned.version} is not the version asked for`, detail);
}

function chooseProduct(version: string, there: readonly Engine[]): EngineProduct {
  const hasTerraform = there.some((engine) => productOf(engine) === 'terraform');
  return version === 'latest' && !hasTerraform && there.length > 0 ? 'opentofu' : 'terraform';
}

function describe(onPath: readonly Engine[], kept: readonly Engine[]): string {
  const list = (engines: readonly Engine[]) =>
    [...new Set(engines.map(({ product, version }) => `${product} ${version}`))].join(', ');
  const before = kept.length === 0 ? '' : `; downloaded before: ${list(kept)}`;
  return `The PATH of this runner has ${onPath.length === 0 ? 'no engine' : list(onPath)}${before}.`;
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
