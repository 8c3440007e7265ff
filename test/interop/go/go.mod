module runwright/interop

go 1.25.0

require (
	github.com/ProtonMail/go-crypto v1.3.0
	github.com/hashicorp/go-tfe v1.109.0
	github.com/hashicorp/jsonapi v1.4.3-0.20250220162346-81a76b606f3e
)

require (
	github.com/cloudflare/circl v1.6.0 // indirect
	github.com/google/go-querystring v1.2.0 // indirect
	github.com/hashicorp/go-cleanhttp v0.5.2 // indirect
	github.com/hashicorp/go-retryablehttp v0.7.8 // indirect
	github.com/hashicorp/go-slug v0.16.8 // indirect
	github.com/hashicorp/go-version v1.9.0 // indirect
	golang.org/x/crypto v0.33.0 // indirect
	golang.org/x/sync v0.19.0 // indirect
	golang.org/x/sys v0.35.0 // indirect
	golang.org/x/time v0.14.0 // indirect
)
