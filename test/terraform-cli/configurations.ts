/** Configurations that many of these tests run. */

export const cloudBlock = (hostname: string, workspaces: string): string => `terraform {
  cloud {
    hostname     = "${hostname}"
    organization = "acme"
    workspaces {
      ${workspaces}
    }
  }
}
`;

export const remoteBackend = (hostname: string, workspaces: string): string => `terraform {
  backend "remote" {
    hostname     = "${hostname}"
    organization = "acme"
    workspaces {
      ${workspaces}
    }
  }
}
`;

/** Two resources one after the other, so that the order of the output is fixed. */
export const NETWORK = `variable "environment" {
  type    = string
  default = "test"
}

resource "terraform_data" "network" {
  input = var.environment
}

resource "terraform_data" "subnet" {
  input      = "10.0.0.0/24"
  depends_on = [terraform_data.network]
}

output "environment" {
  value = terraform_data.network.output
}

output "password" {
  value     = "not-for-everyone"
  sensitive = true
}
`;

/** An apply that runs for a while and can be interrupted. */
export const slow = (seconds: number): string => `resource "terraform_data" "slow" {
  provisioner "local-exec" {
    command = "sleep ${seconds}"
  }
}
`;

/** The last line that `slow` prints before its time is over. After an earlier interrupt the lines come in any order. */
export const SLOW_STARTED = 'Executing: ["/bin/sh"';
