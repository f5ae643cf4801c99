using Sluice.Commands;

namespace Sluice.Search;

/// <summary>Asks the search API and prints what it finds.</summary>
internal static class SearchClient
{
    /// <summary>Searches and prints, one record per line.</summary>
    /// <param name="api">The API's address.</param>
    /// <param name="query">Its parameters.</param>
    /// <param name="output">How records are printed.</param>
    /// <param name="cancellationToken">Cuts the search off.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="SearchException">The API cannot be reached, or refuses the query.</exception>
    public static async Task<int> PrintAsync(
        Uri api, IEnumerable<KeyValuePair<string, string>> query, RecordOutput output, CancellationToken cancellationToken)
    {
        using var connection = new ApiConnection(api);
        using var answer = await connection.GetAsync($"logs?{ApiConnection.Query(query)}", cancellationToken).ConfigureAwait(false);
        foreach (var record in answer.RootElement.GetProperty("records").EnumerateArray())
        {
            Console.Out.WriteLine(output == RecordOutput.Json ? record.GetRawText() : RecordText.Format(record));
        }

        if (answer.RootElement.TryGetProperty("warnings", out var warnings))
        {
            foreach (var warning in warnings.EnumerateArray())
            {
                await Console.Error.WriteLineAsync($"warning: {warning.GetString()}").ConfigureAwait(false);
            }
        }

        return ExitCodes.Success;
    }
}
