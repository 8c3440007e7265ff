package interop

import (
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/go-tfe"
)

func until(t *testing.T, client *tfe.Client, run *tfe.Run, status tfe.RunStatus) *tfe.Run {
	t.Helper()
	for deadline := time.Now().Add(within); ; time.Sleep(150 * time.Millisecond) {
		read := of(client.Runs.Read(ctx, run.ID)).must(t)
		switch {
		case read.Status == status:
			return read
		case time.Now().After(deadline), read.Status == tfe.RunErrored, read.Status == tfe.RunCanceled, read.Status == tfe.RunDiscarded:
			log := "no log"
			if reader, err := client.Plans.Logs(ctx, read.Plan.ID); err == nil && read.Status == tfe.RunErrored {
				bytes, _ := io.ReadAll(reader)
				log = string(bytes)
			}
			t.Fatalf("the run is %s instead of %s: %s", read.Status, status, log)
		}
	}
}

func readAll(t *testing.T, reader io.Reader) string {
	t.Helper()
	return string(of(io.ReadAll(reader)).must(t))
}

func TestPlanAndApply(t *testing.T) {
	t.Parallel()
	client := newAdmin(t)
	organization := newOrganization(t, client)
	workspace := newWorkspace(t, client, organization.Name)
	configuration := uploadThings(t, client, workspace)

	created := of(client.Runs.Create(ctx, tfe.RunCreateOptions{
		Workspace:            workspace,
		ConfigurationVersion: configuration,
		Message:              tfe.String("Three things"),
		AllowEmptyApply:      tfe.Bool(true),
		Refresh:              tfe.Bool(false),
		Variables:            []*tfe.RunVariable{{Key: "size", Value: "3"}, {Key: "note", Value: `"a \"quoted\" note"`}},
	})).must(t)
	for _, run := range []*tfe.Run{created, of(client.Runs.Read(ctx, created.ID)).must(t)} {
		same(t, "message", run.Message, "Three things")
		same(t, "allow-empty-apply", run.AllowEmptyApply, true)
		same(t, "refresh", run.Refresh, false)
		same(t, "source", run.Source, tfe.RunSourceAPI)
		same(t, "auto-apply", run.AutoApply, false)
		same(t, "variables", len(run.Variables), 2)
		same(t, "a variable", *run.Variables[1], tfe.RunVariableAttr{Key: "note", Value: `"a \"quoted\" note"`})
		same(t, "workspace", run.Workspace.ID, workspace.ID)
		same(t, "configuration", run.ConfigurationVersion.ID, configuration.ID)
	}
	planned := until(t, client, created, tfe.RunPlanned)
	same(t, "is-confirmable", planned.Actions.IsConfirmable, true)
	same(t, "has-changes", planned.HasChanges, true)
	same(t, "planned-at is told", planned.StatusTimestamps.PlannedAt.IsZero(), false)
	included := of(client.Runs.ReadWithOptions(ctx, created.ID, &tfe.RunReadOptions{
		Include: []tfe.RunIncludeOpt{tfe.RunPlan, tfe.RunApply, tfe.RunCreatedBy, tfe.RunConfigVer, tfe.RunWorkspace, tfe.RunTaskStages},
	})).must(t)
	same(t, "included plan", included.Plan.ResourceAdditions, 3)
	same(t, "included apply", included.Apply.Status, tfe.ApplyPending)
	same(t, "included workspace", included.Workspace.Name, workspace.Name)
	same(t, "included configuration", included.ConfigurationVersion.Status, tfe.ConfigurationUploaded)
	same(t, "included person", included.CreatedBy.Username, of(client.Users.ReadCurrent(ctx)).must(t).Username)

	plan := of(client.Plans.Read(ctx, planned.Plan.ID)).must(t)
	same(t, "status of the plan", plan.Status, tfe.PlanFinished)
	same(t, "additions", []int{plan.ResourceAdditions, plan.ResourceChanges, plan.ResourceDestructions, plan.ResourceImports}, []int{3, 0, 0, 0})
	same(t, "the plan's log", strings.Contains(readAll(t, of(client.Plans.Logs(ctx, plan.ID)).must(t)), "3 to add"), true)
	var document struct {
		Variables map[string]struct{ Value any } `json:"variables"`
	}
	ok(t, json.Unmarshal(of(client.Plans.ReadJSONOutput(ctx, plan.ID)).must(t), &document))
	same(t, "what terraform was given", document.Variables["note"].Value, any(`a "quoted" note`))

	ok(t, client.Runs.Apply(ctx, created.ID, tfe.RunApplyOptions{Comment: tfe.String("Looks right")}))
	applied := until(t, client, created, tfe.RunApplied)
	apply := of(client.Applies.Read(ctx, applied.Apply.ID)).must(t)
	same(t, "status of the apply", apply.Status, tfe.ApplyFinished)
	same(t, "added", []int{apply.ResourceAdditions, apply.ResourceChanges, apply.ResourceDestructions}, []int{3, 0, 0})
	same(t, "the apply's log", strings.Contains(readAll(t, of(client.Applies.Logs(ctx, apply.ID)).must(t)), "3 added"), true)
	checkWhatWasApplied(t, client, organization, workspace, created)

	destroy := of(client.Runs.Create(ctx, tfe.RunCreateOptions{Workspace: workspace, IsDestroy: tfe.Bool(true), AutoApply: tfe.Bool(true)})).must(t)
	same(t, "is-destroy", destroy.IsDestroy, true)
	same(t, "auto-apply", destroy.AutoApply, true)
	until(t, client, destroy, tfe.RunApplied)
	same(t, "what is left", len(of(client.WorkspaceResources.List(ctx, workspace.ID, nil)).must(t).Items), 0)
}

