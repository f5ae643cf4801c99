using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Sluice.Load.Ids;

namespace Sluice.Load.Content;

public sealed class BulkTemplateTests
{
    [Fact]
    public void It_is_lines_of_actions_and_documents_that_are_each_their_own()
    {
        var template = new BulkTemplate(records: 20, seed: 3);
        template.Fill(run: 7, first: 40, time: 1_770_000_000_123_456_789);

        Assert.Equal((byte)'\n', template.Body.Span[^1]);
        var lines = Encoding.UTF8.GetString(template.Body.Span).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(40, lines.Length);
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal("""{"create":{}}""", lines[2 * i]);
            var document = JsonNode.Parse(lines[(2 * i) + 1])!;
            ReadOnlySpan<byte> marker = Encoding.ASCII.GetBytes((string)document["load"]!["id"]!);
            Assert.True(RecordMarker.TryReadNext(ref marker, out var id));
            Assert.Equal((7, 40 + i), RecordMarker.Split(id));
            Assert.EndsWith(id.ToString("x16", CultureInfo.InvariantCulture), (string)document["trace"]!["id"]!, StringComparison.Ordinal);
            Assert.Equal(
                (1_770_000_000_123_456_789 + (i * 1_300_017L)) / 100,
                (DateTimeOffset.Parse((string)document["@timestamp"]!, CultureInfo.InvariantCulture) - DateTimeOffset.UnixEpoch).Ticks);
            Assert.InRange(lines[(2 * i) + 1].Length, 400, 500);
        }
    }
}
