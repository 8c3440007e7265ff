import { startStdioServer } from './stdio.ts';

/** Defined by scripts/pack-mcpb.mjs: an unpacked extension has no package.json to read. */
declare const RUNWRIGHT_VERSION: string;

startStdioServer(process.env, RUNWRIGHT_VERSION);
