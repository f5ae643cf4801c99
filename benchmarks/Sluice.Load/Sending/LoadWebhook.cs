namespace Sluice.Load.Sending;

/// <summary>An endpoint that takes webhooks.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Secret">What they are signed with.</param>
public sealed record LoadWebhook(string Path, string Secret);
