package interop

import (
	"crypto/hmac"
	"crypto/sha512"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/hashicorp/go-tfe"
)

func TestRunTriggers(t *testing.T) {
	t.Parallel()
	client := newAdmin(t)
	organization := newOrganization(t, client)
	source := newWorkspace(t, client, organization.Name)
	follower := newWorkspace(t, client, organization.Name)
	uploadThings(t, client, source)
	uploadThings(t, client, follower)
	created := of(client.RunTriggers.Create(ctx, follower.ID, tfe.RunTriggerCreateOptions{Sourceable: source})).must(t)
	for _, trigger := range []*tfe.RunTrigger{created, of(client.RunTriggers.Read(ctx, created.ID)).must(t)} {
		same(t, "sourceable-name", trigger.SourceableName, source.Name)
		same(t, "workspace-name", trigger.WorkspaceName, follower.Name)
		same(t, "sourceable", trigger.SourceableChoice.Workspace.ID, source.ID)
		same(t, "workspace", trigger.Workspace.ID, follower.ID)
	}
	id := func(trigger *tfe.RunTrigger) string { return trigger.ID }
	inbound := of(client.RunTriggers.List(ctx, follower.ID, &tfe.RunTriggerListOptions{
		RunTriggerType: tfe.RunTriggerInbound, Include: []tfe.RunTriggerIncludeOpt{tfe.RunTriggerWorkspace, tfe.RunTriggerSourceable},
	})).must(t)
	same(t, "inbound", setOf(inbound.Items, id), keys(created.ID))
	outbound := of(client.RunTriggers.List(ctx, source.ID, &tfe.RunTriggerListOptions{RunTriggerType: tfe.RunTriggerOutbound})).must(t)
	same(t, "outbound", setOf(outbound.Items, id), keys(created.ID))

	included := of(client.RunTriggers.ReadWithOptions(ctx, created.ID, &tfe.RunTriggerReadOptions{
		Include: []tfe.RunTriggerIncludeOpt{tfe.RunTriggerWorkspace, tfe.RunTriggerSourceable},
	})).must(t)
	same(t, "included workspace", included.Workspace.Name, follower.Name)

	run := of(client.Runs.Create(ctx, tfe.RunCreateOptions{Workspace: source, AutoApply: tfe.Bool(true)})).must(t)
	until(t, client, run, tfe.RunApplied)
	for deadline := time.Now().Add(within); ; time.Sleep(150 * time.Millisecond) {
		started := of(client.Runs.List(ctx, follower.ID, nil)).must(t)
		if len(started.Items) == 1 {
			until(t, client, theFirst(t, started.Items), tfe.RunPlanned)
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("the follower has no run")
		}
	}
	ok(t, client.RunTriggers.Delete(ctx, created.ID))
	_, err := client.RunTriggers.Read(ctx, created.ID)
	gone(t, "the trigger", err)
}

