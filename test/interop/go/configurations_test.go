package interop

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/hashicorp/go-tfe"
)

var things = map[string]string{"main.tf": `
variable "size" { default = 2 }
variable "note" { default = "none" }
resource "terraform_data" "thing" {
  count = var.size
  input = "${var.note} ${count.index}"
}
output "size" { value = length(terraform_data.thing) }
output "note" { value = var.note }
output "secret" {
  value     = "do not show"
  sensitive = true
}
`}

func uploadThings(t *testing.T, client *tfe.Client, workspace *tfe.Workspace) *tfe.ConfigurationVersion {
	t.Helper()
	return upload(t, client, workspace, things)
}

func upload(t *testing.T, client *tfe.Client, workspace *tfe.Workspace, files map[string]string) *tfe.ConfigurationVersion {
	t.Helper()
	folder := t.TempDir()
	for name, content := range files {
		ok(t, os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600))
	}
	version := of(client.ConfigurationVersions.Create(ctx, workspace.ID, tfe.ConfigurationVersionCreateOptions{
		AutoQueueRuns: tfe.Bool(false),
	})).must(t)
	ok(t, client.ConfigurationVersions.Upload(ctx, version.UploadURL, folder))
	return untilUploaded(t, client, version)
}

func untilUploaded(t *testing.T, client *tfe.Client, version *tfe.ConfigurationVersion) *tfe.ConfigurationVersion {
	t.Helper()
	for deadline := time.Now().Add(within); ; time.Sleep(50 * time.Millisecond) {
		read := of(client.ConfigurationVersions.Read(ctx, version.ID)).must(t)
		if read.Status == tfe.ConfigurationUploaded {
			return read
		}
		if read.Status == tfe.ConfigurationErrored || time.Now().After(deadline) {
			t.Fatalf("the configuration is %s: %s", read.Status, read.ErrorMessage)
		}
	}
}

func TestConfigurations(t *testing.T) {
	t.Parallel()
	client := newAdmin(t)
	workspace := newWorkspace(t, client, newOrganization(t, client).Name)
	created := of(client.ConfigurationVersions.Create(ctx, workspace.ID, tfe.ConfigurationVersionCreateOptions{
		AutoQueueRuns: tfe.Bool(false), Speculative: tfe.Bool(true), Provisional: tfe.Bool(false),
	})).must(t)
	same(t, "auto-queue-runs", created.AutoQueueRuns, false)
	same(t, "speculative", created.Speculative, true)
	same(t, "provisional", created.Provisional, false)
	same(t, "status", created.Status, tfe.ConfigurationPending)
	archive := archiveOf(t, things)
	ok(t, client.ConfigurationVersions.UploadTarGzip(ctx, created.UploadURL, bytes.NewReader(archive)))
	uploaded := untilUploaded(t, client, created)
	same(t, "speculative", uploaded.Speculative, true)
	same(t, "the archive", bytes.Equal(of(client.ConfigurationVersions.Download(ctx, created.ID)).must(t), archive), true)

	provisional := of(client.ConfigurationVersions.Create(ctx, workspace.ID, tfe.ConfigurationVersionCreateOptions{
		AutoQueueRuns: tfe.Bool(false), Provisional: tfe.Bool(true),
	})).must(t)
	same(t, "provisional", provisional.Provisional, true)
	current := uploadThings(t, client, workspace)
	read := of(client.Workspaces.ReadByIDWithOptions(ctx, workspace.ID, &tfe.WorkspaceReadOptions{
		Include: []tfe.WSIncludeOpt{tfe.WSCurrentConfigVer},
	})).must(t)
	same(t, "current configuration", read.CurrentConfigurationVersion.ID, current.ID)
	same(t, "the list", len(of(client.ConfigurationVersions.List(ctx, workspace.ID, nil)).must(t).Items), 3)
	included := of(client.ConfigurationVersions.ReadWithOptions(ctx, created.ID, &tfe.ConfigurationVersionReadOptions{
		Include: []tfe.ConfigVerIncludeOpt{tfe.ConfigVerIngressAttributes},
	})).must(t)
	same(t, "from no repository", included.IngressAttributes == nil, true)
	ok(t, client.ConfigurationVersions.Archive(ctx, created.ID))
	same(t, "status", of(client.ConfigurationVersions.Read(ctx, created.ID)).must(t).Status, tfe.ConfigurationArchived)
	same(t, "the current one stays", client.ConfigurationVersions.Archive(ctx, current.ID) != nil, true)
}

func archiveOf(t *testing.T, files map[string]string) []byte {
	t.Helper()
	var buffer bytes.Buffer
	zip := gzip.NewWriter(&buffer)
	archive := tar.NewWriter(zip)
	for name, content := range files {
		ok(t, archive.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(content))}))
		of(archive.Write([]byte(content))).must(t)
	}
	ok(t, archive.Close())
	ok(t, zip.Close())
	return buffer.Bytes()
}