func checkWhatWasApplied(t *testing.T, client *tfe.Client, organization *tfe.Organization, workspace *tfe.Workspace, run *tfe.Run) {
	t.Helper()
	state := of(client.StateVersions.ReadCurrentWithOptions(ctx, workspace.ID, &tfe.StateVersionCurrentOptions{
		Include: []tfe.StateVersionIncludeOpt{tfe.SVoutputs, tfe.SVrun},
	})).must(t)
	same(t, "the run that made the state", state.Run.ID, run.ID)
	values := map[string]any{}
	for _, output := range of(client.StateVersions.ListOutputs(ctx, state.ID, nil)).must(t).Items {
		values[output.Name] = output.Value
	}
	same(t, "outputs", values, map[string]any{"note": `a "quoted" note`, "secret": "do not show", "size": 3.0})
	for _, output := range of(client.StateVersionOutputs.ReadCurrent(ctx, workspace.ID)).must(t).Items {
		if output.Sensitive {
			same(t, "a sensitive output among the current ones", output.Value, nil)
			same(t, "a sensitive output alone", of(client.StateVersionOutputs.Read(ctx, output.ID)).must(t).Value, any("do not show"))
		}
	}
	same(t, "the state file", strings.Contains(string(of(client.StateVersions.Download(ctx, state.DownloadURL)).must(t)), "terraform_data"), true)
	same(t, "resources", len(of(client.WorkspaceResources.List(ctx, workspace.ID, nil)).must(t).Items), 3)
	read := of(client.Workspaces.ReadByIDWithOptions(ctx, workspace.ID, &tfe.WorkspaceReadOptions{
		Include: []tfe.WSIncludeOpt{tfe.WSCurrentRun, tfe.WSCurrentRunPlan, tfe.WSCurrentStateVer, tfe.WSOutputs},
	})).must(t)
	same(t, "current run", read.CurrentRun.Message, "Three things")
	same(t, "current state", read.CurrentStateVersion.Serial, state.Serial)
	same(t, "outputs", len(read.Outputs), 3)

	comment := of(client.Comments.Create(ctx, run.ID, tfe.CommentCreateOptions{Body: "Well done"})).must(t)
	same(t, "comment", of(client.Comments.Read(ctx, comment.ID)).must(t).Body, "Well done")
	comments := of(client.Comments.List(ctx, run.ID)).must(t)
	same(t, "comments", setOf(comments.Items, func(c *tfe.Comment) string { return c.Body }), keys("Looks right", "Well done"))
	events := of(client.RunEvents.List(ctx, run.ID, &tfe.RunEventListOptions{Include: []tfe.RunEventIncludeOpt{tfe.RunEventActor, tfe.RunEventComment}})).must(t)
	actions := setOf(events.Items, func(event *tfe.RunEvent) string { return event.Action })
	for _, action := range []string{"queued", "planning", "planned", "confirmed", "applying", "applied"} {
		same(t, "there is the event "+action, actions[action], true)
	}
	same(t, "an event", of(client.RunEvents.Read(ctx, theFirst(t, events.Items).ID)).must(t).Action, theFirst(t, events.Items).Action)

	confirmed := of(client.RunEvents.ReadWithOptions(ctx, theFirst(t, events.Items).ID, &tfe.RunEventReadOptions{
		Include: []tfe.RunEventIncludeOpt{tfe.RunEventActor, tfe.RunEventComment},
	})).must(t)
	same(t, "an event", confirmed.Action, theFirst(t, events.Items).Action)

	same(t, "policy checks", len(of(client.PolicyChecks.List(ctx, run.ID, nil)).must(t).Items), 0)
	same(t, "task stages", len(of(client.TaskStages.List(ctx, run.ID, nil)).must(t).Items), 0)
	runID := func(run *tfe.Run) string { return run.ID }
	for _, options := range []tfe.RunListOptions{{}, {Status: "applied,errored"}, {Operation: "empty_apply"}, {Source: "tfe-api"}, {Search: "Three"}} {
		same(t, "runs of the workspace", setOf(of(client.Runs.List(ctx, workspace.ID, &options)).must(t).Items, runID), keys(run.ID))
	}
	for _, options := range []tfe.RunListForOrganizationOptions{{}, {WorkspaceNames: workspace.Name}, {StatusGroup: "final"}, {Timeframe: "year"}} {
		same(t, "runs of the organization", setOf(of(client.Runs.ListForOrganization(ctx, organization.Name, &options)).must(t).Items, runID), keys(run.ID))
	}
}

