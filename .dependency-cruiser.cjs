/**
 * Who may import whom (ARCHITECTURE.md). test/architecture/architecture.test.ts runs this.
 *
 * Tests and what they share (`*.test.ts`, `testing/`) may reach further than the code they test; code may not reach them.
 */
const tests = ['\\.test\\.tsx?$', '/testing/'];
const groundFloor =
  '^src/server/(http|database|queue|blobs|secrets|live|outbound|state-reader|check-process)/';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Two modules that need each other are one module, or hide a third.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-orphans',
      comment: 'A module that nothing imports is dead, unless it is where a program starts.',
      severity: 'error',
      from: {
        orphan: true,
        pathNot: [
          ...tests,
          '\\.d\\.ts$',
          '^src/server/(database/embedded-(worker|template)|state-reader/state-worker)\\.ts$',
          '^src/(runner/process/step-main|checks/main)\\.ts$',
          '^web/src/main\\.tsx$',
        ],
      },
      to: {},
    },
    {
      name: 'nothing-unresolved',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-tests-in-programs',
      comment: 'What only tests need stays out of the programs.',
      severity: 'error',
      from: { path: '^(src|packages)/', pathNot: tests },
      to: { path: [...tests, '^test/'] },
    },
    {
      name: 'no-development-packages-in-programs',
      comment: 'They are missing from an installation. The demo runs in a clone, which has them.',
      severity: 'error',
      from: { path: '^(src|packages/[^/]+/src)/', pathNot: [...tests, '^src/cli/demo'] },
      to: {
        dependencyTypes: ['npm-dev'],
        dependencyTypesNot: ['type-only'],
        pathNot: 'node_modules/@types/',
      },
    },
    {
      name: 'models-import-zod-only',
      comment: "Anybody can use the models anywhere: in a browser, in another language's build, offline.",
      severity: 'error',
      from: { path: '^packages/models/src/', pathNot: tests },
      to: { pathNot: ['^packages/models/src/', 'node_modules/zod/'] },
    },
    {
      name: 'client-imports-models-only',
      severity: 'error',
      from: { path: '^packages/client/src/', pathNot: tests },
      to: { pathNot: ['^packages/(client|models)/src/'] },
    },
    {
      name: 'protocol-imports-zod-only',
      severity: 'error',
      from: { path: '^src/protocol/', pathNot: tests },
      to: { pathNot: ['^src/protocol/', 'node_modules/zod/'] },
    },
    {
      name: 'releases-import-protocol-only',
      comment: 'Server and runner use it, each with its own way to call addresses.',
      severity: 'error',
      from: { path: '^src/releases/', pathNot: tests },
      to: { path: '^(src|packages)/', pathNot: ['^src/(releases|protocol)/'] },
    },
    {
      name: 'libraries-know-no-program',
      severity: 'error',
      from: { path: '^packages/', pathNot: tests },
      to: { path: '^(src|test|bench)/' },
    },
    {
      name: 'pages-import-client-and-models-only',
      comment: 'They know of the server what any program can know of it.',
      severity: 'error',
      from: { path: '^web/src/' },
      to: { path: '^(src|test|bench|scripts)/' },
    },
    {
      name: 'programs-know-no-page',
      severity: 'error',
      from: { path: '^(src|packages)/' },
      to: { path: '^web/' },
    },
    {
      name: 'runner-speaks-to-the-server-over-http',
      comment: 'So that it works as well on another machine, and for any server of the same protocol.',
      severity: 'error',
      from: { path: '^src/runner/', pathNot: tests },
      to: { path: '^src/(server|cli|mcp)/' },
    },
    {
      name: 'mcp-speaks-to-the-server-over-http',
      comment: 'So that it works with any server that has the same API.',
      severity: 'error',
      from: { path: '^src/mcp/', pathNot: tests },
      to: { path: '^src/(server|cli|runner|protocol)/' },
    },
    {
      name: 'mcp-wings-know-no-tool',
      comment: 'What tools are made of stands below them, and each part takes the fields that it uses.',
      severity: 'error',
      from: { path: '^src/mcp/(text|answer|reading|safety|tool|logs|plan|runs)/', pathNot: tests },
      to: { path: '^src/mcp/(tools|server|http)/' },
    },
    {
      name: 'mcp-safety-and-answers-know-no-context',
      comment: 'The whole context of a tool would tie them to all that a tool is.',
      severity: 'error',
      from: { path: '^src/mcp/(text|answer|reading|safety|plan|logs)/', pathNot: tests },
      to: { path: '^src/mcp/(tool|runs)/' },
    },
    {
      name: 'server-mounts-mcp-at-one-place',
      comment: 'running-server.ts hands MCP over to the server as a service; no room knows the tools.',
      severity: 'error',
      from: { path: '^src/server/', pathNot: [...tests, '^src/server/running-server\\.ts$'] },
      to: { path: '^src/mcp/' },
    },
    {
      name: 'server-knows-the-door-of-mcp-only',
      severity: 'error',
      from: { path: '^src/server/running-server\\.ts$' },
      to: { path: '^src/mcp/', pathNot: '^src/mcp/http/on-server\\.ts$' },
    },
    {
      name: 'commands-speak-to-the-server-over-http',
      comment:
        'The command that starts a server is the only one that knows it, and it knows its front door only.',
      severity: 'error',
      from: { path: '^src/cli/', pathNot: tests },
      to: { path: '^src/server/', pathNot: '^src/server/main\\.ts$' },
    },
    {
      name: 'server-knows-no-command',
      severity: 'error',
      from: { path: '^src/server/', pathNot: tests },
      to: { path: '^src/cli/' },
    },
    {
      name: 'main-is-imported-by-commands-only',
      comment: 'They know every room; a room that imported them would know them all.',
      severity: 'error',
      from: { path: '^src/', pathNot: [...tests, '^src/cli/', '^src/server/main\\.ts$'] },
      to: { path: '^src/server/(main|running-server)\\.ts$' },
    },
    {
      name: 'ground-floor-knows-no-room',
      severity: 'error',
      from: { path: groundFloor, pathNot: tests },
      to: { path: '^src/server/', pathNot: groundFloor },
    },
    {
      name: 'rooms-ask-services-not-queries',
      comment: 'What a room stores, and how, is its own business.',
      severity: 'error',
      // What documents include comes from many rooms at once, in as few queries as can be.
      from: { path: '^src/server/([^/]+)/', pathNot: [...tests, '^src/server/includes/'] },
      to: { path: '^src/server/[^/]+/queries\\.ts$', pathNot: '^src/server/$1/' },
    },
    {
      name: 'routes-are-the-top',
      comment: 'Only server.ts and other routes know routes: a service that did would know HTTP.',
      severity: 'error',
      from: {
        path: '^src/server/',
        pathNot: [...tests, '^src/server/[^/]+\\.ts$', '^src/server/[^/]+/api/'],
      },
      to: { path: '^src/server/[^/]+/api/' },
    },
    {
      name: 'routes-have-a-wing',
      comment: "A room's routes lie in its api/ folder, so that no folder needs another both ways.",
      severity: 'error',
      from: {},
      to: { path: '^src/server/[^/]+/[^/]*routes\\.ts$', pathNot: groundFloor },
    },
    {
      name: 'rules-are-pure',
      comment: 'They decide from what they are given, so that a table of cases can test them.',
      severity: 'error',
      from: { path: '^src/server/[^/]+/rules\\.ts$' },
      to: { path: ['^src/server/[^/]+/(service|queries|routes|document)\\.ts$', groundFloor] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    // A type's import is a dependency too: who needs the shape of a thing knows the thing.
    tsPreCompilationDeps: true,
    combinedDependencies: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@runwright/source', 'import', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.json', '.d.ts'],
    },
  },
};
