namespace Sluice.Components.Tests.Receivers.WebhookReceiver;

/// <summary>The answer to a webhook.</summary>
public sealed record WebhookReply(int Status, string Body, IReadOnlyDictionary<string, string> Headers);
