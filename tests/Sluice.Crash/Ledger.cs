using System.Text.Json.Nodes;

namespace Sluice.Crash;

/// <summary>The accounts of every pipeline and exporter, as the API shows them: by <c>logs/accepted</c> or <c>logs/store/delivered</c>.</summary>
internal sealed class Ledger
{
    private readonly Dictionary<string, long> _accounts = [];

    private Ledger(JsonObject page)
    {
        Assert.True((bool)page["balanced"]!, $"the ledger is not balanced:\n{page}");
        foreach (var pipeline in page["pipelines"]!.AsArray().Select(line => line!.AsObject()))
        {
            var name = (string)pipeline["pipeline"]!;
            Add(name, pipeline);
            foreach (var exporter in pipeline["exporters"]!.AsArray().Select(line => line!.AsObject()))
            {
                Add($"{name}/{(string)exporter["exporter"]!}", exporter);
            }
        }
    }

    /// <summary>Pipeline and exporter.</summary>
    public IEnumerable<string> Exporters =>
        _accounts.Keys.Where(key => key.EndsWith("/subscribed", StringComparison.Ordinal)).Select(key => key[..^"/subscribed".Length]);

    /// <summary>Records that exporters still have to deliver.</summary>
    public long Pending => Sum("pending");

    /// <summary>One account.</summary>
    public long this[string account] => _accounts[account];

    /// <summary>Reads it from a running Sluice.</summary>
    public static async Task<Ledger> ReadAsync(HttpClient http, string address) =>
        new(JsonNode.Parse(await http.GetStringAsync(new Uri($"http://{address}/api/v1/ledger")))!.AsObject());

    /// <summary>An account of every exporter, added up.</summary>
    public long Sum(string account) => Exporters.Sum(exporter => this[$"{exporter}/{account}"]);

    /// <summary>Nothing that was counted is ever counted back; only what is pending goes down.</summary>
    public void ExpectNotBehind(Ledger earlier)
    {
        foreach (var (account, count) in earlier._accounts.Where(account => !account.Key.EndsWith("/pending", StringComparison.Ordinal)))
        {
            Assert.True(this[account] >= count, $"{account} was {count} before the kill and is {this[account]} behind it");
        }
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join(", ", _accounts.Select(account => $"{account.Key}: {account.Value}"));

    private void Add(string prefix, JsonObject accounts)
    {
        foreach (var (name, value) in accounts)
        {
            if (value is JsonValue number && number.TryGetValue<long>(out var count))
            {
                _accounts.Add($"{prefix}/{name}", count);
            }
        }
    }
}
