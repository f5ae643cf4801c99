namespace Sluice.Components.Receivers.WebhookReceiver.Verification;

/// <summary>Reads the file that holds the secrets of an endpoint.</summary>
internal static class SecretLines
{
    /// <summary>Its secrets: one a line, but for PEM, which is one secret over many lines. Empty lines are passed over.</summary>
    public static IReadOnlyList<string> Read(string contents)
    {
        var secrets = new List<string>();
        var isOpen = false;
        foreach (var line in contents.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (isOpen)
            {
                secrets[^1] += "\n" + line;
            }
            else
            {
                secrets.Add(line);
            }

            isOpen = line.StartsWith("-----BEGIN ", StringComparison.Ordinal) || (isOpen && !line.StartsWith("-----END ", StringComparison.Ordinal));
        }

        return secrets;
    }
}
