package interop

import (
	"testing"

	"github.com/hashicorp/go-tfe"
)

func TestVariables(t *testing.T) {
	t.Parallel()
	client := newAdmin(t)
	organization := newOrganization(t, client)
	workspace := newWorkspace(t, client, organization.Name)
	sent := []tfe.VariableCreateOptions{
		{Key: tfe.String("size"), Value: tfe.String("[1, 2]"), Category: tfe.Category(tfe.CategoryTerraform), HCL: tfe.Bool(true), Description: tfe.String("How large")},
		{Key: tfe.String("TOKEN"), Value: tfe.String("hidden"), Category: tfe.Category(tfe.CategoryEnv), Sensitive: tfe.Bool(true)},
		{Key: tfe.String("4ab-c.d"), Value: tfe.String(""), Category: tfe.Category(tfe.CategoryTerraform)},
		{Key: tfe.String("no-value"), Category: tfe.Category(tfe.CategoryTerraform)},
	}
	for _, options := range sent {
		created := of(client.Variables.Create(ctx, workspace.ID, options)).must(t)
		for _, variable := range []*tfe.Variable{created, of(client.Variables.Read(ctx, workspace.ID, created.ID)).must(t)} {
			same(t, "key", variable.Key, *options.Key)
			same(t, "category", variable.Category, *options.Category)
			same(t, "hcl", variable.HCL, options.HCL != nil)
			same(t, "sensitive", variable.Sensitive, options.Sensitive != nil)
			same(t, "description", variable.Description, text(options.Description))
			if variable.Sensitive {
				same(t, "the value of a sensitive one", variable.Value, "")
			} else {
				same(t, "value", variable.Value, text(options.Value))
			}
		}
	}
	list := of(client.Variables.List(ctx, workspace.ID, nil)).must(t)
	same(t, "the list", setOf(list.Items, variableKey), keys("size", "TOKEN", "4ab-c.d", "no-value"))
	same(t, "all that are in force", len(of(client.Variables.ListAll(ctx, workspace.ID, nil)).must(t).Items), 4)

	size := theFirst(t, list.Items)
	for _, variable := range list.Items {
		if variable.Key == "size" {
			size = variable
		}
	}
	updated := of(client.Variables.Update(ctx, workspace.ID, size.ID, tfe.VariableUpdateOptions{
		Key: tfe.String("renamed"), Value: tfe.String("three"), HCL: tfe.Bool(false), Sensitive: tfe.Bool(true), Description: tfe.String(""),
	})).must(t)
	same(t, "key", updated.Key, "renamed")
	same(t, "value", updated.Value, "")
	same(t, "hcl", updated.HCL, false)
	same(t, "sensitive", updated.Sensitive, true)
	same(t, "description", updated.Description, "")
	same(t, "another version", updated.VersionID != size.VersionID, true)
	same(t, "an update of nothing", of(client.Variables.Update(ctx, workspace.ID, size.ID, tfe.VariableUpdateOptions{})).must(t).Key, "renamed")
	ok(t, client.Variables.Delete(ctx, workspace.ID, size.ID))
	_, err := client.Variables.Read(ctx, workspace.ID, size.ID)
	gone(t, "the variable", err)
}

