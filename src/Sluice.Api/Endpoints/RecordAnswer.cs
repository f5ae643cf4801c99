using Sluice.Api.Parameters;
using Sluice.Store;

namespace Sluice.Api.Endpoints;

/// <summary>Writes the records of a search as they are found.</summary>
internal static class RecordAnswer
{
    public static async ValueTask WriteAsync(
        RecordSearch search, QueryParameters parameters, TimeRange range, Answer answer, CancellationToken cancellationToken)
    {
        answer.Json.WriteStartObject();
        answer.Json.WriteStartArray("records");
        while (search.MoveNext())
        {
            answer.Json.WriteRawValue(search.Json, skipInputValidation: true);
            await answer.SendIfFullAsync(cancellationToken).ConfigureAwait(false);
        }

        answer.Json.WriteEndArray();
        if (search.Next is { } next)
        {
            answer.Json.WriteString("next", parameters.Next(range, next, next));
        }

        answer.Warnings(search.Warnings);
        answer.Json.WriteEndObject();
    }
}
