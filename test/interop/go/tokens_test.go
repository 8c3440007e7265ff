package interop

import (
	"errors"
	"testing"
	"time"

	"github.com/hashicorp/go-tfe"
)

func TestTokens(t *testing.T) {
	t.Parallel()
	client := newAdmin(t)
	organization := newOrganization(t, client)
	team := newTeam(t, client, organization.Name)
	me := of(client.Users.ReadCurrent(ctx)).must(t)
	until := time.Now().Add(24 * time.Hour).UTC().Truncate(time.Second)

	same(t, "an update of nothing", of(client.Users.UpdateCurrent(ctx, tfe.UserUpdateOptions{})).must(t).Username, me.Username)
	user := of(client.UserTokens.Create(ctx, me.ID, tfe.UserTokenCreateOptions{Description: "a script", ExpiredAt: &until})).must(t)
	same(t, "description", user.Description, "a script")
	same(t, "expired-at", user.ExpiredAt.UTC(), until)
	same(t, "who it is", of(newClient(t, user.Token, nil).Users.ReadCurrent(ctx)).must(t).ID, me.ID)
	read := of(client.UserTokens.Read(ctx, user.ID)).must(t)
	same(t, "description", read.Description, "a script")
	same(t, "the token is told once", read.Token, "")
	same(t, "created by", read.CreatedBy.User.ID, me.ID)
	listed := of(client.UserTokens.List(ctx, me.ID)).must(t)
	same(t, "it is in the list", setOf(listed.Items, func(token *tfe.UserToken) string { return token.ID })[user.ID], true)
	ok(t, client.UserTokens.Delete(ctx, user.ID))
	_, err := client.UserTokens.Read(ctx, user.ID)
	gone(t, "the token", err)
	_, err = newClient(t, user.Token, nil).Users.ReadCurrent(ctx)
	same(t, "what a deleted token gets", errors.Is(err, tfe.ErrUnauthorized), true)

	only := of(client.TeamTokens.Create(ctx, team.ID)).must(t)
	same(t, "description", only.Description, (*string)(nil))
	same(t, "it ends", only.ExpiredAt.IsZero(), false)
	same(t, "the team's token", of(client.TeamTokens.Read(ctx, team.ID)).must(t).ID, only.ID)
	named := of(client.TeamTokens.CreateWithOptions(ctx, team.ID, tfe.TeamTokenCreateOptions{Description: tfe.String("pipeline"), ExpiredAt: &until})).must(t)
	same(t, "description", *named.Description, "pipeline")
	same(t, "expired-at", named.ExpiredAt.UTC(), until)
	same(t, "by its id", *of(client.TeamTokens.ReadByID(ctx, named.ID)).must(t).Description, "pipeline")
	id := func(token *tfe.TeamToken) string { return token.ID }
	same(t, "all", setOf(of(client.TeamTokens.List(ctx, organization.Name, nil)).must(t).Items, id), keys(only.ID, named.ID))
	sorted := of(client.TeamTokens.List(ctx, organization.Name, &tfe.TeamTokenListOptions{Sort: "expired-at", ListOptions: tfe.ListOptions{PageSize: 1}})).must(t)
	same(t, "the first to end", setOf(sorted.Items, id), keys(named.ID))
	ok(t, client.TeamTokens.DeleteByID(ctx, named.ID))
	ok(t, client.TeamTokens.Delete(ctx, team.ID))
	_, err = client.TeamTokens.Read(ctx, team.ID)
	gone(t, "the team's token", err)

	plain := of(client.OrganizationTokens.Create(ctx, organization.Name)).must(t)
	same(t, "the organization's token", of(client.OrganizationTokens.Read(ctx, organization.Name)).must(t).ID, plain.ID)
	ok(t, client.OrganizationTokens.Delete(ctx, organization.Name))
	_, err = client.OrganizationTokens.Read(ctx, organization.Name)
	gone(t, "the organization's token", err)
	for _, options := range []tfe.OrganizationTokenCreateOptions{{ExpiredAt: &until}, {ExpiredAt: &until, TokenType: tfe.Ptr(tfe.AuditTrailToken)}} {
		token := of(client.OrganizationTokens.CreateWithOptions(ctx, organization.Name, options)).must(t)
		same(t, "expired-at", token.ExpiredAt.UTC(), until)
		found := of(client.OrganizationTokens.ReadWithOptions(ctx, organization.Name, tfe.OrganizationTokenReadOptions{TokenType: options.TokenType})).must(t)
		same(t, "the organization's token", found.ID, token.ID)
		if options.TokenType != nil {
			trail := of(newClient(t, token.Token, nil).AuditTrails.List(ctx, nil)).must(t)
			same(t, "the audit trail tells of them", len(trail.Items) > 3, true)
		} else {
			own := of(newClient(t, token.Token, nil).Organizations.Read(ctx, organization.Name)).must(t)
			same(t, "what it reads", own.Email, organization.Email)
		}
		ok(t, client.OrganizationTokens.DeleteWithOptions(ctx, organization.Name, tfe.OrganizationTokenDeleteOptions{TokenType: options.TokenType}))
		_, err = client.OrganizationTokens.ReadWithOptions(ctx, organization.Name, tfe.OrganizationTokenReadOptions{TokenType: options.TokenType})
		gone(t, "the organization's token", err)
	}
}

