using System.Buffers;
using System.Text;
using Sluice.Standins.Elasticsearch.Http;

namespace Sluice.Standins.Elasticsearch.Cluster;

/// <summary>What names of indices and data streams may be.</summary>
internal static class IndexNames
{
    private static readonly SearchValues<char> Forbidden = SearchValues.Create(" \"*\\<|,>/?");
    private const int LongestBytes = 255;

    /// <exception cref="ApiException">It may not be the name of an index.</exception>
    public static void Check(string name)
    {
        string? wrong =
            name.Length == 0 ? "must not be empty"
            : name.AsSpan().IndexOfAny(Forbidden) >= 0 ? "must not contain the following characters [' ','\"','*','\\','<','|',',','>','/','?']"
            : name.Contains('#', StringComparison.Ordinal) ? "must not contain '#'"
            : name.Contains(':', StringComparison.Ordinal) ? "must not contain ':'"
            : name[0] is '_' or '-' or '+' ? "must not start with '_', '-', or '+'"
            : Encoding.UTF8.GetByteCount(name) > LongestBytes ? $"index name is too long, ({Encoding.UTF8.GetByteCount(name)} > {LongestBytes})"
            : name is "." or ".." ? "must not be '.' or '..'"
            : name.Any(char.IsUpper) ? "must be lowercase"
            : null;
        if (wrong is not null)
        {
            throw new ApiException(new ApiError(400, "invalid_index_name_exception", $"Invalid index name [{name}], {wrong}")
            {
                Metadata = new() { ["index_uuid"] = "_na_", ["index"] = name },
            });
        }
    }

    /// <summary>Whether the setting <c>action.auto_create_index</c> lets an index be made by writing to it.</summary>
    /// <returns>Why not; null when it does.</returns>
    public static string? WhyNotCreated(string name, string setting)
    {
        if (setting == "true")
        {
            return null;
        }

        if (setting == "false")
        {
            return " and [action.auto_create_index] is [false]";
        }

        foreach (var pattern in setting.Split(',', StringSplitOptions.TrimEntries))
        {
            if (Wildcard.Matches(pattern.AsSpan().TrimStart("+-"), name))
            {
                return pattern.StartsWith('-') ? $" and [action.auto_create_index] contains [{pattern}] which forbids automatic creation of the index" : null;
            }
        }

        return $" and [action.auto_create_index] ([{setting}]) doesn't match";
    }
}
