using System.Collections.Frozen;
using Sluice.Components.Receivers.WebhookReceiver.Verification;

namespace Sluice.Components.Receivers.WebhookReceiver;

/// <content>
/// Senders of changes, builds and deployments. Attributes are those of the semantic conventions for VCS, CICD and deployments.
/// </content>
internal static partial class Presets
{
    private static readonly string[] RefPrefixes = ["refs/heads/", "refs/tags/"];

    /// <summary>Values of <c>cicd.pipeline.result</c>.</summary>
    private static readonly FrozenDictionary<string, string> Results = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        ["success"] = "success",
        ["succeeded"] = "success",
        ["failure"] = "failure",
        ["failed"] = "failure",
        ["error"] = "error",
        ["timed_out"] = "timeout",
        ["cancelled"] = "cancellation",
        ["canceled"] = "cancellation",
        ["skipped"] = "skip",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>Values of <c>deployment.status</c>.</summary>
    private static readonly FrozenDictionary<string, string> DeploymentStates = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        ["success"] = "succeeded",
        ["succeeded"] = "succeeded",
        ["failure"] = "failed",
        ["failed"] = "failed",
        ["error"] = "failed",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private static readonly Preset Github = new()
    {
        Signatures = [new() { Header = "X-Hub-Signature-256", Prefix = "sha256=" }],
        TakesForms = true,
        Idempotency = WebhookIdempotency.Content,
        Mapping = new()
        {
            NamePrefix = "github.",
            Name = [ValueSource.Header("X-GitHub-Event"), ValueSource.Body("action")],
            Time =
            [
                ValueSource.Body("deployment_status.updated_at"), ValueSource.Body("deployment.updated_at"), ValueSource.Body("workflow_job.completed_at"),
                ValueSource.Body("workflow_run.updated_at"), ValueSource.Body("release.published_at"), ValueSource.Body("pull_request.updated_at"),
                ValueSource.Body("head_commit.timestamp"),
            ],
            Id = [ValueSource.Header("X-GitHub-Delivery")],
            Severity = [ValueSource.Body("deployment_status.state"), ValueSource.Body("workflow_run.conclusion"), ValueSource.Body("check_run.conclusion")],
            Attributes =
            [
                new("user.name", ValueSource.Body("sender.login")),
                new("vcs.owner.name", ValueSource.Body("repository.owner.login"), ValueSource.Body("organization.login")),
                new("vcs.repository.name", ValueSource.Body("repository.name")),
                new("vcs.repository.url.full", ValueSource.Body("repository.html_url")),
                new(
                    "vcs.ref.head.name",
                    ValueSource.Body("workflow_run.head_branch"), ValueSource.Body("deployment.ref"), ValueSource.Body("pull_request.head.ref"), ValueSource.Body("ref"))
                {
                    Without = RefPrefixes,
                },
                new(
                    "vcs.ref.head.revision",
                    ValueSource.Body("workflow_run.head_sha"), ValueSource.Body("deployment.sha"), ValueSource.Body("pull_request.head.sha"),
                    ValueSource.Body("check_run.head_sha"), ValueSource.Body("after")),
                new("vcs.change.id", ValueSource.Body("pull_request.number")),
                new("vcs.change.title", ValueSource.Body("pull_request.title")),
                new("cicd.pipeline.name", ValueSource.Body("workflow_run.name"), ValueSource.Body("workflow_job.workflow_name")),
                new("cicd.pipeline.run.id", ValueSource.Body("workflow_run.id"), ValueSource.Body("workflow_job.run_id")),
                new("cicd.pipeline.run.url.full", ValueSource.Body("workflow_run.html_url")),
                new("cicd.pipeline.result", ValueSource.Body("workflow_run.conclusion"), ValueSource.Body("workflow_job.conclusion"), ValueSource.Body("check_run.conclusion"))
                {
                    Words = Results,
                },
                new("deployment.id", ValueSource.Body("deployment.id")),
                new("deployment.name", ValueSource.Body("deployment.task")),
                new("deployment.status", ValueSource.Body("deployment_status.state")) { Words = DeploymentStates },
            ],
            Resource =
            [
                new("service.name", ValueSource.Body("repository.name")),
                new("service.version", ValueSource.Body("release.tag_name"), ValueSource.Body("deployment.sha"), ValueSource.Body("workflow_run.head_sha")),
                new("deployment.environment.name", ValueSource.Body("deployment_status.environment"), ValueSource.Body("deployment.environment")),
            ],
        },
    };

