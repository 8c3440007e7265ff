package interop

import (
	"testing"

	"github.com/hashicorp/go-tfe"
)

func TestProjects(t *testing.T) {
	t.Parallel()
	client := newAdmin(t)
	organization := newOrganization(t, client)
	pool := of(client.AgentPools.Create(ctx, organization.Name, tfe.AgentPoolCreateOptions{Name: tfe.String("pool")})).must(t)
	created := of(client.Projects.Create(ctx, organization.Name, tfe.ProjectCreateOptions{
		Name:                        "first",
		Description:                 tfe.String("What the platform team keeps"),
		AutoDestroyActivityDuration: tfe.NullableString("14d"),
		DefaultExecutionMode:        tfe.String("agent"),
		DefaultAgentPoolID:          tfe.String(pool.ID),
		SettingOverwrites:           &tfe.ProjectSettingOverwrites{ExecutionMode: tfe.Bool(true), AgentPool: tfe.Bool(true)},
		TagBindings:                 []*tfe.TagBinding{{Key: "team", Value: "platform"}},
	})).must(t)
	for _, project := range []*tfe.Project{created, of(client.Projects.Read(ctx, created.ID)).must(t)} {
		same(t, "name", project.Name, "first")
		same(t, "description", project.Description, "What the platform team keeps")
		same(t, "auto-destroy-activity-duration", project.AutoDestroyActivityDuration, tfe.NullableString("14d"))
		same(t, "default-execution-mode", project.DefaultExecutionMode, "agent")
		same(t, "default agent pool", project.DefaultAgentPool.ID, pool.ID)
		same(t, "the mode is its own", *project.SettingOverwrites.ExecutionMode, true)
		same(t, "organization", project.Organization.Name, organization.Name)
	}
	withTags := of(client.Projects.ReadWithOptions(ctx, created.ID, tfe.ProjectReadOptions{
		Include: []tfe.ProjectIncludeOpt{tfe.ProjectEffectiveTagBindings},
	})).must(t)
	same(t, "included tag", theFirst(t, withTags.EffectiveTagBindings).Value, "platform")

	updated := of(client.Projects.Update(ctx, created.ID, tfe.ProjectUpdateOptions{
		Name:                        tfe.String("second"),
		Description:                 tfe.String(""),
		AutoDestroyActivityDuration: tfe.NullString(),
		DefaultExecutionMode:        tfe.String("remote"),
		DefaultAgentPoolID:          tfe.String(""),
	})).must(t)
	same(t, "name", updated.Name, "second")
	same(t, "description", updated.Description, "")
	unset(t, "auto-destroy-activity-duration", updated.AutoDestroyActivityDuration)
	same(t, "default-execution-mode", updated.DefaultExecutionMode, "remote")
	same(t, "an update of nothing", of(client.Projects.Update(ctx, created.ID, tfe.ProjectUpdateOptions{})).must(t).Name, "second")

	name := func(project *tfe.Project) string { return project.Name }
	all := of(client.Projects.List(ctx, organization.Name, nil)).must(t)
	same(t, "the list", setOf(all.Items, name), keys("second", "Default Project"))
	named := of(client.Projects.List(ctx, organization.Name, &tfe.ProjectListOptions{Name: "second"})).must(t)
	same(t, "the list of that name", setOf(named.Items, name), keys("second"))
	tagged := of(client.Projects.List(ctx, organization.Name, &tfe.ProjectListOptions{
		TagBindings: []*tfe.TagBinding{{Key: "team", Value: "platform"}},
	})).must(t)
	same(t, "the list of that tag", setOf(tagged.Items, name), keys("second"))

	ok(t, client.Projects.Delete(ctx, created.ID))
	_, err := client.Projects.Read(ctx, created.ID)
	gone(t, "the project", err)
}

func TestTagBindings(t *testing.T) {
	t.Parallel()
	client := newAdmin(t)
	organization := newOrganization(t, client)
	project := newProject(t, client, organization.Name)
	workspace := of(client.Workspaces.Create(ctx, organization.Name, tfe.WorkspaceCreateOptions{
		Name:        tfe.String("tagged"),
		Project:     project,
		TagBindings: []*tfe.TagBinding{{Key: "tier", Value: "1"}},
	})).must(t)
	pair := func(binding *tfe.TagBinding) string { return binding.Key + "=" + binding.Value }
	effective := func(binding *tfe.EffectiveTagBinding) string { return binding.Key + "=" + binding.Value }

	added := of(client.Projects.AddTagBindings(ctx, project.ID, tfe.ProjectAddTagBindingsOptions{
		TagBindings: []*tfe.TagBinding{{Key: "team", Value: "network"}, {Key: "cost", Value: "12"}},
	})).must(t)
	same(t, "added to the project", setOf(added, pair), keys("team=network", "cost=12"))
	same(t, "of the project", setOf(of(client.Projects.ListTagBindings(ctx, project.ID)).must(t), pair), keys("team=network", "cost=12"))
	same(t, "effective in the project", setOf(of(client.Projects.ListEffectiveTagBindings(ctx, project.ID)).must(t), effective), keys("team=network", "cost=12"))

	of(client.Workspaces.AddTagBindings(ctx, workspace.ID, tfe.WorkspaceAddTagBindingsOptions{
		TagBindings: []*tfe.TagBinding{{Key: "tier", Value: "2"}, {Key: "cost", Value: "9"}},
	})).must(t)
	same(t, "of the workspace", setOf(of(client.Workspaces.ListTagBindings(ctx, workspace.ID)).must(t), pair), keys("tier=2", "cost=9"))
	all := of(client.Workspaces.ListEffectiveTagBindings(ctx, workspace.ID)).must(t)
	same(t, "effective in the workspace", setOf(all, effective), keys("tier=2", "cost=9", "team=network"))
	for _, binding := range all {
		_, isInherited := binding.Links["inherited-from"]
		same(t, binding.Key+" is inherited", isInherited, binding.Key == "team")
	}
	listed := of(client.Workspaces.List(ctx, organization.Name, &tfe.WorkspaceListOptions{
		TagBindings: []*tfe.TagBinding{{Key: "cost", Value: "9"}},
	})).must(t)
	same(t, "workspaces of that tag", setOf(listed.Items, workspaceID), keys(workspace.ID))

	ok(t, client.Workspaces.DeleteAllTagBindings(ctx, workspace.ID))
	same(t, "of the workspace", len(of(client.Workspaces.ListTagBindings(ctx, workspace.ID)).must(t)), 0)
	ok(t, client.Projects.DeleteAllTagBindings(ctx, project.ID))
	same(t, "of the project", len(of(client.Projects.ListTagBindings(ctx, project.ID)).must(t)), 0)
}
