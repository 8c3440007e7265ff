import { startStdioServer } from './stdio.ts';

/** Put in by scripts/pack-mcpb.mjs: an unpacked extension has no package.json to ask. */
declare const RUNWRIGHT_VERSION: string;

startStdioServer(process.env, RUNWRIGHT_VERSION);