    private static readonly Preset Gitlab = new()
    {
        Signatures = [StandardSignature, new() { Kind = SignatureKind.Token, Header = "X-Gitlab-Token" }],
        SecretFormat = SecretFormat.TextOrBase64,
        Mapping = new()
        {
            NamePrefix = "gitlab.",
            Name = [ValueSource.Body("object_kind"), ValueSource.Body("object_attributes.action")],
            Time =
            [
                ValueSource.Body("status_changed_at"), ValueSource.Body("object_attributes.finished_at"), ValueSource.Body("object_attributes.updated_at"),
                ValueSource.Body("object_attributes.created_at"), ValueSource.Body("released_at"),
            ],
            Id = [ValueSource.Header("webhook-id"), ValueSource.Header("Idempotency-Key")],
            Severity = [ValueSource.Body("object_attributes.status"), ValueSource.Body("build_status"), ValueSource.Body("status")],
            Attributes =
            [
                new("user.name", ValueSource.Body("user.username"), ValueSource.Body("user_username")),
                new("vcs.repository.name", ValueSource.Body("project.name")),
                new("vcs.repository.url.full", ValueSource.Body("project.web_url")),
                new("vcs.ref.head.name", ValueSource.Body("object_attributes.source_branch"), ValueSource.Body("object_attributes.ref"), ValueSource.Body("ref"))
                {
                    Without = RefPrefixes,
                },
                new("vcs.ref.head.revision", ValueSource.Body("object_attributes.sha"), ValueSource.Body("object_attributes.last_commit.id"), ValueSource.Body("checkout_sha")),
                new("vcs.change.id", ValueSource.Body("merge_request.iid")),
                new("vcs.change.title", ValueSource.Body("merge_request.title")),
                new("cicd.pipeline.result", ValueSource.Body("object_attributes.status"), ValueSource.Body("build_status")) { Words = Results },
                new("deployment.id", ValueSource.Body("deployment_id")),
                new("deployment.status", ValueSource.Body("status")) { Words = DeploymentStates },
            ],
            Resource =
            [
                new("service.name", ValueSource.Body("project.name")),
                new("service.version", ValueSource.Body("tag"), ValueSource.Body("short_sha"), ValueSource.Body("checkout_sha")),
                new("deployment.environment.name", ValueSource.Body("environment"), ValueSource.Body("environment.name")),
            ],
        },
    };

    /// <summary>What its notifications hold is for their template to say; the README has the one that this reads.</summary>
    private static readonly Preset Argocd = new()
    {
        Signatures = [Authorization],
        Idempotency = WebhookIdempotency.Content,
        Mapping = new()
        {
            NamePrefix = "argocd.",
            Name = [ValueSource.Body("event")],
            Time = [ValueSource.Body("time")],
            Severity = [ValueSource.Body("phase")],
            Attributes =
            [
                new("webhook.source", ValueSource.Body("server")),
                new("webhook.subject", ValueSource.Body("app")),
                new("vcs.repository.url.full", ValueSource.Body("repository")),
                new("vcs.ref.head.revision", ValueSource.Body("revision")),
                new("deployment.name", ValueSource.Body("app")),
                new("deployment.status", ValueSource.Body("phase")) { Words = DeploymentStates },
            ],
            Resource =
            [
                new("service.name", ValueSource.Body("service"), ValueSource.Body("app")),
                new("service.version", ValueSource.Body("version"), ValueSource.Body("revision")),
                new("deployment.environment.name", ValueSource.Body("environment")),
            ],
        },
    };
}
