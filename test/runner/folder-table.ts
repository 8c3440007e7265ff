/** Folders of users, by what is unusual about them. What terraform does in each is up to terraform. */
export type Files = Record<string, string>;

const data = (name: string, input: string): string =>
  `resource "terraform_data" "${name}" {\n  input = ${input}\n}\n`;
const out = (value: string): string => `output "out" {\n  value = ${value}\n}\n`;
const ONE = data('one', '1');

/** Folders without a file that this engine reads. */
const WITHOUT_CONFIGURATION: Record<string, Files> = {
  'a README only': { 'README.md': '# hello' },
  'variables only': { 'terraform.tfvars': 'a = 1' },
  'tests only': { 'main.tftest.hcl': 'run "a" {}' },
  'tests in their folder only': { 'tests/main.tftest.hcl': 'run "a" {}' },
  'a hidden file only': { '.main.tf': ONE },
  'a copy of an editor only': { 'main.tf~': ONE },
  'a locked copy only': { '#main.tf#': ONE },
  'capitals only': { 'MAIN.TF': ONE },
  'OpenTofu only': { 'main.tofu': ONE },
  'a query only': { 'a.tfquery.hcl': '' },
  'a stack only': { 'a.tfstack.hcl': '' },
  'a deeper folder only': { 'infra/main.tf': ONE },
  'a folder called like a file': { 'x.tf/main.tf': ONE },
  'a hidden folder only': { '.hidden/main.tf': ONE },
};

const READ: Record<string, Files> = {
  'an empty file': { 'main.tf': '' },
  'comments only': { 'main.tf': '# backend "s3" {}\n/* cloud {} */' },
  'outputs only': { 'main.tf': out('"x"') },
  'one resource': { 'main.tf': ONE + out('terraform_data.one.output') },
  JSON: { 'main.tf.json': '{"resource":{"terraform_data":{"one":{"input":"a"}}}}' },
  'JSON with comments': { 'main.tf.json': '{"//":"note","output":{"out":{"value":"${1+1}"}}}' },
  'JSON without a byte': { 'main.tf.json': '' },
  'JSON that is a number': { 'main.tf.json': '1' },
  'HCL and JSON': { 'a.tf': ONE, 'b.tf.json': '{"output":{"out":{"value":"${terraform_data.one.output}"}}}' },
  'an override': { 'main.tf': ONE, 'override.tf': data('one', '2') },
  'a late override': { 'main.tf': ONE, '~~zz_override.tf': data('one', '3') },
  'an override of nothing': { 'main.tf': ONE, 'a_override.tf': data('other', '2') },
  'beside capitals and copies': {
    'main.tf': ONE,
    'MAIN.TF': '{',
    'main.tf~': '{',
    '.x.tf': '{',
    '#a.tf#': '{',
  },
  'beside OpenTofu': { 'main.tf': ONE, 'main.tofu': data('one', '2') },
  'beside a folder called like a file': { 'main.tf': ONE, 'x.tf/y': '{', 'y.tf.json/z': '{' },
  'Windows line ends': { 'main.tf': ONE.replaceAll('\n', '\r\n') },
  'a mark at the start': { 'main.tf': `\ufeff${ONE}` },
  'names with spaces and accents': { 'ünï cödé.tf': ONE, 'a b.tf': out('terraform_data.one.output') },
  'a syntax error': { 'main.tf': 'resource {' },
  'the same resource twice': { 'a.tf': ONE, 'b.tf': ONE },
  'a circle': { 'main.tf': data('a', 'terraform_data.b.id') + data('b', 'terraform_data.a.id') },
  'a function that is none': { 'main.tf': out('nosuch(1)') },
  'a resource that is none': { 'main.tf': 'resource "terraform_nothing" "x" {}' },
  'the name of a resource that is none': { 'main.tf': out('terraform_data.none.id') },
  'a version that is too new': { 'main.tf': 'terraform {\n  required_version = ">= 99"\n}\n' },
  'a version that fits': { 'main.tf': `terraform {\n  required_version = ">= 1.0"\n}\n${ONE}` },
  'an experiment that is none': { 'main.tf': 'terraform {\n  experiments = [nosuch]\n}\n' },
  'a local module': {
    'main.tf': 'module "m" { source = "./m" }\n' + out('module.m.out'),
    'm/main.tf': out('"m"'),
  },
  'modules in modules': {
    'main.tf': 'module "a" { source = "./a" }\n' + out('module.a.out'),
    'a/main.tf': 'module "b" { source = "../b" }\n' + out('module.b.out'),
    'b/main.tf': ONE + out('terraform_data.one.output'),
  },
  'a module twice': {
    'main.tf': 'module "a" {\n  source = "./m"\n}\nmodule "b" {\n  source = "./m"\n  count = 2\n}\n',
    'm/main.tf': ONE,
  },
  'a module that is not there': { 'main.tf': 'module "m" { source = "./nowhere" }' },
  'a module without a file': { 'main.tf': 'module "m" { source = "./m" }', 'm/README.md': '' },
  'a module with capitals': { 'main.tf': 'module "m" { source = "./m" }', 'm/MAIN.TF': ONE },
  'a module that is broken': { 'main.tf': 'module "m" { source = "./m" }', 'm/main.tf': '{' },
  'a module without a source': { 'main.tf': 'module "m" {}' },
};

