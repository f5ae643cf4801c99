using System.Net;
using System.Text;
using Sluice.Buffers;
using Sluice.Runtime.Contracts;
using Sluice.Telemetry.Editing;

namespace Sluice.Components.Processors.Actions;

/// <summary>What <c>from_context</c> can name of a request. Made per request, and only where an action asks for it.</summary>
internal sealed class RequestAttributes(RequestContext context) : IAttributeContext
{
    private const string MetadataPrefix = "metadata.";
    private const string ClientAddress = "client.address";
    private const string AuthSubject = "auth.subject";

    private string? _address;

    /// <summary>A name without a known prefix is a header, as in the Collector; of what an authenticator learns only the subject is kept.</summary>
    public static bool IsKnown(string name) =>
        name is ClientAddress or AuthSubject || (!name.StartsWith("auth.", StringComparison.Ordinal) && name != MetadataPrefix);

    public bool TryWrite(string name, PooledBufferWriter output) => name switch
    {
        ClientAddress => TryWriteText(_address ??= AddressOf(context.Peer), output),
        AuthSubject => TryWriteText(context.Subject, output),
        _ => TryWriteHeaders(
            name.StartsWith(MetadataPrefix, StringComparison.Ordinal) ? name.AsSpan(MetadataPrefix.Length) : name, output),
    };

    /// <summary>The peer without its port.</summary>
    private static string AddressOf(string? peer) =>
        peer is null ? "" : IPEndPoint.TryParse(peer, out var endpoint) ? endpoint.Address.ToString() : peer;

    private static bool TryWriteText(string? text, PooledBufferWriter output)
    {
        if (string.IsNullOrEmpty(text))
        {
            return false;
        }

        Encoding.UTF8.GetBytes(text, output);
        return true;
    }

    /// <summary>All values of a header, with semicolons between them.</summary>
    private bool TryWriteHeaders(ReadOnlySpan<char> header, PooledBufferWriter output)
    {
        var found = false;
        for (var i = 0; i < context.Headers.Count; i++)
        {
            var (name, value) = context.Headers[i];
            if (!header.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            if (found)
            {
                output.WriteByte((byte)';');
            }

            Encoding.UTF8.GetBytes(value, output);
            found = true;
        }

        return found;
    }
}
