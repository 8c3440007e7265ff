package interop

import (
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/hashicorp/go-tfe"
)

const cel = tfe.PolicyKind("cel")

func TestPolicies(t *testing.T) {
	t.Parallel()
	client := newAdmin(t)
	organization := newOrganization(t, client)
	created := of(client.Policies.Create(ctx, organization.Name, tfe.PolicyCreateOptions{
		Name: tfe.String("nothing-destroyed"), Kind: cel, Description: tfe.String("Nothing goes"), EnforcementLevel: tfe.EnforcementMode(tfe.EnforcementHard),
	})).must(t)
	text := []byte("!run.is_destroy")
	ok(t, client.Policies.Upload(ctx, created.ID, text))
	same(t, "its text", of(client.Policies.Download(ctx, created.ID)).must(t), text)
	read := of(client.Policies.Read(ctx, created.ID)).must(t)
	same(t, "name", read.Name, "nothing-destroyed")
	same(t, "kind", read.Kind, cel)
	same(t, "description", read.Description, "Nothing goes")
	same(t, "enforcement", read.EnforcementLevel, tfe.EnforcementHard)
	changed := of(client.Policies.Update(ctx, created.ID, tfe.PolicyUpdateOptions{EnforcementLevel: tfe.EnforcementMode(tfe.EnforcementAdvisory)})).must(t)
	same(t, "enforcement", changed.EnforcementLevel, tfe.EnforcementAdvisory)
	same(t, "what is found", theFirst(t, of(client.Policies.List(ctx, organization.Name, &tfe.PolicyListOptions{Search: "destroyed"})).must(t).Items).ID, created.ID)

	set := of(client.PolicySets.Create(ctx, organization.Name, tfe.PolicySetCreateOptions{Name: tfe.String("all"), Kind: cel, Policies: []*tfe.Policy{created}})).must(t)
	same(t, "the policies of the set", set.PolicyCount, 1)
	same(t, "the sets of the policy", of(client.Policies.Read(ctx, created.ID)).must(t).PolicySetCount, 1)
	ok(t, client.PolicySets.RemovePolicies(ctx, set.ID, tfe.PolicySetRemovePoliciesOptions{Policies: []*tfe.Policy{created}}))
	same(t, "the policies of the set", of(client.PolicySets.Read(ctx, set.ID)).must(t).PolicyCount, 0)
	ok(t, client.PolicySets.AddPolicies(ctx, set.ID, tfe.PolicySetAddPoliciesOptions{Policies: []*tfe.Policy{created}}))
	same(t, "which it has", theFirst(t, of(client.PolicySets.Read(ctx, set.ID)).must(t).Policies).ID, created.ID)
	ok(t, client.Policies.Delete(ctx, created.ID))
	_, err := client.Policies.Read(ctx, created.ID)
	gone(t, "the policy", err)
}

func TestPolicySets(t *testing.T) {
	t.Parallel()
	client := newAdmin(t)
	organization := newOrganization(t, client)
	workspace := newWorkspace(t, client, organization.Name)
	project := newProject(t, client, organization.Name)
	sets := client.PolicySets
	set := of(sets.Create(ctx, organization.Name, tfe.PolicySetCreateOptions{Name: tfe.String("production"), Kind: cel, Description: tfe.String("Rules"), Workspaces: []*tfe.Workspace{workspace}})).must(t)
	same(t, "its workspaces", theFirst(t, set.Workspaces).ID, workspace.ID)
	same(t, "its description", set.Description, "Rules")
	ok(t, sets.RemoveWorkspaces(ctx, set.ID, tfe.PolicySetRemoveWorkspacesOptions{Workspaces: []*tfe.Workspace{workspace}}))
	ok(t, sets.AddProjects(ctx, set.ID, tfe.PolicySetAddProjectsOptions{Projects: []*tfe.Project{project}}))
	ok(t, sets.AddWorkspaceExclusions(ctx, set.ID, tfe.PolicySetAddWorkspaceExclusionsOptions{WorkspaceExclusions: []*tfe.Workspace{workspace}}))
	read := of(sets.Read(ctx, set.ID)).must(t)
	same(t, "its workspaces", len(read.Workspaces), 0)
	same(t, "its projects", theFirst(t, read.Projects).ID, project.ID)
	same(t, "what it excludes", theFirst(t, read.WorkspaceExclusions).ID, workspace.ID)
	ok(t, sets.RemoveWorkspaceExclusions(ctx, set.ID, tfe.PolicySetRemoveWorkspaceExclusionsOptions{WorkspaceExclusions: []*tfe.Workspace{workspace}}))
	ok(t, sets.RemoveProjects(ctx, set.ID, tfe.PolicySetRemoveProjectsOptions{Projects: []*tfe.Project{project}}))
	ok(t, sets.AddWorkspaces(ctx, set.ID, tfe.PolicySetAddWorkspacesOptions{Workspaces: []*tfe.Workspace{workspace}}))
	renamed := of(sets.Update(ctx, set.ID, tfe.PolicySetUpdateOptions{Name: tfe.String("everywhere"), Global: tfe.Bool(true)})).must(t)
	same(t, "its name", renamed.Name, "everywhere")
	same(t, "whether it is global", renamed.Global, true)
	same(t, "what is found", theFirst(t, of(sets.List(ctx, organization.Name, &tfe.PolicySetListOptions{Search: "every"})).must(t).Items).ID, set.ID)

	parameters := client.PolicySetParameters
	made := of(parameters.Create(ctx, set.ID, tfe.PolicySetParameterCreateOptions{Key: tfe.String("most"), Value: tfe.String("100"), Category: tfe.Category(tfe.CategoryPolicySet)})).must(t)
	changed := of(parameters.Update(ctx, set.ID, made.ID, tfe.PolicySetParameterUpdateOptions{Value: tfe.String("200")})).must(t)
	same(t, "its value", changed.Value, "200")
	same(t, "its value", of(parameters.Read(ctx, set.ID, made.ID)).must(t).Value, "200")
	same(t, "the parameters", len(of(parameters.List(ctx, set.ID, nil)).must(t).Items), 1)
	ok(t, parameters.Delete(ctx, set.ID, made.ID))
	_, err := parameters.Read(ctx, set.ID, made.ID)
	gone(t, "the parameter", err)

	folder := t.TempDir()
	policies := "policies:\n  - name: nothing-destroyed\n    enforcement: advisory\n    cel: '!run.is_destroy'\n"
	ok(t, os.WriteFile(filepath.Join(folder, "policies.yaml"), []byte(policies), fs.FileMode(0o644)))
	version := of(client.PolicySetVersions.Create(ctx, set.ID)).must(t)
	same(t, "its status", version.Status, tfe.PolicySetVersionPending)
	ok(t, client.PolicySetVersions.Upload(ctx, *version, folder))
	same(t, "its status", of(client.PolicySetVersions.Read(ctx, version.ID)).must(t).Status, tfe.PolicySetVersionReady)
	same(t, "the set's version", of(sets.Read(ctx, set.ID)).must(t).CurrentVersion.ID, version.ID)
	ok(t, sets.Delete(ctx, set.ID))
	_, err = sets.Read(ctx, set.ID)
	gone(t, "the set", err)
}

