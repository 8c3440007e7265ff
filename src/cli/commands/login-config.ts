import { usageError } from '../cli-error.ts';
import { DEFAULT_ADDRESS } from '../connection.ts';
import type { Terminal } from '../terminal.ts';

export interface LoginConfigFlags {
  readonly address?: string;
}

/**
 * Prints a terraform CLI configuration that names the server's services, so that terraform does not discover them:
 * discovery needs https, and this makes plain http work.
 */
export function printLoginConfig({ address }: LoginConfigFlags, terminal: Terminal): void {
  const given = address ?? (terminal.env['RUNWRIGHT_URL'] || DEFAULT_ADDRESS);
  const name = address === undefined ? 'RUNWRIGHT_URL' : '--address';
  if (!/^https?:\/\/./.test(given) || !URL.canParse(given)) {
    throw usageError(
      `${name} is not an http or https address`,
      `give the whole address, like ${DEFAULT_ADDRESS}`,
    );
  }
  const { origin, host, protocol, hostname } = new URL(given);
  if (protocol === 'http:' && !/^(localhost|\[::1\]|127(\.\d+){3})$/.test(hostname)) {
    throw usageError(
      `${name} ${origin} is plain http on another machine: tokens and states would cross the network unprotected`,
      'serve it over https',
    );
  }
  terminal.print(`# For terraform and tofu: save this as ~/.terraformrc (~/.tofurc), or point TF_CLI_CONFIG_FILE at it.
# In configurations the server is then: hostname = "${host}"
host "${host}" {
  services = {
    "tfe.v2"       = "${origin}/api/v2/"
    "tfe.v2.1"     = "${origin}/api/v2/"
    "tfe.v2.2"     = "${origin}/api/v2/"
    "state.v2"     = "${origin}/api/v2/"
    "modules.v1"   = "${origin}/api/registry/v1/modules/"
    "providers.v1" = "${origin}/api/registry/v1/providers/"
    "login.v1"     = {
      client      = "terraform-cli"
      grant_types = ["authz_code"]
      authz       = "${origin}/oauth/authorize"
      token       = "${origin}/oauth/token"
      ports       = [10000, 10010]
    }
  }
}

# Sign in with: terraform login ${host}
# Or without a browser, with a token you have:
# credentials "${host}" {
#   token = "…"
# }`);
}
