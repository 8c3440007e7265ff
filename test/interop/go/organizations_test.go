package interop

import (
	"testing"

	"github.com/hashicorp/go-tfe"
)

func TestOrganizations(t *testing.T) {
	t.Parallel()
	client := newAdmin(t)
	name := unique("org")
	created := of(client.Organizations.Create(ctx, tfe.OrganizationCreateOptions{
		Name:                       tfe.String(name),
		Email:                      tfe.String("first@example.com"),
		SessionTimeout:             tfe.Int(60),
		SessionRemember:            tfe.Int(120),
		CollaboratorAuthPolicy:     tfe.AuthPolicy(tfe.AuthPolicyPassword),
		AssessmentsEnforced:        tfe.Bool(false),
		AllowForceDeleteWorkspaces: tfe.Bool(true),
		DefaultExecutionMode:       tfe.String("local"),
	})).must(t)
	read := of(client.Organizations.Read(ctx, name)).must(t)
	for _, organization := range []*tfe.Organization{created, read} {
		same(t, "name", organization.Name, name)
		same(t, "email", organization.Email, "first@example.com")
		same(t, "session-timeout", organization.SessionTimeout, 60)
		same(t, "session-remember", organization.SessionRemember, 120)
		same(t, "collaborator-auth-policy", organization.CollaboratorAuthPolicy, tfe.AuthPolicyPassword)
		same(t, "allow-force-delete-workspaces", organization.AllowForceDeleteWorkspaces, true)
		same(t, "default-execution-mode", organization.DefaultExecutionMode, "local")
		same(t, "user-tokens-enabled", *organization.UserTokensEnabled, true)
		same(t, "can-destroy", organization.Permissions.CanDestroy, true)
	}
	withProject := of(client.Organizations.ReadWithOptions(ctx, name, tfe.OrganizationReadOptions{
		Include: []tfe.OrganizationIncludeOpt{tfe.OrganizationDefaultProject},
	})).must(t)
	same(t, "default project", withProject.DefaultProject.Name, "Default Project")

	renamed := unique("renamed")
	updated := of(client.Organizations.Update(ctx, name, tfe.OrganizationUpdateOptions{
		Name:                       tfe.String(renamed),
		Email:                      tfe.String("second@example.com"),
		SessionTimeout:             tfe.Int(3600),
		AllowForceDeleteWorkspaces: tfe.Bool(false),
		DefaultExecutionMode:       tfe.String("remote"),
		SendPassingStatusesForUntriggeredSpeculativePlans: tfe.Bool(true),
		SpeculativePlanManagementEnabled:                  tfe.Bool(false),
		AggregatedCommitStatusEnabled:                     tfe.Bool(false),
	})).must(t)
	same(t, "name", updated.Name, renamed)
	same(t, "email", updated.Email, "second@example.com")
	same(t, "session-timeout", updated.SessionTimeout, 3600)
	same(t, "session-remember", updated.SessionRemember, 120)
	same(t, "allow-force-delete-workspaces", updated.AllowForceDeleteWorkspaces, false)
	same(t, "default-execution-mode", updated.DefaultExecutionMode, "remote")
	same(t, "send-passing-statuses…", updated.SendPassingStatusesForUntriggeredSpeculativePlans, true)
	same(t, "speculative-plan-management-enabled", updated.SpeculativePlanManagementEnabled, false)
	same(t, "an update of nothing", of(client.Organizations.Update(ctx, renamed, tfe.OrganizationUpdateOptions{})).must(t).Email, updated.Email)

	list := of(client.Organizations.List(ctx, &tfe.OrganizationListOptions{Query: renamed})).must(t)
	same(t, "the list", setOf(list.Items, func(o *tfe.Organization) string { return o.Name }), keys(renamed))
	same(t, "entitled to operations", of(client.Organizations.ReadEntitlements(ctx, renamed)).must(t).Operations, true)
	capacity := of(client.Organizations.ReadCapacity(ctx, renamed)).must(t)
	same(t, "capacity", tfe.Capacity{Organization: renamed}, *capacity)
	same(t, "the queue", len(of(client.Organizations.ReadRunQueue(ctx, renamed, tfe.ReadRunQueueOptions{})).must(t).Items), 0)

	ok(t, client.Organizations.Delete(ctx, renamed))
	_, err := client.Organizations.Read(ctx, renamed)
	gone(t, "the organization", err)
}

func TestMemberships(t *testing.T) {
	t.Parallel()
	client := newAdmin(t)
	organization := newOrganization(t, client)
	team := newTeam(t, client, organization.Name)

	alone := of(client.OrganizationMemberships.Create(ctx, organization.Name, tfe.OrganizationMembershipCreateOptions{
		Email: tfe.String("alone@example.com"),
	})).must(t)
	same(t, "email", alone.Email, "alone@example.com")
	same(t, "status", alone.Status, tfe.OrganizationMembershipInvited)
	same(t, "teams", len(alone.Teams), 0)

	inTeam := of(client.OrganizationMemberships.Create(ctx, organization.Name, tfe.OrganizationMembershipCreateOptions{
		Email: tfe.String("member@example.com"),
		Teams: []*tfe.Team{team},
	})).must(t)
	same(t, "teams", theFirst(t, inTeam.Teams).ID, team.ID)
	read := of(client.OrganizationMemberships.ReadWithOptions(ctx, inTeam.ID, tfe.OrganizationMembershipReadOptions{
		Include: []tfe.OrgMembershipIncludeOpt{tfe.OrgMembershipUser, tfe.OrgMembershipTeam},
	})).must(t)
	same(t, "email", read.Email, "member@example.com")
	same(t, "included team", theFirst(t, read.Teams).Name, team.Name)
	same(t, "status", of(client.OrganizationMemberships.Read(ctx, inTeam.ID)).must(t).Status, tfe.OrganizationMembershipInvited)

	email := func(m *tfe.OrganizationMembership) string { return m.Email }
	invited := of(client.OrganizationMemberships.List(ctx, organization.Name, &tfe.OrganizationMembershipListOptions{
		Status: tfe.OrganizationMembershipInvited,
	})).must(t)
	same(t, "the invited", setOf(invited.Items, email), keys("alone@example.com", "member@example.com"))
	one := of(client.OrganizationMemberships.List(ctx, organization.Name, &tfe.OrganizationMembershipListOptions{
		Emails: []string{"alone@example.com"},
	})).must(t)
	same(t, "the one with that address", setOf(one.Items, email), keys("alone@example.com"))

	ok(t, client.TeamMembers.Add(ctx, team.ID, tfe.TeamMemberAddOptions{OrganizationMembershipIDs: []string{alone.ID}}))
	members := of(client.TeamMembers.ListOrganizationMemberships(ctx, team.ID)).must(t)
	same(t, "members", len(members), 2)
	ok(t, client.TeamMembers.Remove(ctx, team.ID, tfe.TeamMemberRemoveOptions{OrganizationMembershipIDs: []string{alone.ID}}))
	members = of(client.TeamMembers.ListOrganizationMemberships(ctx, team.ID)).must(t)
	same(t, "members", setOf(members, func(m *tfe.OrganizationMembership) string { return m.ID }), keys(inTeam.ID))

	ok(t, client.OrganizationMemberships.Delete(ctx, inTeam.ID))
	_, err := client.OrganizationMemberships.Read(ctx, inTeam.ID)
	gone(t, "the membership", err)
}
