package interop

import (
	"testing"

	"github.com/hashicorp/go-tfe"
)

func TestTeams(t *testing.T) {
	t.Parallel()
	client := newAdmin(t)
	organization := newOrganization(t, client)
	name := unique("team")
	created := of(client.Teams.Create(ctx, organization.Name, tfe.TeamCreateOptions{
		Name:                       tfe.String(name),
		Visibility:                 tfe.String("organization"),
		AllowMemberTokenManagement: tfe.Bool(false),
		OrganizationAccess: &tfe.OrganizationAccessOptions{
			ManageWorkspaces: tfe.Bool(true),
			ManageAgentPools: tfe.Bool(true),
			ReadProjects:     tfe.Bool(true),
		},
	})).must(t)
	read := of(client.Teams.Read(ctx, created.ID)).must(t)
	for _, team := range []*tfe.Team{created, read} {
		same(t, "name", team.Name, name)
		same(t, "visibility", team.Visibility, "organization")
		same(t, "allow-member-token-management", team.AllowMemberTokenManagement, false)
		same(t, "manage-workspaces", team.OrganizationAccess.ManageWorkspaces, true)
		same(t, "manage-agent-pools", team.OrganizationAccess.ManageAgentPools, true)
		same(t, "read-projects", team.OrganizationAccess.ReadProjects, true)
		same(t, "manage-teams", team.OrganizationAccess.ManageTeams, false)
	}
	updated := of(client.Teams.Update(ctx, created.ID, tfe.TeamUpdateOptions{
		Name:                       tfe.String(name + "-2"),
		Visibility:                 tfe.String("secret"),
		AllowMemberTokenManagement: tfe.Bool(true),
		OrganizationAccess: &tfe.OrganizationAccessOptions{
			ReadProjects:      tfe.Bool(false),
			ManageVCSSettings: tfe.Bool(true),
			ManageMembership:  tfe.Bool(true),
		},
	})).must(t)
	same(t, "name", updated.Name, name+"-2")
	same(t, "visibility", updated.Visibility, "secret")
	same(t, "allow-member-token-management", updated.AllowMemberTokenManagement, true)
	same(t, "read-projects", updated.OrganizationAccess.ReadProjects, false)
	same(t, "manage-vcs-settings", updated.OrganizationAccess.ManageVCSSettings, true)
	same(t, "manage-workspaces", updated.OrganizationAccess.ManageWorkspaces, true)
	same(t, "manage-membership", updated.OrganizationAccess.ManageMembership, true)
	same(t, "manage-agent-pools", updated.OrganizationAccess.ManageAgentPools, true)

	found := of(client.Teams.List(ctx, organization.Name, &tfe.TeamListOptions{Names: []string{name + "-2"}})).must(t)
	same(t, "the team of that name", setOf(found.Items, func(team *tfe.Team) string { return team.ID }), keys(created.ID))
	all := of(client.Teams.List(ctx, organization.Name, &tfe.TeamListOptions{Include: []tfe.TeamIncludeOpt{tfe.TeamUsers}})).must(t)
	same(t, "all teams", setOf(all.Items, func(team *tfe.Team) string { return team.Name }), keys("owners", name+"-2"))

	me := of(client.Users.ReadCurrent(ctx)).must(t)
	ok(t, client.TeamMembers.Add(ctx, created.ID, tfe.TeamMemberAddOptions{Usernames: []string{me.Username}}))
	members := of(client.TeamMembers.List(ctx, created.ID)).must(t)
	same(t, "members", setOf(members, func(user *tfe.User) string { return user.Username }), keys(me.Username))
	same(t, "users", len(of(client.TeamMembers.ListUsers(ctx, created.ID)).must(t)), 1)
	same(t, "users-count", of(client.Teams.Read(ctx, created.ID)).must(t).UserCount, 1)
	ok(t, client.TeamMembers.Remove(ctx, created.ID, tfe.TeamMemberRemoveOptions{Usernames: []string{me.Username}}))
	same(t, "members", len(of(client.TeamMembers.List(ctx, created.ID)).must(t)), 0)

	ok(t, client.Teams.Delete(ctx, created.ID))
	_, err := client.Teams.Read(ctx, created.ID)
	gone(t, "the team", err)
}

