package interop

import (
	"errors"
	"testing"
	"time"

	"github.com/hashicorp/go-tfe"
)

func TestWorkspaces(t *testing.T) {
	t.Parallel()
	client := newAdmin(t)
	organization := newOrganization(t, client)
	project := newProject(t, client, organization.Name)
	destroyAt := time.Now().Add(48 * time.Hour).UTC().Truncate(time.Second)
	created := of(client.Workspaces.Create(ctx, organization.Name, tfe.WorkspaceCreateOptions{
		Name:                       tfe.String("everything"),
		Description:                tfe.String("All of its options"),
		AllowDestroyPlan:           tfe.Bool(false),
		AutoApply:                  tfe.Bool(true),
		AutoApplyRunTrigger:        tfe.Bool(true),
		AutoDestroyAt:              tfe.NullableTime(destroyAt),
		ExecutionMode:              tfe.String("remote"),
		FileTriggersEnabled:        tfe.Bool(true),
		GlobalRemoteState:          tfe.Bool(true),
		QueueAllRuns:               tfe.Bool(true),
		SpeculativeEnabled:         tfe.Bool(false),
		SourceName:                 tfe.String("a script"),
		SourceURL:                  tfe.String("https://example.com/script"),
		StructuredRunOutputEnabled: tfe.Bool(false),
		TerraformVersion:           tfe.String("1.9.8"),
		TriggerPatterns:            []string{"/modules/**"},
		WorkingDirectory:           tfe.String("live/network"),
		Project:                    project,
		TagBindings:                []*tfe.TagBinding{{Key: "tier", Value: "1"}},
	})).must(t)
	for _, workspace := range []*tfe.Workspace{
		created,
		of(client.Workspaces.Read(ctx, organization.Name, "everything")).must(t),
		of(client.Workspaces.ReadByID(ctx, created.ID)).must(t),
	} {
		same(t, "name", workspace.Name, "everything")
		same(t, "description", workspace.Description, "All of its options")
		same(t, "allow-destroy-plan", workspace.AllowDestroyPlan, false)
		same(t, "auto-apply", workspace.AutoApply, true)
		same(t, "auto-apply-run-trigger", workspace.AutoApplyRunTrigger, true)
		same(t, "auto-destroy-at", of(workspace.AutoDestroyAt.Get()).must(t).UTC(), destroyAt)
		same(t, "execution-mode", workspace.ExecutionMode, "remote")
		same(t, "operations", workspace.Operations, true)
		same(t, "file-triggers-enabled", workspace.FileTriggersEnabled, true)
		same(t, "global-remote-state", workspace.GlobalRemoteState, true)
		same(t, "queue-all-runs", workspace.QueueAllRuns, true)
		same(t, "speculative-enabled", workspace.SpeculativeEnabled, false)
		same(t, "source-name", workspace.SourceName, "a script")
		same(t, "source-url", workspace.SourceURL, "https://example.com/script")
		same(t, "structured-run-output-enabled", workspace.StructuredRunOutputEnabled, false)
		same(t, "terraform-version", workspace.TerraformVersion, "1.9.8")
		same(t, "trigger-patterns", workspace.TriggerPatterns, []string{"/modules/**"})
		same(t, "working-directory", workspace.WorkingDirectory, "live/network")
		same(t, "project", workspace.Project.ID, project.ID)
		same(t, "organization", workspace.Organization.Name, organization.Name)
		same(t, "can-update", workspace.Permissions.CanUpdate, true)
	}
	included := of(client.Workspaces.ReadByIDWithOptions(ctx, created.ID, &tfe.WorkspaceReadOptions{
		Include: []tfe.WSIncludeOpt{tfe.WSOrganization, tfe.WSProject, tfe.WSCurrentRun, tfe.WSLockedBy, tfe.WSOutputs, tfe.WSEffectiveTagBindings},
	})).must(t)
	byName := of(client.Workspaces.ReadWithOptions(ctx, organization.Name, "everything", &tfe.WorkspaceReadOptions{
		Include: []tfe.WSIncludeOpt{tfe.WSProject},
	})).must(t)
	same(t, "included project", byName.Project.Name, project.Name)
	same(t, "included organization", included.Organization.Email, "platform@example.com")
	same(t, "included project", included.Project.Name, project.Name)
	same(t, "included tag", theFirst(t, included.EffectiveTagBindings).Value, "1")

	updated := of(client.Workspaces.Update(ctx, organization.Name, "everything", tfe.WorkspaceUpdateOptions{
		Name:                       tfe.String("else"),
		Description:                tfe.String(""),
		AllowDestroyPlan:           tfe.Bool(true),
		AutoApply:                  tfe.Bool(false),
		AutoApplyRunTrigger:        tfe.Bool(false),
		AutoDestroyAt:              tfe.NullTime(),
		ExecutionMode:              tfe.String("local"),
		FileTriggersEnabled:        tfe.Bool(false),
		GlobalRemoteState:          tfe.Bool(false),
		QueueAllRuns:               tfe.Bool(false),
		SpeculativeEnabled:         tfe.Bool(true),
		StructuredRunOutputEnabled: tfe.Bool(true),
		TerraformVersion:           tfe.String("~> 1.10"),
		TriggerPrefixes:            []string{"/modules"},
		WorkingDirectory:           tfe.String(""),
	})).must(t)
	same(t, "name", updated.Name, "else")
	same(t, "description", updated.Description, "")
	same(t, "allow-destroy-plan", updated.AllowDestroyPlan, true)
	same(t, "auto-apply", updated.AutoApply, false)
	unset(t, "auto-destroy-at", updated.AutoDestroyAt)
	same(t, "execution-mode", updated.ExecutionMode, "local")
	same(t, "operations", updated.Operations, false)
	same(t, "speculative-enabled", updated.SpeculativeEnabled, true)
	same(t, "terraform-version", updated.TerraformVersion, "~> 1.10")
	same(t, "trigger-prefixes", updated.TriggerPrefixes, []string{"/modules"})
	same(t, "trigger-patterns", len(updated.TriggerPatterns), 0)
	same(t, "working-directory", updated.WorkingDirectory, "")
	again := of(client.Workspaces.UpdateByID(ctx, created.ID, tfe.WorkspaceUpdateOptions{AutoDestroyActivityDuration: tfe.NullableString("14d")})).must(t)
	same(t, "auto-destroy-activity-duration", again.AutoDestroyActivityDuration, tfe.NullableString("14d"))
	same(t, "an update of nothing", of(client.Workspaces.UpdateByID(ctx, created.ID, tfe.WorkspaceUpdateOptions{})).must(t).Name, "else")
	same(t, "without a repository", of(client.Workspaces.RemoveVCSConnection(ctx, organization.Name, "else")).must(t).VCSRepo == nil, true)
	same(t, "without a repository", of(client.Workspaces.RemoveVCSConnectionByID(ctx, created.ID)).must(t).VCSRepo == nil, true)

	other := newWorkspace(t, client, organization.Name)
	for _, list := range []tfe.WorkspaceListOptions{
		{Search: "els"}, {WildcardName: "*lse"}, {ProjectID: project.ID}, {Sort: "name", ListOptions: tfe.ListOptions{PageSize: 1}},
	} {
		same(t, "the list", setOf(of(client.Workspaces.List(ctx, organization.Name, &list)).must(t).Items, workspaceID), keys(created.ID))
	}
	ok(t, client.Workspaces.SafeDeleteByID(ctx, created.ID))
	ok(t, client.Workspaces.SafeDelete(ctx, organization.Name, other.Name))
	_, err := client.Workspaces.ReadByID(ctx, created.ID)
	gone(t, "the workspace", err)
	ok(t, client.Workspaces.DeleteByID(ctx, newWorkspace(t, client, organization.Name).ID))
	ok(t, client.Workspaces.Delete(ctx, organization.Name, newWorkspace(t, client, organization.Name).Name))
	same(t, "the list", len(of(client.Workspaces.List(ctx, organization.Name, nil)).must(t).Items), 0)
}