func TestRunOptions(t *testing.T) {
	t.Parallel()
	client := newAdmin(t)
	organization := newOrganization(t, client)
	workspace := newWorkspace(t, client, organization.Name)
	configuration := uploadThings(t, client, workspace)
	target := []string{"terraform_data.thing[0]"}

	run := func(options tfe.RunCreateOptions) *tfe.Run {
		t.Helper()
		options.Workspace = workspace
		return of(client.Runs.Create(ctx, options)).must(t)
	}
	first := run(tfe.RunCreateOptions{AutoApply: tfe.Bool(true), TargetAddrs: target})
	same(t, "target-addrs", first.TargetAddrs, target)
	until(t, client, first, tfe.RunApplied)
	same(t, "what was aimed at", len(of(client.WorkspaceResources.List(ctx, workspace.ID, nil)).must(t).Items), 1)

	replaced := run(tfe.RunCreateOptions{PlanOnly: tfe.Bool(true), ReplaceAddrs: target, ConfigurationVersion: configuration})
	same(t, "plan-only", replaced.PlanOnly, true)
	same(t, "replace-addrs", replaced.ReplaceAddrs, target)
	of2 := until(t, client, replaced, tfe.RunPlannedAndFinished)
	plan := of(client.Plans.Read(ctx, of2.Plan.ID)).must(t)
	same(t, "replaced", []int{plan.ResourceAdditions, plan.ResourceDestructions}, []int{2, 1})

	refreshed := run(tfe.RunCreateOptions{RefreshOnly: tfe.Bool(true)})
	same(t, "refresh-only", refreshed.RefreshOnly, true)
	// The targeted run left the outputs out of the state; only the apply of this run adds them.
	until(t, client, refreshed, tfe.RunPlanned)
	ok(t, client.Runs.Apply(ctx, refreshed.ID, tfe.RunApplyOptions{}))
	until(t, client, refreshed, tfe.RunApplied)
	same(t, "outputs", len(of(client.StateVersionOutputs.ReadCurrent(ctx, workspace.ID)).must(t).Items), 3)

	version := of(client.Runs.Read(ctx, first.ID)).must(t).TerraformVersion
	versioned := run(tfe.RunCreateOptions{PlanOnly: tfe.Bool(true), TerraformVersion: tfe.String(version), AllowConfigGeneration: tfe.Bool(true)})
	same(t, "terraform-version", versioned.TerraformVersion, version)
	same(t, "allow-config-generation", *versioned.AllowConfigGeneration, true)
	until(t, client, versioned, tfe.RunPlannedAndFinished)

	saved := run(tfe.RunCreateOptions{SavePlan: tfe.Bool(true)})
	same(t, "save-plan", saved.SavePlan, true)
	until(t, client, saved, tfe.RunPlannedAndSaved)
	ok(t, client.Runs.Apply(ctx, saved.ID, tfe.RunApplyOptions{}))
	until(t, client, saved, tfe.RunApplied)

	ok(t, of(client.Workspaces.Lock(ctx, workspace.ID, tfe.WorkspaceLockOptions{})).err)
	waiting := run(tfe.RunCreateOptions{InvokeActionAddrs: []string{"action.some.thing"}})
	same(t, "invoke-action-addrs", waiting.InvokeActionAddrs, []string{"action.some.thing"})
	_, err := client.Runs.Create(ctx, tfe.RunCreateOptions{Workspace: workspace, PolicyPaths: []string{"policies"}})
	same(t, "policies, which are not here, are refused", err != nil, true)
	same(t, "the queue", len(of(client.Organizations.ReadRunQueue(ctx, organization.Name, tfe.ReadRunQueueOptions{})).must(t).Items) <= 1, true)
	ok(t, client.Runs.Discard(ctx, waiting.ID, tfe.RunDiscardOptions{Comment: tfe.String("Not now")}))
	until(t, client, of(client.Runs.Read(ctx, waiting.ID)).must(t), tfe.RunDiscarded)
}