func TestAccessToWorkspaces(t *testing.T) {
	t.Parallel()
	client := newAdmin(t)
	organization := newOrganization(t, client)
	team := newTeam(t, client, organization.Name)
	workspace := newWorkspace(t, client, organization.Name)
	other := newWorkspace(t, client, organization.Name)

	custom := of(client.TeamAccess.Add(ctx, tfe.TeamAccessAddOptions{
		Access:           tfe.Access(tfe.AccessCustom),
		Runs:             tfe.RunsPermission(tfe.RunsPermissionPlan),
		Variables:        tfe.VariablesPermission(tfe.VariablesPermissionRead),
		StateVersions:    tfe.StateVersionsPermission(tfe.StateVersionsPermissionReadOutputs),
		SentinelMocks:    tfe.SentinelMocksPermission(tfe.SentinelMocksPermissionRead),
		WorkspaceLocking: tfe.Bool(true),
		RunTasks:         tfe.Bool(false),
		PolicyOverrides:  tfe.Bool(true),
		Team:             team,
		Workspace:        workspace,
	})).must(t)
	for _, access := range []*tfe.TeamAccess{custom, of(client.TeamAccess.Read(ctx, custom.ID)).must(t)} {
		same(t, "access", access.Access, tfe.AccessCustom)
		same(t, "runs", access.Runs, tfe.RunsPermissionPlan)
		same(t, "variables", access.Variables, tfe.VariablesPermissionRead)
		same(t, "state-versions", access.StateVersions, tfe.StateVersionsPermissionReadOutputs)
		same(t, "sentinel-mocks", access.SentinelMocks, tfe.SentinelMocksPermissionRead)
		same(t, "workspace-locking", access.WorkspaceLocking, true)
		same(t, "run-tasks", access.RunTasks, false)
		same(t, "policy-overrides", access.PolicyOverrides, true)
		same(t, "team", access.Team.ID, team.ID)
		same(t, "workspace", access.Workspace.ID, workspace.ID)
	}
	plain := of(client.TeamAccess.Add(ctx, tfe.TeamAccessAddOptions{
		Access: tfe.Access(tfe.AccessWrite), Team: team, Workspace: other,
	})).must(t)
	same(t, "runs of write", plain.Runs, tfe.RunsPermissionApply)
	same(t, "variables of write", plain.Variables, tfe.VariablesPermissionWrite)
	changed := of(client.TeamAccess.Update(ctx, plain.ID, tfe.TeamAccessUpdateOptions{Access: tfe.Access(tfe.AccessRead)})).must(t)
	same(t, "access", changed.Access, tfe.AccessRead)
	same(t, "runs of read", changed.Runs, tfe.RunsPermissionRead)
	list := of(client.TeamAccess.List(ctx, &tfe.TeamAccessListOptions{WorkspaceID: workspace.ID})).must(t)
	same(t, "the list", setOf(list.Items, func(access *tfe.TeamAccess) string { return access.ID }), keys(custom.ID))

	token := of(client.TeamTokens.Create(ctx, team.ID)).must(t)
	member := newClient(t, token.Token, nil)
	same(t, "what the team sees", of(member.Workspaces.ReadByID(ctx, workspace.ID)).must(t).Permissions.CanQueueApply, false)
	ok(t, client.TeamAccess.Remove(ctx, custom.ID))
	_, err := client.TeamAccess.Read(ctx, custom.ID)
	gone(t, "the access", err)
	_, err = member.Workspaces.ReadByID(ctx, workspace.ID)
	gone(t, "the workspace, to the team,", err)
}