func TestLocks(t *testing.T) {
	t.Parallel()
	client := newAdmin(t)
	workspace := newWorkspace(t, client, newOrganization(t, client).Name)
	locked := of(client.Workspaces.Lock(ctx, workspace.ID, tfe.WorkspaceLockOptions{Reason: tfe.String("Maintenance")})).must(t)
	same(t, "locked", locked.Locked, true)
	me := of(client.Users.ReadCurrent(ctx)).must(t)
	read := of(client.Workspaces.ReadByIDWithOptions(ctx, workspace.ID, &tfe.WorkspaceReadOptions{Include: []tfe.WSIncludeOpt{tfe.WSLockedBy}})).must(t)
	same(t, "locked by", read.LockedBy.User.Username, me.Username)
	_, err := client.Workspaces.Lock(ctx, workspace.ID, tfe.WorkspaceLockOptions{})
	same(t, "a second lock is refused", errors.Is(err, tfe.ErrWorkspaceLocked), true)
	same(t, "locked", of(client.Workspaces.Unlock(ctx, workspace.ID)).must(t).Locked, false)
	_, err = client.Workspaces.Unlock(ctx, workspace.ID)
	same(t, "a second unlock is refused", errors.Is(err, tfe.ErrWorkspaceNotLocked), true)
	of(client.Workspaces.Lock(ctx, workspace.ID, tfe.WorkspaceLockOptions{})).must(t)
	same(t, "locked", of(client.Workspaces.ForceUnlock(ctx, workspace.ID)).must(t).Locked, false)
}

