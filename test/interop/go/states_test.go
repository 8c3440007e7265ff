package interop

import (
	"crypto/md5"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/hashicorp/go-tfe"
)

func stateFile(serial int) (content []byte, sum string) {
	content = []byte(fmt.Sprintf(`{"version":4,"terraform_version":"1.9.8","serial":%d,"lineage":"a-lineage","outputs":{"answer":{"value":%d,"type":"number"}},"resources":[]}`, serial, serial*10))
	digest := md5.Sum(content)
	return content, hex.EncodeToString(digest[:])
}

func TestStates(t *testing.T) {
	t.Parallel()
	client := newAdmin(t)
	organization := newOrganization(t, client)
	workspace := newWorkspace(t, client, organization.Name)
	_, err := client.StateVersions.ReadCurrent(ctx, workspace.ID)
	gone(t, "the state of a new workspace", err)
	of(client.Workspaces.Lock(ctx, workspace.ID, tfe.WorkspaceLockOptions{})).must(t)

	content, sum := stateFile(1)
	first := of(client.StateVersions.Create(ctx, workspace.ID, tfe.StateVersionCreateOptions{
		Lineage: tfe.String("a-lineage"), MD5: tfe.String(sum), Serial: tfe.Int64(1), State: tfe.String(base64.StdEncoding.EncodeToString(content)),
	})).must(t)
	same(t, "serial", first.Serial, int64(1))
	same(t, "the file", string(of(client.StateVersions.Download(ctx, first.DownloadURL)).must(t)), string(content))

	content, sum = stateFile(2)
	second := of(client.StateVersions.Upload(ctx, workspace.ID, tfe.StateVersionUploadOptions{
		StateVersionCreateOptions: tfe.StateVersionCreateOptions{Lineage: tfe.String("a-lineage"), MD5: tfe.String(sum), Serial: tfe.Int64(2)},
		RawState:                  content,
	})).must(t)
	var read *tfe.StateVersion
	for deadline := time.Now().Add(within); ; time.Sleep(50 * time.Millisecond) {
		read = of(client.StateVersions.ReadWithOptions(ctx, second.ID, &tfe.StateVersionReadOptions{Include: []tfe.StateVersionIncludeOpt{tfe.SVoutputs}})).must(t)
		if read.ResourcesProcessed || time.Now().After(deadline) {
			break
		}
	}
	same(t, "resources-processed", read.ResourcesProcessed, true)
	same(t, "read alone", of(client.StateVersions.Read(ctx, second.ID)).must(t).Serial, int64(2))
	same(t, "status", read.Status, tfe.StateVersionFinalized)
	same(t, "size", read.Size, int64(len(content)))
	same(t, "terraform-version", read.TerraformVersion, "1.9.8")
	same(t, "included output", theFirst(t, read.Outputs).Value, any(20.0))
	same(t, "current", of(client.StateVersions.ReadCurrent(ctx, workspace.ID)).must(t).ID, second.ID)
	same(t, "the file", string(of(client.StateVersions.Download(ctx, read.DownloadURL)).must(t)), string(content))

	_, err = client.StateVersions.Create(ctx, workspace.ID, tfe.StateVersionCreateOptions{
		Lineage: tfe.String("a-lineage"), MD5: tfe.String(sum), Serial: tfe.Int64(1), State: tfe.String(base64.StdEncoding.EncodeToString(content)),
	})
	same(t, "a serial that has been is refused", err != nil, true)
	list := of(client.StateVersions.List(ctx, &tfe.StateVersionListOptions{Organization: organization.Name, Workspace: workspace.Name})).must(t)
	same(t, "the list", setOf(list.Items, func(state *tfe.StateVersion) string { return state.ID }), keys(first.ID, second.ID))
	err = client.Workspaces.SafeDeleteByID(ctx, workspace.ID)
	same(t, "a workspace that manages nothing may go", err == nil || errors.Is(err, tfe.ErrWorkspaceLockedCannotDelete), true)
}