func TestStoppingRuns(t *testing.T) {
	t.Parallel()
	client := newAdmin(t)
	organization := newOrganization(t, client)
	workspace := newWorkspace(t, client, organization.Name)
	upload(t, client, workspace, map[string]string{"main.tf": `
		resource "terraform_data" "slow" {
			provisioner "local-exec" { command = "echo it has begun; trap '' INT; sleep 100 & wait; sleep 100" }
		}`})

	first := of(client.Runs.Create(ctx, tfe.RunCreateOptions{Workspace: workspace})).must(t)
	until(t, client, first, tfe.RunPlanned)
	second := of(client.Runs.Create(ctx, tfe.RunCreateOptions{Workspace: workspace})).must(t)
	ok(t, client.Runs.ForceExecute(ctx, second.ID))
	until(t, client, first, tfe.RunDiscarded)
	until(t, client, second, tfe.RunPlanned)
	same(t, "a run that is planned cannot be canceled", client.Runs.Cancel(ctx, second.ID, tfe.RunCancelOptions{}) != nil, true)

	ok(t, client.Runs.Apply(ctx, second.ID, tfe.RunApplyOptions{}))
	until(t, client, second, tfe.RunApplying)
	ok(t, client.Runs.Cancel(ctx, second.ID, tfe.RunCancelOptions{Comment: tfe.String("Stop")}))
	for deadline := time.Now().Add(within); ; time.Sleep(200 * time.Millisecond) {
		err := client.Runs.ForceCancel(ctx, second.ID, tfe.RunForceCancelOptions{Comment: tfe.String("At once")})
		if err == nil || of(client.Runs.Read(ctx, second.ID)).must(t).Status == tfe.RunCanceled {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("the run cannot be killed: ", err)
		}
	}
	until(t, client, second, tfe.RunCanceled)
	err := client.Runs.Discard(ctx, second.ID, tfe.RunDiscardOptions{})
	same(t, "what is over cannot be discarded", err != nil && !errors.Is(err, tfe.ErrResourceNotFound), true)
}