func TestTagsAndConsumers(t *testing.T) {
	t.Parallel()
	client := newAdmin(t)
	organization := newOrganization(t, client)
	workspace := newWorkspace(t, client, organization.Name)
	consumer := newWorkspace(t, client, organization.Name)
	tagName := func(tag *tfe.Tag) string { return tag.Name }

	ok(t, client.Workspaces.AddTags(ctx, workspace.ID, tfe.WorkspaceAddTagsOptions{Tags: []*tfe.Tag{{Name: "prod"}, {Name: "eu"}}}))
	same(t, "tags", setOf(of(client.Workspaces.ListTags(ctx, workspace.ID, nil)).must(t).Items, tagName), keys("prod", "eu"))
	same(t, "tag-names", setOf(of(client.Workspaces.ReadByID(ctx, workspace.ID)).must(t).TagNames, func(name string) string { return name }), keys("prod", "eu"))
	byTag := of(client.Workspaces.List(ctx, organization.Name, &tfe.WorkspaceListOptions{Tags: "prod"})).must(t)
	same(t, "workspaces of that tag", setOf(byTag.Items, workspaceID), keys(workspace.ID))
	without := of(client.Workspaces.List(ctx, organization.Name, &tfe.WorkspaceListOptions{ExcludeTags: "prod"})).must(t)
	same(t, "workspaces without that tag", setOf(without.Items, workspaceID), keys(consumer.ID))
	ok(t, client.Workspaces.RemoveTags(ctx, workspace.ID, tfe.WorkspaceRemoveTagsOptions{Tags: []*tfe.Tag{{Name: "eu"}}}))
	same(t, "tags", setOf(of(client.Workspaces.ListTags(ctx, workspace.ID, nil)).must(t).Items, tagName), keys("prod"))
	tags := of(client.OrganizationTags.List(ctx, organization.Name, &tfe.OrganizationTagsListOptions{Query: "prod"})).must(t)
	same(t, "tags of the organization", theFirst(t, tags.Items).InstanceCount, 1)
	ok(t, client.OrganizationTags.AddWorkspaces(ctx, theFirst(t, tags.Items).ID, tfe.AddWorkspacesToTagOptions{WorkspaceIDs: []string{consumer.ID}}))
	same(t, "tags of the other", setOf(of(client.Workspaces.ListTags(ctx, consumer.ID, nil)).must(t).Items, tagName), keys("prod"))
	ok(t, client.OrganizationTags.Delete(ctx, organization.Name, tfe.OrganizationTagsDeleteOptions{IDs: []string{theFirst(t, tags.Items).ID}}))
	same(t, "tags", len(of(client.Workspaces.ListTags(ctx, workspace.ID, nil)).must(t).Items), 0)

	consumers := func() map[string]bool {
		return setOf(of(client.Workspaces.ListRemoteStateConsumers(ctx, workspace.ID, nil)).must(t).Items, workspaceID)
	}
	ok(t, client.Workspaces.AddRemoteStateConsumers(ctx, workspace.ID, tfe.WorkspaceAddRemoteStateConsumersOptions{Workspaces: []*tfe.Workspace{consumer}}))
	same(t, "consumers", consumers(), keys(consumer.ID))
	ok(t, client.Workspaces.RemoveRemoteStateConsumers(ctx, workspace.ID, tfe.WorkspaceRemoveRemoteStateConsumersOptions{Workspaces: []*tfe.Workspace{consumer}}))
	same(t, "consumers", consumers(), keys())
	ok(t, client.Workspaces.UpdateRemoteStateConsumers(ctx, workspace.ID, tfe.WorkspaceUpdateRemoteStateConsumersOptions{Workspaces: []*tfe.Workspace{consumer}}))
	same(t, "consumers", consumers(), keys(consumer.ID))
}

func TestSSHKeys(t *testing.T) {
	t.Parallel()
	client := newAdmin(t)
	organization := newOrganization(t, client)
	workspace := newWorkspace(t, client, organization.Name)
	created := of(client.SSHKeys.Create(ctx, organization.Name, tfe.SSHKeyCreateOptions{
		Name: tfe.String("modules"), Value: tfe.String(newSSHKey(t)),
	})).must(t)
	same(t, "name", of(client.SSHKeys.Read(ctx, created.ID)).must(t).Name, "modules")
	same(t, "name", of(client.SSHKeys.Update(ctx, created.ID, tfe.SSHKeyUpdateOptions{Name: tfe.String("renamed")})).must(t).Name, "renamed")
	list := of(client.SSHKeys.List(ctx, organization.Name, nil)).must(t)
	same(t, "the list", setOf(list.Items, func(key *tfe.SSHKey) string { return key.ID }), keys(created.ID))
	assigned := of(client.Workspaces.AssignSSHKey(ctx, workspace.ID, tfe.WorkspaceAssignSSHKeyOptions{SSHKeyID: tfe.String(created.ID)})).must(t)
	same(t, "the workspace's key", assigned.SSHKey.ID, created.ID)
	same(t, "the workspace's key", of(client.Workspaces.UnassignSSHKey(ctx, workspace.ID)).must(t).SSHKey == nil, true)
	ok(t, client.SSHKeys.Delete(ctx, created.ID))
	_, err := client.SSHKeys.Read(ctx, created.ID)
	gone(t, "the key", err)
}
