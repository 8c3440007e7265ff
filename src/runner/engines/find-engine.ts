import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { EngineSettings } from '../settings.ts';
import { StepFailure } from '../step/step-failure.ts';
import { downloadTerraform, findNewestRelease, NoSuchRelease } from './download.ts';
import { inspectEngine, type Engine } from './engine.ts';
import { isExactVersion, parseConstraint, parseVersion, type Matcher } from './version.ts';

/**
 * The binary for a step that asks for `request`: the pinned one, or the first on PATH that fits, or a download.
 * Errors: {@link StepFailure} when there is none, naming what was asked for and what there is.
 */
export async function findEngine(request: string, settings: EngineSettings): Promise<Engine> {
  const matches = parseConstraint(request);
  const shown = JSON.stringify(request);
  if (!matches) throw new StepFailure(`${shown} is no version or version constraint of terraform`);

  if (settings.pinnedPath !== undefined) {
    const pinned = await inspectEngine(settings.pinnedPath);
    if (fits(pinned, matches) || (request === 'latest' && pinned.version !== '')) return pinned;
    const detail = `This runner only runs ${pinned.product} ${pinned.version}; the workspace asks for ${request}.`;
    throw new StepFailure(`${pinned.product} ${pinned.version} is not the version asked for`, detail);
  }

  for (const path of await enginesOnPath()) {
    const engine = await inspectEngine(path).catch(() => undefined);
    if (engine && fits(engine, matches)) return engine;
  }

  try {
    const version = isExactVersion(request) ? request : await findNewestRelease(matches, settings.mirrorUrl);
    return await inspectEngine(await downloadTerraform(version, settings));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const summary =
      error instanceof NoSuchRelease
        ? `There is no Terraform ${request}`
        : `Terraform ${request} cannot be installed`;
    throw new StepFailure(
      summary,
      `It is not on this runner's PATH, and ${settings.mirrorUrl} says: ${reason}.`,
      {
        cause: error,
      },
    );
  }
}

function fits(engine: Engine, matches: Matcher): boolean {
  const version = parseVersion(engine.version);
  return version !== undefined && matches(version);
}

async function enginesOnPath(): Promise<string[]> {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const candidates = ['terraform', 'tofu'].flatMap((name) => folders.map((folder) => join(folder, name)));
  const found: string[] = [];
  for (const path of candidates) {
    const isThere = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) found.push(path);
  }
  return found;
}
