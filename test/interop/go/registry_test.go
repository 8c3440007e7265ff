package interop

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/armor"
	"github.com/hashicorp/go-tfe"
)

func TestRegistryModules(t *testing.T) {
	t.Parallel()
	client := newAdmin(t)
	organization := newOrganization(t, client)
	modules := client.RegistryModules
	created := of(modules.Create(ctx, organization.Name, tfe.RegistryModuleCreateOptions{
		Name: tfe.String("network"), Provider: tfe.String("aws"), RegistryName: tfe.PrivateRegistry,
	})).must(t)
	id := tfe.RegistryModuleID{Organization: organization.Name, Name: "network", Provider: "aws", Namespace: organization.Name, RegistryName: tfe.PrivateRegistry}
	for _, module := range []*tfe.RegistryModule{created, of(modules.Read(ctx, id)).must(t), of(modules.Read(ctx, tfe.RegistryModuleID{ID: created.ID})).must(t)} {
		same(t, "name", module.Name, "network")
		same(t, "provider", module.Provider, "aws")
		same(t, "namespace", module.Namespace, organization.Name)
		same(t, "registry", module.RegistryName, tfe.PrivateRegistry)
		same(t, "status", module.Status, tfe.RegistryModuleStatusPending)
		same(t, "who may delete it", module.Permissions.CanDelete, true)
		same(t, "its organization", module.Organization.Name, organization.Name)
	}

	folder := t.TempDir()
	ok(t, os.WriteFile(filepath.Join(folder, "main.tf"), []byte("variable \"cidr\" {\n  type        = string\n  description = \"Its addresses\"\n}\noutput \"it\" {\n  value = var.cidr\n}\n"), fs.FileMode(0o644)))
	ok(t, os.WriteFile(filepath.Join(folder, "README.md"), []byte("# A network\n"), fs.FileMode(0o644)))
	for _, number := range []string{"1.0.0", "1.1.0"} {
		version := of(modules.CreateVersion(ctx, id, tfe.RegistryModuleCreateVersionOptions{Version: tfe.String(number)})).must(t)
		same(t, "its version", version.Version, number)
		same(t, "its status", version.Status, tfe.RegistryModuleVersionStatusPending)
		ok(t, modules.Upload(ctx, *version, folder))
		same(t, "its status after the upload", of(modules.ReadVersion(ctx, id, number)).must(t).Status, tfe.RegistryModuleVersionStatusOk)
	}
	read := of(modules.Read(ctx, id)).must(t)
	same(t, "status", read.Status, tfe.RegistryModuleStatusSetupComplete)
	same(t, "versions", len(read.VersionStatuses), 2)
	described := of(modules.ReadTerraformRegistryModule(ctx, id, "1.0.0")).must(t)
	same(t, "README", described.Root.Readme, "# A network\n")
	same(t, "its input", theFirst(t, described.Root.Inputs).Name, "cidr")
	same(t, "its output", theFirst(t, described.Root.Outputs).Name, "it")
	same(t, "its versions", setOf(described.Versions, func(version string) string { return version }), keys("1.0.0", "1.1.0"))

	list := of(modules.List(ctx, organization.Name, &tfe.RegistryModuleListOptions{Search: "net", Provider: "aws", RegistryName: tfe.PrivateRegistry})).must(t)
	same(t, "what is found", theFirst(t, list.Items).ID, created.ID)
	same(t, "what is not", len(of(modules.List(ctx, organization.Name, &tfe.RegistryModuleListOptions{Search: "nothing"})).must(t).Items), 0)

	ok(t, modules.DeleteVersion(ctx, id, "1.0.0"))
	_, err := modules.ReadVersion(ctx, id, "1.0.0")
	gone(t, "the version", err)
	ok(t, modules.DeleteProvider(ctx, id))
	_, err = modules.Read(ctx, id)
	gone(t, "the module", err)
	for _, remove := range []func() error{
		func() error { return modules.Delete(ctx, organization.Name, "network") },
		func() error { return modules.DeleteByName(ctx, id) },
	} {
		of(modules.Create(ctx, organization.Name, tfe.RegistryModuleCreateOptions{Name: tfe.String("network"), Provider: tfe.String("aws")})).must(t)
		ok(t, remove())
		_, err = modules.Read(ctx, id)
		gone(t, "the module", err)
	}
}

