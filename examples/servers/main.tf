locals {
  domain  = "${var.environment}.example.com"
  subnets = { for index, zone in var.zones : zone => cidrsubnet(var.network_cidr, 8, index) }
}

resource "terraform_data" "network" {
  input = {
    name = "${var.environment}-network"
    cidr = var.network_cidr
  }
}

resource "terraform_data" "subnet" {
  for_each = local.subnets

  input = {
    network = terraform_data.network.output.name
    zone    = each.key
    cidr    = each.value
  }
}

module "server" {
  source = "./modules/server"
  count  = var.server_count

  name        = "${var.environment}-server-${count.index + 1}"
  size        = var.server_size
  subnet      = terraform_data.subnet[var.zones[count.index % length(var.zones)]].output
  host_number = 10 + floor(count.index / length(var.zones))
}

resource "terraform_data" "dns_record" {
  count = var.server_count

  input = {
    name    = "${module.server[count.index].name}.${local.domain}"
    type    = "A"
    address = module.server[count.index].address
  }
}
