using System.Net.Http.Headers;
using Sluice.Runtime.Contracts;

namespace Sluice.Transport.HttpClients;

/// <summary>The headers of a request, as authenticators see them.</summary>
internal sealed class OutgoingHeaders(HttpRequestHeaders headers, RequestValues values) : IOutgoingHeaders
{
    public RequestValues Values => values;

    public string? Get(string name) => headers.NonValidated.TryGetValues(name, out var values) ? values.ToString() : null;

    public void Set(string name, string value)
    {
        headers.Remove(name);
        if (!headers.TryAddWithoutValidation(name, value))
        {
            throw new InvalidOperationException($"The header \"{name}\" cannot be added to a request.");
        }
    }

    public void Remove(string name) => headers.Remove(name);
}