func TestRegistryProviders(t *testing.T) {
	t.Parallel()
	client := newAdmin(t)
	organization := newOrganization(t, client)
	signer := of(openpgp.NewEntity("somebody", "", "somebody@example.com", nil)).must(t)
	key := of(client.GPGKeys.Create(ctx, tfe.PrivateRegistry, tfe.GPGKeyCreateOptions{Namespace: organization.Name, AsciiArmor: publicKey(t, signer)})).must(t)
	keyID := tfe.GPGKeyID{RegistryName: tfe.PrivateRegistry, Namespace: organization.Name, KeyID: key.KeyID}
	same(t, "the key", of(client.GPGKeys.Read(ctx, keyID)).must(t).AsciiArmor, key.AsciiArmor)
	same(t, "the keys", len(of(client.GPGKeys.ListPrivate(ctx, tfe.GPGKeyListOptions{Namespaces: []string{organization.Name}})).must(t).Items), 1)

	created := of(client.RegistryProviders.Create(ctx, organization.Name, tfe.RegistryProviderCreateOptions{Name: "internal", Namespace: organization.Name, RegistryName: tfe.PrivateRegistry})).must(t)
	id := tfe.RegistryProviderID{OrganizationName: organization.Name, Namespace: organization.Name, Name: "internal", RegistryName: tfe.PrivateRegistry}
	for _, provider := range []*tfe.RegistryProvider{created, of(client.RegistryProviders.Read(ctx, id, nil)).must(t)} {
		same(t, "name", provider.Name, "internal")
		same(t, "namespace", provider.Namespace, organization.Name)
		same(t, "who may delete it", provider.Permissions.CanDelete, true)
	}

	versionID := tfe.RegistryProviderVersionID{RegistryProviderID: id, Version: "1.0.0"}
	version := of(client.RegistryProviderVersions.Create(ctx, id, tfe.RegistryProviderVersionCreateOptions{Version: "1.0.0", KeyID: key.KeyID, Protocols: []string{"5.0", "6.0"}})).must(t)
	same(t, "its protocols", version.Protocols, []string{"5.0", "6.0"})
	archive := zipped(t, "terraform-provider-internal_v1.0.0")
	name := "terraform-provider-internal_1.0.0_linux_amd64.zip"
	sums := fmt.Appendf(nil, "%x  %s\n", sha256.Sum256(archive), name)
	var signature bytes.Buffer
	ok(t, openpgp.DetachSign(&signature, signer, bytes.NewReader(sums), nil))
	put(t, of(version.ShasumsUploadURL()).must(t), sums)
	put(t, of(version.ShasumsSigUploadURL()).must(t), signature.Bytes())
	platform := of(client.RegistryProviderPlatforms.Create(ctx, versionID, tfe.RegistryProviderPlatformCreateOptions{OS: "linux", Arch: "amd64", Filename: name, Shasum: fmt.Sprintf("%x", sha256.Sum256(archive))})).must(t)
	put(t, platform.Links["provider-binary-upload"].(string), archive)

	signed := of(client.RegistryProviderVersions.Read(ctx, versionID)).must(t)
	same(t, "whether sums and signature are there", []bool{signed.ShasumsUploaded, signed.ShasumsSigUploaded}, []bool{true, true})
	same(t, "the sums", fetched(t, of(signed.ShasumsDownloadURL()).must(t)), sums)
	same(t, "the signature", fetched(t, of(signed.ShasumsSigDownloadURL()).must(t)), signature.Bytes())
	platformID := tfe.RegistryProviderPlatformID{RegistryProviderVersionID: versionID, OS: "linux", Arch: "amd64"}
	there := of(client.RegistryProviderPlatforms.Read(ctx, platformID)).must(t)
	same(t, "whether the archive is there", there.ProviderBinaryUploaded, true)
	same(t, "the archive", fetched(t, there.Links["provider-binary-download"].(string)), archive)
	same(t, "the platforms", len(of(client.RegistryProviderPlatforms.List(ctx, versionID, nil)).must(t).Items), 1)
	same(t, "the versions", theFirst(t, of(client.RegistryProviderVersions.List(ctx, id, nil)).must(t).Items).KeyID, key.KeyID)
	include := []tfe.RegistryProviderIncludeOps{tfe.RegistryProviderVersionsInclude}
	listed := theFirst(t, of(client.RegistryProviders.List(ctx, organization.Name, &tfe.RegistryProviderListOptions{Search: "intern", Include: &include})).must(t).Items)
	same(t, "its versions", theFirst(t, listed.RegistryProviderVersions).ID, version.ID)
	same(t, "what is included", theFirst(t, listed.RegistryProviderVersions).Version, "1.0.0")

	if err := client.GPGKeys.Delete(ctx, keyID); err == nil || !strings.Contains(err.Error(), "signed with it") {
		t.Errorf("a key that is used is deleted: %v", err)
	}
	ok(t, client.RegistryProviderPlatforms.Delete(ctx, platformID))
	_, err := client.RegistryProviderPlatforms.Read(ctx, platformID)
	gone(t, "the platform", err)
	ok(t, client.RegistryProviderVersions.Delete(ctx, versionID))
	_, err = client.RegistryProviderVersions.Read(ctx, versionID)
	gone(t, "the version", err)
	ok(t, client.RegistryProviders.Delete(ctx, id))
	_, err = client.RegistryProviders.Read(ctx, id, nil)
	gone(t, "the provider", err)
	other := newOrganization(t, client)
	moved := of(client.GPGKeys.Update(ctx, keyID, tfe.GPGKeyUpdateOptions{Namespace: other.Name})).must(t)
	same(t, "its new namespace", moved.Namespace, other.Name)
	keyID.Namespace = other.Name
	ok(t, client.GPGKeys.Delete(ctx, keyID))
	_, err = client.GPGKeys.Read(ctx, keyID)
	gone(t, "the key", err)
}

