using Microsoft.AspNetCore.Http;

namespace Sluice.Api.Endpoints;

/// <summary>One resource of the API.</summary>
internal abstract class ApiEndpoint
{
    /// <summary>The path below <c>/api/v1/</c>; a last part in braces takes any one value.</summary>
    public abstract string Path { get; }

    /// <summary>The method it answers to; GET includes HEAD.</summary>
    public virtual string Method => HttpMethods.Get;

    /// <summary>One line for the list of endpoints.</summary>
    public abstract string Summary { get; }

    /// <summary>The parameters it knows: of the query, or members of the body of a POST.</summary>
    public virtual IReadOnlyList<string> Parameters => [];

    /// <summary>Whether it looks into the store, and so waits for its turn.</summary>
    public virtual bool IsSearch => true;

    /// <summary>Writes the answer.</summary>
    public abstract ValueTask HandleAsync(ApiRequest request, Answer answer, CancellationToken cancellationToken);
}