func TestAgentPools(t *testing.T) {
	t.Parallel()
	client := newAdmin(t)
	organization := newOrganization(t, client)
	workspace := newWorkspace(t, client, organization.Name)
	excluded := newWorkspace(t, client, organization.Name)
	project := newProject(t, client, organization.Name)
	created := of(client.AgentPools.Create(ctx, organization.Name, tfe.AgentPoolCreateOptions{
		Name: tfe.String("pool"), OrganizationScoped: tfe.Bool(false),
		AllowedWorkspaces: []*tfe.Workspace{workspace}, AllowedProjects: []*tfe.Project{project}, ExcludedWorkspaces: []*tfe.Workspace{excluded},
	})).must(t)
	for _, pool := range []*tfe.AgentPool{created, of(client.AgentPools.Read(ctx, created.ID)).must(t)} {
		same(t, "name", pool.Name, "pool")
		same(t, "organization-scoped", pool.OrganizationScoped, false)
		same(t, "allowed workspaces", setOf(pool.AllowedWorkspaces, workspaceID), keys(workspace.ID))
		same(t, "allowed projects", setOf(pool.AllowedProjects, projectID), keys(project.ID))
		same(t, "excluded workspaces", setOf(pool.ExcludedWorkspaces, workspaceID), keys(excluded.ID))
		same(t, "organization", pool.Organization.Name, organization.Name)
	}
	updated := of(client.AgentPools.Update(ctx, created.ID, tfe.AgentPoolUpdateOptions{Name: tfe.String("renamed"), OrganizationScoped: tfe.Bool(true)})).must(t)
	same(t, "name", updated.Name, "renamed")
	same(t, "organization-scoped", updated.OrganizationScoped, true)
	pool := of(client.AgentPools.UpdateAllowedWorkspaces(ctx, created.ID, tfe.AgentPoolAllowedWorkspacesUpdateOptions{AllowedWorkspaces: []*tfe.Workspace{excluded}})).must(t)
	same(t, "allowed workspaces", setOf(pool.AllowedWorkspaces, workspaceID), keys(excluded.ID))
	pool = of(client.AgentPools.UpdateAllowedProjects(ctx, created.ID, tfe.AgentPoolAllowedProjectsUpdateOptions{AllowedProjects: []*tfe.Project{}})).must(t)
	same(t, "allowed projects", len(pool.AllowedProjects), 0)
	pool = of(client.AgentPools.UpdateExcludedWorkspaces(ctx, created.ID, tfe.AgentPoolExcludedWorkspacesUpdateOptions{ExcludedWorkspaces: []*tfe.Workspace{}})).must(t)
	same(t, "excluded workspaces", len(pool.ExcludedWorkspaces), 0)
	poolID := func(pool *tfe.AgentPool) string { return pool.ID }
	for _, options := range []tfe.AgentPoolListOptions{{Query: "renam"}, {Sort: "-created-at"}, {AllowedWorkspacesName: excluded.Name}} {
		same(t, "the list", setOf(of(client.AgentPools.List(ctx, organization.Name, &options)).must(t).Items, poolID), keys(created.ID))
	}
	of(client.Workspaces.UpdateByID(ctx, workspace.ID, tfe.WorkspaceUpdateOptions{ExecutionMode: tfe.String("agent"), AgentPoolID: tfe.String(created.ID)})).must(t)
	used := of(client.AgentPools.ReadWithOptions(ctx, created.ID, &tfe.AgentPoolReadOptions{Include: []tfe.AgentPoolIncludeOpt{tfe.AgentPoolWorkspaces}})).must(t)
	same(t, "who uses it", theFirst(t, used.Workspaces).Name, workspace.Name)

	token := of(client.AgentTokens.Create(ctx, created.ID, tfe.AgentTokenCreateOptions{Description: tfe.String("rack 7")})).must(t)
	same(t, "description", token.Description, "rack 7")
	same(t, "a token", token.Token != "", true)
	same(t, "description", of(client.AgentTokens.Read(ctx, token.ID)).must(t).Description, "rack 7")
	same(t, "tokens", len(of(client.AgentTokens.List(ctx, created.ID)).must(t).Items), 1)
	same(t, "agents", len(of(client.Agents.List(ctx, created.ID, nil)).must(t).Items), 0)
	_, err := client.Agents.Read(ctx, "agent-nobodyis1nobodyis")
	gone(t, "an agent that never was", err)
	ok(t, client.AgentTokens.Delete(ctx, token.ID))
	_, err = client.AgentTokens.Read(ctx, token.ID)
	gone(t, "the token", err)
	same(t, "a pool in use stays", client.AgentPools.Delete(ctx, created.ID) != nil, true)
	of(client.Workspaces.UpdateByID(ctx, workspace.ID, tfe.WorkspaceUpdateOptions{ExecutionMode: tfe.String("remote"), AgentPoolID: tfe.String("")})).must(t)
	ok(t, client.AgentPools.Delete(ctx, created.ID))
	_, err = client.AgentPools.Read(ctx, created.ID)
	gone(t, "the pool", err)
}
