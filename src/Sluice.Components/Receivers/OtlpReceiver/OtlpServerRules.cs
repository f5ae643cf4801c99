using System.Buffers;
using Sluice.Configuration;

namespace Sluice.Components.Receivers.OtlpReceiver;

/// <summary>Rules that both protocols share.</summary>
internal static class OtlpServerRules
{
    /// <summary>What a field name may consist of: RFC 9110, <c>token</c>.</summary>
    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>Why the server could not send a header; null when it can.</summary>
    public static string? FindHeaderFault(string name, string value)
    {
        if (name.Length == 0 || name.AsSpan().ContainsAnyExcept(NameCharacters))
        {
            return $"\"{name}\" is not the name of a header";
        }

        if (name.Equals("content-length", StringComparison.OrdinalIgnoreCase) || name.Equals("transfer-encoding", StringComparison.OrdinalIgnoreCase))
        {
            return $"\"{name}\" belongs to the server, which frames its answers with it";
        }

        return value.AsSpan().ContainsAnyExceptInRange(' ', '~') ? $"the value of \"{name}\" has a character other than printable ASCII" : null;
    }

    public static void CheckTransport(string transport, OptionsValidation context)
    {
        if (transport is not "tcp")
        {
            context.Error("transport", $"\"{transport}\" is not supported", "use tcp, with an address of one family in endpoint if only that is wanted");
        }
    }
}
