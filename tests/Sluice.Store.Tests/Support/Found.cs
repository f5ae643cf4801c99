using System.Text.Json;

namespace Sluice.Store.Tests.Support;

/// <summary>Reads searches to their end.</summary>
public static class Found
{
    public static List<string> Ids(RecordSearch search)
    {
        using (search)
        {
            var ids = new List<string>();
            while (search.MoveNext())
            {
                ids.Add(Id(search.Json));
            }

            Assert.Empty(search.Warnings);
            return ids;
        }
    }

    public static List<string> Logs(StoreFixture store, LogQuery query) => Ids(store.Reader.SearchLogs(query, CancellationToken.None));

    public static string Id(ReadOnlySpan<byte> json)
    {
        using var document = JsonDocument.Parse(json.ToArray());
        return document.RootElement.GetProperty("id").GetString()!;
    }
}
