output "network" {
  description = "The network's name."
  value       = terraform_data.network.output.name
}

output "subnets" {
  description = "The subnet of each zone."
  value       = { for zone, subnet in terraform_data.subnet : zone => subnet.output.cidr }
}

output "server_count" {
  description = "How many servers there are."
  value       = length(module.server)
}

output "dns_records" {
  description = "The address behind each name."
  value       = { for record in terraform_data.dns_record : record.output.name => record.output.address }
}

output "enrollment_token" {
  description = "What a new server would prove itself with."
  value       = sha256(join(",", [for server in module.server : server.id]))
  sensitive   = true
}