const VARIABLES: Record<string, Files> = {
  'a variable without a value': { 'main.tf': 'variable "v" {}\n' + out('var.v') },
  'a variable of a file': { 'main.tf': 'variable "v" {}\n' + out('var.v'), 'terraform.tfvars': 'v = "file"' },
  'automatic files in order': {
    'main.tf': 'variable "v" {}\n' + out('var.v'),
    'a.auto.tfvars': 'v = 1',
    'b.auto.tfvars.json': '{"v": 2}',
    'terraform.tfvars': 'v = 3',
  },
  'a variable that nobody declares': { 'main.tf': ONE, 'terraform.tfvars': 'v = 1' },
  'a broken file of variables': { 'main.tf': ONE, 'x.auto.tfvars': 'v = ' },
  'a call in a file of variables': { 'main.tf': 'variable "v" {}', 'terraform.tfvars': 'v = file("x")' },
  'a value of another type': { 'main.tf': 'variable "v" {\n  type = number\n  default = "x"\n}\n' },
  'a value that is not valid': {
    'main.tf':
      'variable "v" {\n  default = 1\n  validation {\n    condition = var.v > 1\n    error_message = "No."\n  }\n}\n',
  },
  'a secret in an output': {
    'main.tf': 'variable "v" {\n  default = "x"\n  sensitive = true\n}\n' + out('var.v'),
  },
  'an ephemeral output': { 'main.tf': 'output "o" {\n  value = "x"\n  ephemeral = true\n}\n' },
};

const FUNCTIONS: Record<string, Files> = {
  'the list of all files': {
    'main.tf': out('sort(fileset(path.module, "**"))'),
    'a/b.txt': '',
    'c.tfstate': '',
    'd.tfplan': '',
  },
  'the list of files in a state': {
    'main.tf': data('one', 'fileset(".", "*")') + out('terraform_data.one.output'),
    'x.txt': '',
  },
  'one of each file': {
    'main.tf':
      'resource "terraform_data" "f" {\n  for_each = fileset(path.module, "**/*")\n  input = filemd5(each.value)\n}\n',
    'a/b': 'b',
    '.c': 'c',
    '.terraform.lock.hcl': '# mine\n',
  },
  'a hash of the lock file': {
    'main.tf': out('filesha256(".terraform.lock.hcl")'),
    '.terraform.lock.hcl': '# mine',
  },
  'no lock file': { 'main.tf': out('fileexists(".terraform.lock.hcl")') },
  'a broken lock file': {
    'main.tf': 'module "m" { source = "./m" }',
    'm/a.tf': '',
    '.terraform.lock.hcl': 'provider {',
  },
  'a template': {
    'main.tf': out('templatefile("a.tftpl", { x = [1, 2] })'),
    'a.tftpl': '%{ for i in x }${i},%{ endfor }',
  },
  'a file that is not there': { 'main.tf': out('file("nowhere")') },
  'a file that is binary': { 'main.tf': out('filebase64("x.bin")'), 'x.bin': '\u0000\u0001' },
  paths: { 'main.tf': out('[path.module, path.root, basename(abspath("x"))]') },
  'a state of somebody else': {
    'main.tf':
      'data "terraform_remote_state" "o" {\n  backend = "local"\n  config = { path = "other.tfstate" }\n}\n' +
      out('data.terraform_remote_state.o.outputs'),
    'other.tfstate':
      '{"version":4,"serial":1,"lineage":"l","outputs":{"a":{"value":1,"type":"number"}},"resources":[]}',
  },
};

const RULES: Record<string, Files> = {
  'a precondition that fails': {
    'main.tf':
      'resource "terraform_data" "a" {\n  lifecycle {\n    precondition {\n      condition = 1 > 2\n      error_message = "No."\n    }\n  }\n}\n',
  },
  'a postcondition that fails in the apply': {
    'main.tf':
      'resource "terraform_data" "a" {\n  lifecycle {\n    postcondition {\n      condition = self.id == ""\n      error_message = "No."\n    }\n  }\n}\n',
  },
  'a check that fails': {
    'main.tf': ONE + 'check "c" {\n  assert {\n    condition = 1 > 2\n    error_message = "No."\n  }\n}\n',
  },
  'a provisioner that fails': {
    'main.tf': 'resource "terraform_data" "a" {\n  provisioner "local-exec" { command = "exit 3" }\n}\n',
  },
  'an import': { 'main.tf': `import {\n  to = terraform_data.one\n  id = "x"\n}\n${ONE}` },
  'a move of nothing': {
    'main.tf': `moved {\n  from = terraform_data.old\n  to = terraform_data.one\n}\n${ONE}`,
  },
  'a removal of nothing': {
    'main.tf': 'removed {\n  from = terraform_data.old\n  lifecycle { destroy = false }\n}\n',
  },
  'a provider’s function': { 'main.tf': out('provider::terraform::encode_expr({ a = 1 })') },
  'counts and keys': {
    'main.tf':
      'resource "terraform_data" "c" { count = 3 }\nresource "terraform_data" "k" {\n  for_each = toset(["a", "b"])\n}\n',
  },
};

/** All folders with their names. */
export const FOLDERS: readonly [string, Files][] = Object.entries({
  ...WITHOUT_CONFIGURATION,
  ...READ,
  ...VARIABLES,
  ...FUNCTIONS,
  ...RULES,
});
