using System.Security.Authentication;

namespace Sluice.Transport.HttpClients;

/// <summary>What people are told when a request got no answer.</summary>
public static class ClientFailure
{
    /// <summary>Why a request failed, and what to do where TLS is spoken on one side alone or a certificate is not trusted.</summary>
    /// <param name="failure">What <see cref="HttpConnections.SendAsync"/> threw.</param>
    /// <param name="plain">How TLS is switched off in the configuration, such as "scheme: http".</param>
    public static string Describe(Exception failure, string plain)
    {
        var cause = failure.InnerException ?? failure;
        return cause is AuthenticationException ? $"{cause.Message.TrimEnd('.')}; {Remedy(cause.Message, plain)}" : cause.Message;
    }

    /// <summary>The library tells what failed by its words alone; they are in English whatever the machine speaks.</summary>
    private static string Remedy(string message, string plain) =>
        message.Contains("frame size", StringComparison.Ordinal) ? $"what answers there does not speak TLS: name the port where it does, or connect without ({plain})"
        : message.Contains("NameMismatch", StringComparison.Ordinal) ? "its certificate is of another name than the address: connect by that name, or give it as server_name_override of tls (server_name of tls_config)"
        : message.Contains("UntrustedRoot", StringComparison.Ordinal) || message.Contains("PartialChain", StringComparison.Ordinal) ? "name the authority that signed its certificate as ca_file"
        : "look at its certificate, and at the versions and suites of TLS on both sides";
}