func TestNotifications(t *testing.T) {
	t.Parallel()
	client := newAdmin(t)
	organization := newOrganization(t, client)
	workspace := newWorkspace(t, client, organization.Name)
	team := newTeam(t, client, organization.Name)
	type message struct {
		payload   map[string]any
		signature string
		body      []byte
	}
	messages := make(chan message, 20)
	receiver := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, request *http.Request) {
		body, _ := io.ReadAll(request.Body)
		received := message{signature: request.Header.Get("X-TFE-Notification-Signature"), body: body}
		_ = json.Unmarshal(body, &received.payload)
		messages <- received
	}))
	t.Cleanup(receiver.Close)

	created := of(client.NotificationConfigurations.Create(ctx, workspace.ID, tfe.NotificationConfigurationCreateOptions{
		DestinationType: tfe.NotificationDestination(tfe.NotificationDestinationTypeGeneric),
		Enabled:         tfe.Bool(false),
		Name:            tfe.String("hook"),
		Token:           tfe.String("a shared secret"),
		Triggers:        []tfe.NotificationTriggerType{tfe.NotificationTriggerCreated, tfe.NotificationTriggerNeedsAttention},
		URL:             tfe.String(receiver.URL),
	})).must(t)
	for _, notification := range []*tfe.NotificationConfiguration{created, of(client.NotificationConfigurations.Read(ctx, created.ID)).must(t)} {
		same(t, "destination-type", notification.DestinationType, tfe.NotificationDestinationTypeGeneric)
		same(t, "enabled", notification.Enabled, false)
		same(t, "name", notification.Name, "hook")
		same(t, "token", notification.Token, "")
		same(t, "triggers", setOf(notification.Triggers, func(name string) string { return name }), keys("run:created", "run:needs_attention"))
		same(t, "url", notification.URL, receiver.URL)
		same(t, "subscribable", notification.SubscribableChoice.Workspace.ID, workspace.ID)
	}
	// The client's decoder drops every delivery that has headers, and all have some, so the receiver is asked instead.
	of(client.NotificationConfigurations.Verify(ctx, created.ID)).must(t)
	received := <-messages
	digest := hmac.New(sha512.New, []byte("a shared secret"))
	digest.Write(received.body)
	same(t, "signature", received.signature, hex.EncodeToString(digest.Sum(nil)))

	updated := of(client.NotificationConfigurations.Update(ctx, created.ID, tfe.NotificationConfigurationUpdateOptions{
		Name: tfe.String("renamed"), Triggers: []tfe.NotificationTriggerType{tfe.NotificationTriggerCreated}, Token: tfe.String(""), Enabled: tfe.Bool(true),
	})).must(t)
	same(t, "name", updated.Name, "renamed")
	same(t, "enabled", updated.Enabled, true)
	same(t, "triggers", updated.Triggers, []string{"run:created"})
	uploadThings(t, client, workspace)
	of(client.Runs.Create(ctx, tfe.RunCreateOptions{Workspace: workspace, PlanOnly: tfe.Bool(false), Message: tfe.String("Tell of it")})).must(t)
	for {
		select {
		case told := <-messages:
			if told.payload["run_message"] != "Tell of it" {
				continue
			}
			same(t, "workspace_name", told.payload["workspace_name"], any(workspace.Name))
		case <-time.After(within):
			t.Fatal("nobody was told of the run")
		}
		break
	}

	me := of(client.Users.ReadCurrent(ctx)).must(t)
	mail := of(client.NotificationConfigurations.Create(ctx, workspace.ID, tfe.NotificationConfigurationCreateOptions{
		DestinationType: tfe.NotificationDestination(tfe.NotificationDestinationTypeEmail),
		Enabled:         tfe.Bool(false), Name: tfe.String("mail"), EmailUsers: []*tfe.User{me},
	})).must(t)
	same(t, "users", theFirst(t, mail.EmailUsers).ID, me.ID)
	ofTeam := of(client.NotificationConfigurations.Create(ctx, team.ID, tfe.NotificationConfigurationCreateOptions{
		DestinationType: tfe.NotificationDestination(tfe.NotificationDestinationTypeGeneric),
		Enabled:         tfe.Bool(false), Name: tfe.String("of a team"), URL: tfe.String(receiver.URL),
		Triggers:           []tfe.NotificationTriggerType{tfe.NotificationTriggerChangeRequestCreated},
		SubscribableChoice: &tfe.NotificationConfigurationSubscribableChoice{Team: team},
	})).must(t)
	same(t, "subscribable", ofTeam.SubscribableChoice.Team.ID, team.ID)
	id := func(notification *tfe.NotificationConfiguration) string { return notification.ID }
	same(t, "the list", setOf(of(client.NotificationConfigurations.List(ctx, workspace.ID, nil)).must(t).Items, id), keys(created.ID, mail.ID))
	ok(t, client.NotificationConfigurations.Delete(ctx, created.ID))
	_, err := client.NotificationConfigurations.Read(ctx, created.ID)
	gone(t, "the notification", err)
}