func publicKey(t *testing.T, entity *openpgp.Entity) string {
	t.Helper()
	var text bytes.Buffer
	writer := of(armor.Encode(&text, openpgp.PublicKeyType, nil)).must(t)
	ok(t, entity.Serialize(writer))
	ok(t, writer.Close())
	return text.String()
}

// zipped returns the archive of a provider that is a shell script.
func zipped(t *testing.T, name string) []byte {
	t.Helper()
	var archive bytes.Buffer
	writer := zip.NewWriter(&archive)
	header := &zip.FileHeader{Name: name, Method: zip.Deflate}
	header.SetMode(0o755)
	of(of(writer.CreateHeader(header)).must(t).Write([]byte("#!/bin/sh\n"))).must(t)
	ok(t, writer.Close())
	return archive.Bytes()
}

func put(t *testing.T, address string, body []byte) {
	t.Helper()
	request := of(http.NewRequest(http.MethodPut, address, bytes.NewReader(body))).must(t)
	response := of(http.DefaultClient.Do(request)).must(t)
	same(t, "the answer to an upload", response.StatusCode, http.StatusOK)
	ok(t, response.Body.Close())
}

func fetched(t *testing.T, address string) []byte {
	t.Helper()
	response := of(http.Get(address)).must(t)
	defer response.Body.Close()
	same(t, "the answer to a download", response.StatusCode, http.StatusOK)
	return of(io.ReadAll(response.Body)).must(t)
}