func TestVariableSets(t *testing.T) {
	t.Parallel()
	client := newAdmin(t)
	organization := newOrganization(t, client)
	workspace := newWorkspace(t, client, organization.Name)
	project := newProject(t, client, organization.Name)
	created := of(client.VariableSets.Create(ctx, organization.Name, &tfe.VariableSetCreateOptions{
		Name: tfe.String("shared"), Description: tfe.String("For all"), Global: tfe.Bool(false), Priority: tfe.Bool(true),
	})).must(t)
	same(t, "name", created.Name, "shared")
	same(t, "description", created.Description, "For all")
	same(t, "global", created.Global, false)
	same(t, "priority", created.Priority, true)
	same(t, "parent", created.Parent.Organization.Name, organization.Name)
	ofProject := of(client.VariableSets.Create(ctx, organization.Name, &tfe.VariableSetCreateOptions{
		Name: tfe.String("of the project"), Global: tfe.Bool(false), Parent: &tfe.Parent{Project: project},
	})).must(t)
	same(t, "parent", ofProject.Parent.Project.ID, project.ID)

	variable := of(client.VariableSetVariables.Create(ctx, created.ID, &tfe.VariableSetVariableCreateOptions{
		Key: tfe.String("REGION"), Value: tfe.String("north"), Category: tfe.Category(tfe.CategoryEnv), Description: tfe.String("Where"),
	})).must(t)
	same(t, "value", variable.Value, "north")
	same(t, "description", of(client.VariableSetVariables.Read(ctx, created.ID, variable.ID)).must(t).Description, "Where")
	changed := of(client.VariableSetVariables.Update(ctx, created.ID, variable.ID, &tfe.VariableSetVariableUpdateOptions{
		Value: tfe.String("south"), Sensitive: tfe.Bool(false), HCL: tfe.Bool(false),
	})).must(t)
	same(t, "value", changed.Value, "south")
	same(t, "key", changed.Key, "REGION")

	ok(t, client.VariableSets.ApplyToWorkspaces(ctx, created.ID, &tfe.VariableSetApplyToWorkspacesOptions{Workspaces: []*tfe.Workspace{workspace}}))
	ok(t, client.VariableSets.ApplyToProjects(ctx, created.ID, tfe.VariableSetApplyToProjectsOptions{Projects: []*tfe.Project{project}}))
	read := of(client.VariableSets.Read(ctx, created.ID, &tfe.VariableSetReadOptions{
		Include: &[]tfe.VariableSetIncludeOpt{tfe.VariableSetWorkspaces, tfe.VariableSetProjects, tfe.VariableSetVars},
	})).must(t)
	same(t, "workspaces", theFirst(t, read.Workspaces).Name, workspace.Name)
	same(t, "projects", theFirst(t, read.Projects).Name, project.Name)
	same(t, "vars", theFirst(t, read.Variables).Value, "south")
	id := func(set *tfe.VariableSet) string { return set.ID }
	same(t, "sets of the workspace", setOf(of(client.VariableSets.ListForWorkspace(ctx, workspace.ID, nil)).must(t).Items, id), keys(created.ID))
	same(t, "sets of the project", setOf(of(client.VariableSets.ListForProject(ctx, project.ID, nil)).must(t).Items, id), keys(created.ID))
	same(t, "variables in force", setOf(of(client.Variables.ListAll(ctx, workspace.ID, nil)).must(t).Items, variableKey), keys("REGION"))
	ok(t, client.VariableSets.RemoveFromWorkspaces(ctx, created.ID, &tfe.VariableSetRemoveFromWorkspacesOptions{Workspaces: []*tfe.Workspace{workspace}}))
	ok(t, client.VariableSets.RemoveFromProjects(ctx, created.ID, tfe.VariableSetRemoveFromProjectsOptions{Projects: []*tfe.Project{project}}))
	same(t, "sets of the workspace", len(of(client.VariableSets.ListForWorkspace(ctx, workspace.ID, nil)).must(t).Items), 0)

	given := of(client.VariableSets.UpdateWorkspaces(ctx, created.ID, &tfe.VariableSetUpdateWorkspacesOptions{Workspaces: []*tfe.Workspace{workspace}})).must(t)
	same(t, "workspaces", setOf(given.Workspaces, workspaceID), keys(workspace.ID))
	updated := of(client.VariableSets.Update(ctx, created.ID, &tfe.VariableSetUpdateOptions{
		Name: tfe.String("renamed"), Description: tfe.String("For most"), Global: tfe.Bool(true), Priority: tfe.Bool(false),
	})).must(t)
	same(t, "name", updated.Name, "renamed")
	same(t, "description", updated.Description, "For most")
	same(t, "global", updated.Global, true)
	same(t, "priority", updated.Priority, false)
	found := of(client.VariableSets.List(ctx, organization.Name, &tfe.VariableSetListOptions{Query: "renam"})).must(t)
	same(t, "the list", setOf(found.Items, id), keys(created.ID))

	ok(t, client.VariableSetVariables.Delete(ctx, created.ID, variable.ID))
	same(t, "its variables", len(of(client.VariableSetVariables.List(ctx, created.ID, nil)).must(t).Items), 0)
	ok(t, client.VariableSets.Delete(ctx, created.ID))
	_, err := client.VariableSets.Read(ctx, created.ID, nil)
	gone(t, "the set", err)
}

func variableKey(variable *tfe.Variable) string { return variable.Key }

func text(value *string) string {
	if value == nil {
		return ""
	}
	return *value
}
