// Package interop uses the Go client of HCP Terraform as a platform team does, against a running server whose
// address and administrator's token are in RUNWRIGHT_INTEROP_URL and RUNWRIGHT_INTEROP_TOKEN.
package interop

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"reflect"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hashicorp/go-tfe"
	"github.com/hashicorp/jsonapi"
)

// Whole runs are slow on a machine that does other work as well.
const within = 3 * time.Minute

var ctx = context.Background()

func newClient(t *testing.T, token string, transport http.RoundTripper) *tfe.Client {
	t.Helper()
	config := &tfe.Config{Address: os.Getenv("RUNWRIGHT_INTEROP_URL"), Token: token}
	if transport != nil {
		config.HTTPClient = &http.Client{Transport: transport}
	}
	return of(tfe.NewClient(config)).must(t)
}

func newAdmin(t *testing.T) *tfe.Client {
	t.Helper()
	return newClient(t, os.Getenv("RUNWRIGHT_INTEROP_TOKEN"), nil)
}

// A value, or the error in its place: `of(client.Teams.Read(ctx, id)).must(t)`.
type result[T any] struct {
	value T
	err   error
}

func of[T any](value T, err error) result[T] { return result[T]{value, err} }

func (r result[T]) must(t *testing.T) T {
	t.Helper()
	if r.err != nil {
		t.Fatal(r.err)
	}
	return r.value
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func same[T any](t *testing.T, what string, got, want T) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s is %#v instead of %#v", what, got, want)
	}
}

func gone(t *testing.T, what string, err error) {
	t.Helper()
	if !errors.Is(err, tfe.ErrResourceNotFound) {
		t.Errorf("%s should be gone, and is: %v", what, err)
	}
}

func theFirst[T any](t *testing.T, items []T) T {
	t.Helper()
	if len(items) == 0 {
		t.Fatal("there are none")
	}
	return items[0]
}

func unset[T any](t *testing.T, what string, value jsonapi.NullableAttr[T]) {
	t.Helper()
	if got, err := value.Get(); err == nil {
		t.Errorf("%s is %v instead of null", what, got)
	}
}

var names atomic.Int64

func unique(prefix string) string {
	return fmt.Sprintf("%s-%d-%d", prefix, os.Getpid(), names.Add(1))
}

// newOrganization makes an organization for one test and deletes it at the end.
func newOrganization(t *testing.T, client *tfe.Client) *tfe.Organization {
	t.Helper()
	organization := of(client.Organizations.Create(ctx, tfe.OrganizationCreateOptions{
		Name:  tfe.String(unique("org")),
		Email: tfe.String("platform@example.com"),
	})).must(t)
	t.Cleanup(func() {
		if err := client.Organizations.Delete(ctx, organization.Name); err != nil && !errors.Is(err, tfe.ErrResourceNotFound) {
			t.Error(err)
		}
	})
	return organization
}

func newWorkspace(t *testing.T, client *tfe.Client, organization string) *tfe.Workspace {
	t.Helper()
	return of(client.Workspaces.Create(ctx, organization, tfe.WorkspaceCreateOptions{
		Name: tfe.String(unique("workspace")),
	})).must(t)
}

func newProject(t *testing.T, client *tfe.Client, organization string) *tfe.Project {
	t.Helper()
	return of(client.Projects.Create(ctx, organization, tfe.ProjectCreateOptions{Name: unique("project")})).must(t)
}

func newTeam(t *testing.T, client *tfe.Client, organization string) *tfe.Team {
	t.Helper()
	return of(client.Teams.Create(ctx, organization, tfe.TeamCreateOptions{Name: tfe.String(unique("team"))})).must(t)
}

func setOf[T any](items []T, key func(T) string) map[string]bool {
	set := map[string]bool{}
	for _, item := range items {
		set[key(item)] = true
	}
	return set
}

func keys(names ...string) map[string]bool {
	return setOf(names, func(name string) string { return name })
}

func workspaceID(workspace *tfe.Workspace) string { return workspace.ID }
func projectID(project *tfe.Project) string       { return project.ID }
