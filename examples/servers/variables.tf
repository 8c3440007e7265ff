variable "environment" {
  description = "Part of every name."
  type        = string
  default     = "demo"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,19}$", var.environment))
    error_message = "The environment is 2 to 20 lower-case letters, digits and dashes."
  }
}

variable "network_cidr" {
  description = "The whole network; each zone gets a subnet of it."
  type        = string
  default     = "10.20.0.0/16"
}

variable "zones" {
  description = "Where servers can be."
  type        = list(string)
  default     = ["a", "b"]
}

variable "server_count" {
  description = "How many servers, spread over the zones."
  type        = number
  default     = 3

  validation {
    condition     = var.server_count >= 1 && var.server_count <= 20
    error_message = "There can be 1 to 20 servers."
  }
}

variable "server_size" {
  description = "The size of every server."
  type        = string
  default     = "small"

  validation {
    condition     = contains(["small", "medium", "large"], var.server_size)
    error_message = "A server is small, medium or large."
  }
}
