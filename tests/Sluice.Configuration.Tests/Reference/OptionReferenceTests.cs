using System.Text.Json;
using Sluice.Configuration.Tests.Support;
using Sluice.Testing;

namespace Sluice.Configuration.Tests.Reference;

public sealed class OptionReferenceTests
{
    private const string Folder = "tests/Sluice.Configuration.Tests/Reference";

    [Fact]
    public void The_markdown_reference_holds_every_key() =>
        GoldenFile.CheckBlock(Folder + "/ShopReadme.md", "options", OptionReference.ToMarkdown(typeof(ShopOptions)));

    [Fact]
    public void The_json_schema_is_as_expected() =>
        GoldenFile.Check(Folder + "/ShopOptions.expected.schema.json", JsonSchemaWriter.Write(typeof(ShopOptions)));

    [Fact]
    public void The_json_schema_knows_exactly_the_keys_that_bind()
    {
        using var schema = JsonDocument.Parse(JsonSchemaWriter.Write(typeof(ShopOptions)));
        var keys = schema.RootElement.GetProperty("properties").EnumerateObject().Select(p => p.Name).ToList();

        Assert.Equal("https://json-schema.org/draft/2020-12/schema", schema.RootElement.GetProperty("$schema").GetString());
        Assert.False(schema.RootElement.GetProperty("additionalProperties").GetBoolean());
        foreach (var key in keys)
        {
            var bag = new DiagnosticBag();
            OptionBinder.Bind<ShopOptions>(Load.Valid($"name: x\n{(key == "name" ? "" : key + ": x")}"), bag, "");
            Assert.DoesNotContain(bag.Items, d => d.Message == "unknown key");
        }

        Assert.DoesNotContain("sizer", keys);
        Assert.Contains("read_buffer_size", keys);
    }

    [Fact]
    public void A_record_that_holds_itself_is_described_once()
    {
        var policy = OptionCatalog.Describe(typeof(PolicyOptions));

        Assert.Equal(OptionKind.Record, policy.Children[1].Element!.Kind);
        Assert.Empty(policy.Children[1].Element!.Children);
        Assert.Equal("and", OptionBinder.Bind<PolicyOptions>(Load.Valid("sub: [{sub: [{type: and}]}]"), new DiagnosticBag(), "").Sub[0].Sub[0].Type);
    }

    public sealed record PolicyOptions
    {
        [Option("Its type.")]
        public string Type { get; init; } = "";

        [Option("Policies in it.")]
        public IReadOnlyList<PolicyOptions> Sub { get; init; } = [];
    }
}
