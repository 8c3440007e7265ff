"""The main story, told with a client that openapi-python-client made of the served document: an organization and a
workspace, an upload, a run that is planned, approved and applied, its log, its outputs.

It takes the server's address and an administrator's token from RUNWRIGHT_INTEROP_URL and RUNWRIGHT_INTEROP_TOKEN, the
generated package `generated_client` from PYTHONPATH, and ends with 1 at the first answer that is not what it has to be.
"""

import io
import os
import tarfile
import time
import urllib.parse

from generated_client import AuthenticatedClient
from generated_client.api.configuration_versions import (
    create_configuration_version_of_workspace,
    put_configuration_version_of_uploads,
)
from generated_client.api.organizations import create_organization, delete_organization
from generated_client.api.plans_and_applies import read_apply, read_log, read_plan
from generated_client.api.runs import apply_run, create_run, read_run
from generated_client.api.state import list_current_state_version_outputs_of_workspace
from generated_client.api.workspaces import create_workspace_of_organization
from generated_client.models import (
    ApplyRunRequest,
    CreateConfigurationVersionOfWorkspaceRequest,
    CreateOrganizationRequest,
    CreateRunRequest,
    CreateWorkspaceOfOrganizationRequest,
)
from generated_client.types import File

CONFIGURATION = """
variable "names" { type = list(string) }
resource "terraform_data" "thing" {
  for_each = toset(var.names)
  input    = each.key
}
output "names" { value = [for thing in terraform_data.thing : thing.output] }
"""
WITHIN_SECONDS = 180


def archive_of(files: dict[str, str]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content.encode())
            archive.addfile(entry, io.BytesIO(content.encode()))
    return buffer.getvalue()


def expect(what: str, got: object, wanted: object) -> None:
    if got != wanted:
        raise SystemExit(f"{what} is {got!r} instead of {wanted!r}")
    print(f"ok {what}")


def parsed(what: str, response, status: int = 200):
    expect(what, response.status_code, status)
    return response.parsed


def until(client: AuthenticatedClient, run_id: str, status: str):
    deadline = time.monotonic() + WITHIN_SECONDS
    while True:
        run = read_run.sync(run_id, client=client).data
        if run.attributes.status == status or run.attributes.status == "errored" or time.monotonic() > deadline:
            expect("the run's status", run.attributes.status, status)
            return run
        time.sleep(0.15)


def last_parts(address: str) -> list[str]:
    """The id and the signature at the end of an address that the server handed out."""
    return urllib.parse.urlparse(address).path.split("/")[-2:]


client = AuthenticatedClient(
    base_url=os.environ["RUNWRIGHT_INTEROP_URL"],
    token=os.environ["RUNWRIGHT_INTEROP_TOKEN"],
    raise_on_unexpected_status=True,
)
name = f"python-{os.getpid()}"
organization = CreateOrganizationRequest.from_dict(
    {"data": {"type": "organizations", "attributes": {"name": name, "email": "platform@example.com"}}}
)
made = parsed("an organization", create_organization.sync_detailed(client=client, body=organization), 201)
expect("its name", made.data.attributes.name, name)

request = CreateWorkspaceOfOrganizationRequest.from_dict(
    {"data": {"type": "workspaces", "attributes": {"name": "network", "description": "Made by a generated client"}}}
)
workspace = parsed(
    "a workspace", create_workspace_of_organization.sync_detailed(name, client=client, body=request), 201
).data
expect("its description", workspace.attributes.description, "Made by a generated client")

version = parsed(
    "a configuration version",
    create_configuration_version_of_workspace.sync_detailed(
        workspace.id,
        client=client,
        body=CreateConfigurationVersionOfWorkspaceRequest.from_dict(
            {"data": {"type": "configuration-versions", "attributes": {"auto-queue-runs": False}}}
        ),
    ),
    201,
).data
archive = File(payload=io.BytesIO(archive_of({"main.tf": CONFIGURATION})))
parsed(
    "its upload",
    put_configuration_version_of_uploads.sync_detailed(
        *last_parts(version.attributes.upload_url), client=client, body=archive
    ),
)

run = parsed(
    "a run",
    create_run.sync_detailed(
        client=client,
        body=CreateRunRequest.from_dict(
            {
                "data": {
                    "type": "runs",
                    "attributes": {"message": "From Python", "variables": [{"key": "names", "value": '["a", "b"]'}]},
                    "relationships": {"workspace": {"data": {"type": "workspaces", "id": workspace.id}}},
                }
            }
        ),
    ),
    201,
).data
expect("its message", run.attributes.message, "From Python")
planned = until(client, run.id, "planned")
expect("it can be confirmed", planned.attributes.actions.is_confirmable, True)
plan = read_plan.sync(planned.relationships.plan.data.id, client=client).data
expect("what it adds", plan.attributes.resource_additions, 2)
log = read_log.sync_detailed(*last_parts(plan.attributes.log_read_url), client=client)
expect("the plan's log", b"2 to add" in log.content, True)

comment = ApplyRunRequest.from_dict({"comment": "Looks right"})
parsed("its approval", apply_run.sync_detailed(run.id, client=client, body=comment), 202)
applied = until(client, run.id, "applied")
apply = read_apply.sync(applied.relationships.apply.data.id, client=client).data
expect("what was added", apply.attributes.resource_additions, 2)
outputs = list_current_state_version_outputs_of_workspace.sync(workspace.id, client=client).data
expect("outputs", [(output.attributes.name, output.attributes.value) for output in outputs], [("names", ["a", "b"])])

missing = read_run.sync_detailed("run-nothing1nothing1", client=client)
expect("what is not there", missing.status_code, 404)
expect("the error's status", missing.parsed.errors[0].status, "404")
parsed("the organization's end", delete_organization.sync_detailed(name, client=client), 204)