func TestRunTasks(t *testing.T) {
	t.Parallel()
	client := newAdmin(t)
	organization := newOrganization(t, client)
	workspace := newWorkspace(t, client, organization.Name)
	service := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	t.Cleanup(service.Close)
	task := of(client.RunTasks.Create(ctx, organization.Name, tfe.RunTaskCreateOptions{
		Name: "scanner", URL: service.URL, Category: "task", Description: tfe.String("Looks"), HMACKey: tfe.String("a key"),
		Global: &tfe.GlobalRunTaskOptions{Enabled: tfe.Bool(true), Stages: &[]tfe.Stage{tfe.PrePlan}, EnforcementLevel: ptr(tfe.Advisory)},
	})).must(t)
	for _, each := range []*tfe.RunTask{task, of(client.RunTasks.Read(ctx, task.ID)).must(t)} {
		same(t, "name", each.Name, "scanner")
		same(t, "address", each.URL, service.URL)
		same(t, "description", each.Description, "Looks")
		same(t, "whether it is enabled", each.Enabled, true)
		same(t, "its key", text(each.HMACKey), "")
		same(t, "where it is asked everywhere", each.Global.Stages, []tfe.Stage{tfe.PrePlan})
	}
	changed := of(client.RunTasks.Update(ctx, task.ID, tfe.RunTaskUpdateOptions{Name: tfe.String("budget"), Enabled: tfe.Bool(false)})).must(t)
	same(t, "name", changed.Name, "budget")
	same(t, "whether it is enabled", changed.Enabled, false)
	same(t, "the tasks", len(of(client.RunTasks.List(ctx, organization.Name, nil)).must(t).Items), 1)

	attached := of(client.WorkspaceRunTasks.Create(ctx, workspace.ID, tfe.WorkspaceRunTaskCreateOptions{RunTask: task, EnforcementLevel: tfe.Mandatory, Stages: &[]tfe.Stage{tfe.PostPlan}})).must(t)
	same(t, "its task", attached.RunTask.ID, task.ID)
	same(t, "its stages", attached.Stages, []tfe.Stage{tfe.PostPlan})
	changedThere := of(client.WorkspaceRunTasks.Update(ctx, workspace.ID, attached.ID, tfe.WorkspaceRunTaskUpdateOptions{EnforcementLevel: tfe.Advisory})).must(t)
	same(t, "how strict it is", changedThere.EnforcementLevel, tfe.Advisory)
	same(t, "how strict it is", of(client.WorkspaceRunTasks.Read(ctx, workspace.ID, attached.ID)).must(t).EnforcementLevel, tfe.Advisory)
	same(t, "those of the workspace", len(of(client.WorkspaceRunTasks.List(ctx, workspace.ID, nil)).must(t).Items), 1)
	same(t, "where it is", theFirst(t, of(client.RunTasks.Read(ctx, task.ID)).must(t).WorkspaceRunTasks).ID, attached.ID)
	ok(t, client.WorkspaceRunTasks.Delete(ctx, workspace.ID, attached.ID))
	_, err := client.WorkspaceRunTasks.Read(ctx, workspace.ID, attached.ID)
	gone(t, "the workspace's task", err)
	ok(t, client.RunTasks.Delete(ctx, task.ID))
	_, err = client.RunTasks.Read(ctx, task.ID)
	gone(t, "the task", err)
}

func ptr[T any](value T) *T { return &value }
