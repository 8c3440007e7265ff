package interop

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"testing"
)

func newSSHKey(t *testing.T) string {
	t.Helper()
	key := of(ecdsa.GenerateKey(elliptic.P256(), rand.Reader)).must(t)
	bytes := of(x509.MarshalECPrivateKey(key)).must(t)
	return string(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: bytes}))
}
