variable "name" {
  type = string
}

variable "size" {
  type = string
}

variable "subnet" {
  type = object({ network = string, zone = string, cidr = string })
}

variable "host_number" {
  type = number
}

locals {
  cores = { small = 1, medium = 4, large = 16 }
}

resource "terraform_data" "server" {
  input = {
    name    = var.name
    zone    = var.subnet.zone
    address = cidrhost(var.subnet.cidr, var.host_number)
    cores   = local.cores[var.size]
  }

  # A server that moves to another zone is a new server.
  triggers_replace = [var.subnet.zone]
}

output "id" {
  value = terraform_data.server.id
}

output "name" {
  value = var.name
}

output "address" {
  value = terraform_data.server.output.address
}