func TestAccessToProjects(t *testing.T) {
	t.Parallel()
	client := newAdmin(t)
	organization := newOrganization(t, client)
	team := newTeam(t, client, organization.Name)
	project := newProject(t, client, organization.Name)
	added := of(client.TeamProjectAccess.Add(ctx, tfe.TeamProjectAccessAddOptions{
		Access: tfe.TeamProjectAccessCustom,
		ProjectAccess: &tfe.TeamProjectAccessProjectPermissionsOptions{
			Settings:     tfe.ProjectSettingsPermission(tfe.ProjectSettingsPermissionUpdate),
			Teams:        tfe.ProjectTeamsPermission(tfe.ProjectTeamsPermissionRead),
			VariableSets: tfe.ProjectVariableSetsPermission(tfe.ProjectVariableSetsPermissionWrite),
		},
		WorkspaceAccess: &tfe.TeamProjectAccessWorkspacePermissionsOptions{
			Runs:            tfe.WorkspaceRunsPermission(tfe.WorkspaceRunsPermissionApply),
			SentinelMocks:   tfe.WorkspaceSentinelMocksPermission(tfe.WorkspaceSentinelMocksPermissionRead),
			StateVersions:   tfe.WorkspaceStateVersionsPermission(tfe.WorkspaceStateVersionsPermissionRead),
			Variables:       tfe.WorkspaceVariablesPermission(tfe.WorkspaceVariablesPermissionRead),
			Create:          tfe.Bool(true),
			Locking:         tfe.Bool(true),
			Move:            tfe.Bool(false),
			Delete:          tfe.Bool(true),
			RunTasks:        tfe.Bool(false),
			PolicyOverrides: tfe.Bool(true),
		},
		Team:    team,
		Project: project,
	})).must(t)
	for _, access := range []*tfe.TeamProjectAccess{added, of(client.TeamProjectAccess.Read(ctx, added.ID)).must(t)} {
		same(t, "access", access.Access, tfe.TeamProjectAccessCustom)
		same(t, "project access", *access.ProjectAccess, tfe.TeamProjectAccessProjectPermissions{
			ProjectSettingsPermission:     tfe.ProjectSettingsPermissionUpdate,
			ProjectTeamsPermission:        tfe.ProjectTeamsPermissionRead,
			ProjectVariableSetsPermission: tfe.ProjectVariableSetsPermissionWrite,
		})
		same(t, "workspace access", *access.WorkspaceAccess, tfe.TeamProjectAccessWorkspacePermissions{
			WorkspaceRunsPermission:            tfe.WorkspaceRunsPermissionApply,
			WorkspaceSentinelMocksPermission:   tfe.WorkspaceSentinelMocksPermissionRead,
			WorkspaceStateVersionsPermission:   tfe.WorkspaceStateVersionsPermissionRead,
			WorkspaceVariablesPermission:       tfe.WorkspaceVariablesPermissionRead,
			WorkspaceCreatePermission:          true,
			WorkspaceLockingPermission:         true,
			WorkspaceDeletePermission:          true,
			WorkspacePolicyOverridesPermission: true,
		})
		same(t, "team", access.Team.ID, team.ID)
		same(t, "project", access.Project.ID, project.ID)
	}
	changed := of(client.TeamProjectAccess.Update(ctx, added.ID, tfe.TeamProjectAccessUpdateOptions{
		Access: tfe.ProjectAccess(tfe.TeamProjectAccessMaintain),
	})).must(t)
	same(t, "access", changed.Access, tfe.TeamProjectAccessMaintain)
	list := of(client.TeamProjectAccess.List(ctx, tfe.TeamProjectAccessListOptions{ProjectID: project.ID})).must(t)
	same(t, "the list", setOf(list.Items, func(access *tfe.TeamProjectAccess) string { return access.ID }), keys(added.ID))
	ok(t, client.TeamProjectAccess.Remove(ctx, added.ID))
	_, err := client.TeamProjectAccess.Read(ctx, added.ID)
	gone(t, "the access", err)
}
